public import KubeCore
public import SyncEngine

/// One object that two manifests define (S19): the later one is used.
public struct DuplicateObject: Hashable, Sendable, CustomStringConvertible {
    public var key: ObjectKey
    public var used: ManifestOrigin
    public var dropped: ManifestOrigin

    public init(key: ObjectKey, used: ManifestOrigin, dropped: ManifestOrigin) {
        self.key = key
        self.used = used
        self.dropped = dropped
    }

    public var description: String { "\(key) is defined twice: \(used) is used, \(dropped) is not" }
}

/// Finds objects of the same group, kind, namespace and name.
///
/// Objects that the server will name (`generateName`) are never the same.
///
/// - Parameters:
///   - objects: In render order.
///   - namespace: What an object that names none belongs to.
/// - Returns: One entry for each that is dropped, in the order in which they are overruled.
/// - Rule: S19.
public func duplicateObjects(in objects: [DesiredObject], defaultNamespace namespace: String = "")
    -> [DuplicateObject]
{
    var newest: [ObjectKey: ManifestOrigin] = [:]
    var duplicates: [DuplicateObject] = []
    for desired in objects where !desired.object.name.isEmpty {
        var key = desired.object.key
        if key.namespace.isEmpty { key.namespace = namespace }
        if let dropped = newest.updateValue(desired.origin, forKey: key) {
            duplicates.append(DuplicateObject(key: key, used: desired.origin, dropped: dropped))
        }
    }
    return duplicates
}
