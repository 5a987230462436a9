import KubeCore
import SyncEngine

/// An object as compact JSON text: a fifth of the memory of its tree, and made a tree again when it is needed.
struct PackedObject: Sendable {
    let key: ObjectKey
    let uid: String
    private let version: UInt64?
    /// Of the tracking label; empty if there is none.
    let label: String
    private let text: [UInt8]

    init(_ object: KubeObject) {
        key = object.key
        uid = object.uid
        version = UInt64(object.resourceVersion)
        label = object.label(AnnotationKey.application) ?? ""
        text = JSONValue.object(object.json).serialized()
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

    /// In bytes, roughly.
    var cost: Int { text.count }
}
