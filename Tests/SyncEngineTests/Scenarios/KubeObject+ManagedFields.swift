import KubeCore

extension KubeObject {
    /// Notes in `managedFields` that server-side apply of `applied` was the last word of our field manager.
    mutating func own(_ applied: KubeObject) {
        var fields = applied
        for name in ["apiVersion", "kind", "status"] { fields[name] = nil }
        for name in ["name", "namespace", "managedFields", "uid", "generation"] {
            fields["metadata", name] = nil
        }
        let entry: JSONValue = [
            "manager": "syncctl", "operation": "Apply", "apiVersion": .string(applied.apiVersion),
            "fieldsType": "FieldsV1", "fieldsV1": .object(KubeObject.fields(of: fields.json)),
        ]
        let others = self["metadata", "managedFields"]?.array?.filter { $0["manager"]?.string != "syncctl" }
        self["metadata", "managedFields"] = .array((others ?? []) + [entry])
    }

    /// Named list elements count one by one, other lists as a whole.
    private static func fields(of members: JSONObject) -> JSONObject {
        JSONObject(
            members.members.map { member in
                switch member.value {
                case .object(let inner) where !inner.isEmpty: ("f:\(member.key)", .object(fields(of: inner)))
                case .array(let elements) where elements.first?["name"]?.string != nil:
                    ("f:\(member.key)", .object(fields(of: elements)))
                case .null, .bool, .int, .double, .string, .array, .object: ("f:\(member.key)", [:])
                }
            })
    }

    private static func fields(of elements: [JSONValue]) -> JSONObject {
        JSONObject(
            elements.map { element in
                var inner = fields(of: element.object ?? JSONObject())
                inner["."] = [:]
                return (#"k:{"name":"\#(element["name"]?.string ?? "")"}"#, .object(inner))
            })
    }
}
