import KubeCore

/// One state of one object, as it is kept: the bytes that are answered, and what is asked without reading them.
///
/// Immutable: a write makes a new record, and whoever holds the old one (a page, the history) keeps it.
final class Record: Sendable {
    let namespace: String
    let name: String
    let uid: String
    /// The resource version.
    let version: UInt64
    /// The object as JSON, beginning with kind and apiVersion of the storage version.
    let bytes: [UInt8]
    let labels: [(key: String, value: String)]
    /// The uids of the owners.
    let owners: [String]
    /// Whether the deletion of the object was asked for.
    let isMarked: Bool

    init(_ object: JSONObject, version: UInt64) {
        let metadata = object["metadata"]?.object ?? JSONObject()
        namespace = metadata["namespace"]?.string ?? ""
        name = metadata["name"]?.string ?? ""
        uid = metadata["uid"]?.string ?? ""
        self.version = version
        bytes = JSONValue.object(object).serialized()
        labels =
            metadata["labels"]?.object?.members.compactMap { member in
                member.value.string.map { (member.key, $0) }
            } ?? []
        owners = metadata["ownerReferences"]?.array?.compactMap { $0["uid"]?.string } ?? []
        isMarked = object.isBeingDeleted
    }

    /// Takes over the bytes of an archived object.
    init(_ archived: ArchivedObject) throws(UnreadableObject) {
        let place = archived.place
        let subject = "\(place.plural) \(place.namespace.isEmpty ? "" : "\(place.namespace)/")\(place.name)"
        let tape: JSONTape
        do throws(JSONParseFailure) {
            tape = try JSONTape(parsing: archived.bytes, isKept: false)
        } catch {
            throw UnreadableObject(problem: "\(subject): \(error)")
        }
        guard let metadata = tape.root["metadata"], metadata["name"]?.string == place.name,
            metadata["namespace"]?.string ?? "" == place.namespace
        else { throw UnreadableObject(problem: "\(subject): the object is not of this name") }
        namespace = place.namespace
        name = place.name
        uid = metadata["uid"]?.string ?? ""
        version = archived.version
        bytes = archived.bytes
        labels =
            metadata["labels"]?.members.compactMap { label in label.value.string.map { (label.name, $0) } }
            ?? []
        owners = metadata["ownerReferences"]?.elements.compactMap { $0["uid"]?.string } ?? []
        isMarked = metadata["deletionTimestamp"]?.string != nil
    }

    /// The object as a tree.
    var object: JSONObject {
        // The bytes are our own writing: that they do not parse is a broken invariant.
        guard let value = try? JSONValue(parsing: bytes), let object = value.object else {
            preconditionFailure("stored bytes of \(namespace)/\(name) are no object")
        }
        return object
    }

    /// One text of the object, without making a tree of the rest.
    func text(_ path: String...) -> String? { part(path)?.string }

    /// The elements of one list of the object, without making a tree of the rest.
    func elements(_ path: String...) -> [JSONValue] { part(path)?.elements.map(\.value) ?? [] }

    private func part(_ path: [String]) -> JSONTape.Node? {
        // The bytes are our own writing, and read as a tree elsewhere: what would not parse is found there.
        (try? JSONTape(parsing: bytes, isKept: false))?.root[path: path]
    }

    /// Where the record stands among those of its collection.
    var place: RecordPlace { RecordPlace(namespace: namespace, name: name) }
}

/// A name in a namespace; sorts as keys of storage do.
struct RecordPlace: Hashable, Sendable, Comparable {
    var namespace: String
    var name: String

    static func < (left: RecordPlace, right: RecordPlace) -> Bool {
        left.namespace == right.namespace ? left.name < right.name : left.namespace < right.namespace
    }
}
