import KubeCore

/// The structural schema of a custom resource's version, read once.
struct CustomSchema: Sendable {
    /// What unnamed members look like.
    indirect enum Others: Sendable {
        case dropped
        case kept
        case schema(CustomSchema)
    }

    var type: String?
    var properties: [(name: String, schema: CustomSchema)] = []
    var others = Others.dropped
    /// What lists hold; at most one element.
    var items: [CustomSchema] = []
    var required: [String] = []
    var defaultValue: JSONValue?
    var isNullable = false
    var keepsUnknown = false
    var isIntOrString = false
    /// Whether this is an object of the API inside another.
    var isEmbedded = false
    var listIdentity = ListIdentity.atomic
    var isAtomicMap = false
    /// The keywords that only check values.
    var checks: JSONObject
    var allOf: [CustomSchema]
    var anyOf: [CustomSchema]
    var oneOf: [CustomSchema]
    var not: [CustomSchema]

    init(_ json: JSONValue) {
        checks = json.object ?? JSONObject()
        type = json["type"]?.string
        properties = (json["properties"]?.object?.members ?? []).map { ($0.key, CustomSchema($0.value)) }
        keepsUnknown = json["x-kubernetes-preserve-unknown-fields"] == true
        isIntOrString = json["x-kubernetes-int-or-string"] == true
        isEmbedded = json["x-kubernetes-embedded-resource"] == true
        isNullable = json["nullable"] == true
        isAtomicMap = json["x-kubernetes-map-type"] == "atomic"
        defaultValue = json["default"]
        required = json["required"]?.array?.compactMap(\.string) ?? []
        items = json["items"].map { [CustomSchema($0)] } ?? []
        switch json["additionalProperties"] {
        case .object(let inner)?: others = .schema(CustomSchema(.object(inner)))
        case .bool(true)?: others = .kept
        default: others = keepsUnknown ? .kept : .dropped
        }
        switch json["x-kubernetes-list-type"]?.string {
        case "set": listIdentity = .set
        case "map":
            listIdentity = .keys(json["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? [])
        default: break
        }
        func list(_ name: String) -> [CustomSchema] { (json[name]?.array ?? []).map { CustomSchema($0) } }
        allOf = list("allOf")
        anyOf = list("anyOf")
        oneOf = list("oneOf")
        not = json["not"].map { [CustomSchema($0)] } ?? []
    }

    subscript(_ name: String) -> CustomSchema? { properties.first { $0.name == name }?.schema }
}

// MARK: - Reading objects

extension CustomSchema {
    /// A custom object as the server keeps it: metadata in its form, unknown members gone, defaults filled in.
    func normalized(_ object: JSONObject) throws(DecodeFailure) -> JSONObject {
        var result = JSONObject()
        for name in ["apiVersion", "kind"] { result[name] = object[name] }
        let metadata = ShapeTable.builtIn.shape("meta/v1.ObjectMeta")
        result["metadata"] = try metadata.normalized(object["metadata"] ?? .object(JSONObject()))
        if result.metadata("creationTimestamp")?.isNull == true {
            result.setMetadata("creationTimestamp", .none)
        }
        for member in object where !["apiVersion", "kind", "metadata"].contains(member.key) {
            if let value = pruned(member) { result[member.key] = value }
        }
        for (name, schema) in properties where result[name] == nil {
            if ["apiVersion", "kind", "metadata"].contains(name) { continue }
            if let value = schema.defaultValue { result[name] = value }
        }
        for (name, schema) in properties {
            if let value = result[name] { result[name] = schema.defaulted(value) }
        }
        return result
    }

    private func pruned(_ member: JSONObject.Member) -> JSONValue? {
        if let schema = self[member.key] { return schema.pruned(member.value) }
        return switch others {
        case .dropped: .none
        case .kept: member.value
        case .schema(let schema): schema.pruned(member.value)
        }
    }

    private func pruned(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            return .object(
                JSONObject(
                    uniqueMembers: object.members.compactMap { member in
                        if isEmbedded, ["apiVersion", "kind", "metadata"].contains(member.key) {
                            return member
                        }
                        return pruned(member).map { JSONObject.Member(key: member.key, value: $0) }
                    }))
        case .array(let elements):
            guard let schema = items.first else { return value }
            return .array(elements.map(schema.pruned))
        case .null, .bool, .int, .double, .string:
            return value
        }
    }

    /// The value with what is missing in it filled in.
    private func defaulted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var object):
            for (name, schema) in properties {
                if object[name] == nil || (object[name]?.isNull == true && !schema.isNullable),
                    let value = schema.defaultValue
                {
                    object[name] = value
                }
                if let inner = object[name] { object[name] = schema.defaulted(inner) }
            }
            if case .schema(let schema) = others {
                for member in object where self[member.key] == nil {
                    object[member.key] = schema.defaulted(member.value)
                }
            }
            return .object(object)
        case .array(let elements):
            guard let schema = items.first else { return value }
            return .array(elements.map(schema.defaulted))
        case .null, .bool, .int, .double, .string:
            return value
        }
    }
}

// MARK: - Ownership

extension CustomSchema {
    /// How objects of the version are merged and owned.
    var rootShape: Shape {
        var fields = memberFields.filter { !["apiVersion", "kind", "metadata"].contains($0.name) }
        fields += [
            StructField(name: "apiVersion", presence: .unlessZero, shape: .string),
            StructField(name: "kind", presence: .unlessZero, shape: .string),
            StructField(
                name: "metadata", presence: .unlessZero, shape: ShapeTable.builtIn.shape("meta/v1.ObjectMeta")
            ),
        ]
        return .structure(
            StructShape(name: "custom", fields: fields, others: keepsUnknown ? Shape.open : nil))
    }

    private var memberFields: [StructField] {
        properties.map { StructField(name: $0.name, presence: .ifGiven, shape: $0.schema.shape) }
    }

    private var shape: Shape {
        if isIntOrString { return .intOrString }
        switch type {
        case "string": return .string
        case "boolean": return .boolean
        case "integer", "number": return .double
        case "array":
            return .list(items.first?.shape ?? .any, listIdentity)
        case "object":
            if properties.isEmpty, keepsUnknown { return .map(.any) }
            if !properties.isEmpty {
                return .structure(
                    StructShape(
                        name: "custom", fields: memberFields, isAtomic: isAtomicMap,
                        others: keepsUnknown ? Shape.open : nil))
            }
            if case .schema(let schema) = others {
                return isAtomicMap ? .any : .map(schema.shape)
            }
            return .structure(StructShape(name: "custom", fields: [], others: nil))
        default:
            return keepsUnknown ? .open : .any
        }
    }
}
