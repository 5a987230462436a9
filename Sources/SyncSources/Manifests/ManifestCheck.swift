import KubeCore

/// What is wrong with an object, whichever API server it goes to.
struct ManifestProblem: Error, Equatable {
    /// As a path: `metadata.name`, `items[2].kind`.
    var field: String
    var problem: String

    /// The same problem, seen from the list around it.
    func inside(_ item: String) -> ManifestProblem {
        ManifestProblem(field: field.isEmpty ? item : "\(item).\(field)", problem: "\(item): \(problem)")
    }
}

/// The least that an object needs so that it can be told from others and its marks be read.
enum ManifestCheck {
    static func object(_ members: JSONObject) throws(ManifestProblem) -> KubeObject {
        try text(members["apiVersion"], "apiVersion", in: "object")
        try text(members["kind"], "kind", in: "object")
        let object = KubeObject(members)
        switch members["metadata"] {
        case .object(let metadata): try check(metadata, of: object.kind)
        case nil, .null: throw missingName(of: object.kind)
        case let other?:
            throw ManifestProblem(
                field: "metadata", problem: "metadata is \(other.nounPhrase), not an object")
        }
        return object
    }

    private static func check(_ metadata: JSONObject, of kind: String) throws(ManifestProblem) {
        for field in ["name", "generateName", "namespace"] {
            try textIfThere(metadata[field], "metadata.\(field)")
        }
        for field in ["labels", "annotations"] {
            switch metadata[field] {
            case nil, .null: continue
            case .object(let members):
                for member in members {
                    try textIfThere(member.value, "metadata.\(field)[\"\(member.key)\"]")
                }
            case let other?:
                throw ManifestProblem(
                    field: "metadata.\(field)",
                    problem: "metadata.\(field) is \(other.nounPhrase), not an object")
            }
        }
        let names = [metadata["name"], metadata["generateName"]].compactMap { $0?.string }
        guard names.contains(where: { !$0.isEmpty }) else { throw missingName(of: kind) }
    }

    private static func missingName(of kind: String) -> ManifestProblem {
        ManifestProblem(
            field: "metadata.name", problem: "\(kind) without metadata.name (or metadata.generateName)")
    }

    private static func text(_ value: JSONValue?, _ field: String, in subject: String) throws(ManifestProblem)
    {
        guard let value, !value.isNull, value != "" else {
            throw ManifestProblem(field: field, problem: "\(subject) without \(field)")
        }
        try textIfThere(value, field)
    }

    /// An annotation `5` or `yes` would be read as none, and a wave be lost: YAML wants quotes there.
    private static func textIfThere(_ value: JSONValue?, _ field: String) throws(ManifestProblem) {
        guard let value, !value.isNull, value.string == nil else { return }
        throw ManifestProblem(
            field: field, problem: "\(field) is \(value.nounPhrase), not text: put it in quotes")
    }
}
