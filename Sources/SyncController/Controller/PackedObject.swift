import KubeCore
import SyncEngine

/// An object as compact JSON text: a fifth of the memory of its tree, and made a tree again when it is needed.
struct PackedObject: Sendable {
    let key: ObjectKey
    let uid: String
    private let version: UInt64?
    /// Of the tracking label; empty if there is none.
    let label: String
    /// Where the object is abridged: that its content was compared.
    let proof: UnchangedProof?
    private let text: [UInt8]

    init(_ object: KubeObject) { self.init(object, proof: nil) }

    init(_ proven: ProvenObject) { self.init(proven.object, proof: proven.proof) }

    private init(_ object: KubeObject, proof: UnchangedProof?) {
        key = object.key
        uid = object.uid
        version = UInt64(object.resourceVersion)
        label = object.label(AnnotationKey.application) ?? ""
        self.proof = proof
        let text = JSONValue.object(object.json).serialized()
        // Without the room into which it has grown while it was written.
        var exact: [UInt8] = []
        exact.reserveCapacity(text.count)
        exact += text
        self.text = exact
    }

    var object: KubeObject {
        // What this process wrote itself can be read; if it could not, an empty object would only be compared again.
        guard let tree = try? JSONValue(parsing: text), let json = tree.object else {
            return KubeObject(JSONObject())
        }
        return KubeObject(json)
    }

    /// Whether this state came after the other; what can't be told counts as older.
    func isNewer(than other: PackedObject) -> Bool {
        guard let version, let others = other.version else { return false }
        return version > others
    }

    /// Whether both are the same state of the same object.
    func isSameState(as other: PackedObject) -> Bool {
        version != nil && version == other.version && uid == other.uid
    }

    /// In bytes, roughly.
    var cost: Int { text.count }
}

/// An abridged object, and what it stands on.
struct ProvenObject: Sendable {
    var object: KubeObject
    var proof: UnchangedProof
}
