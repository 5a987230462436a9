import KubeCore

/// Expands lists as kubectl does: `List`, and every other kind that ends so and has `items`.
enum ManifestList {
    /// The objects of one document, checked.
    static func objects(in document: JSONValue) throws(ManifestProblem) -> [KubeObject] {
        guard let members = document.object else {
            throw ManifestProblem(
                field: "", problem: "a document has to be an object, this is \(document.nounPhrase)")
        }
        guard let items = items(of: members) else { return [try ManifestCheck.object(members)] }
        let list = KubeObject(members)
        var objects: [KubeObject] = []
        for (index, item) in items.enumerated() {
            do {
                objects += try Self.objects(in: named(item, after: list))
            } catch {
                throw error.inside("items[\(index)]")
            }
        }
        return objects
    }

    /// `nil` if this is no list.
    private static func items(of members: JSONObject) -> [JSONValue]? {
        guard members["kind"]?.string?.hasSuffix("List") == true, let items = members["items"] else {
            return nil
        }
        return items.isNull ? [] : items.array
    }

    /// An item that says neither is of the kind that the list's name begins with.
    private static func named(_ item: JSONValue, after list: KubeObject) -> JSONValue {
        let kind = String(list.kind.dropLast("List".count))
        guard var members = item.object, members["kind"] == nil, members["apiVersion"] == nil, !kind.isEmpty
        else {
            return item
        }
        members["kind"] = .string(kind)
        members["apiVersion"] = .string(list.apiVersion)
        return .object(members)
    }
}
