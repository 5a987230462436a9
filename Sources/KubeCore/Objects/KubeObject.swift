/// A Kubernetes object: a JSON object of which the metadata can be asked by name.
///
/// Nothing is checked and nothing converted: a member of the wrong type reads as absent.
public struct KubeObject: Hashable, Sendable {
    public var json: JSONObject

    public init(_ json: JSONObject) {
        self.json = json
    }

    public subscript(_ path: String...) -> JSONValue? {
        get { json[path: path] }
        set { json[path: path] = newValue }
    }

    public var apiVersion: String { json["apiVersion"]?.string ?? "" }
    public var kind: String { json["kind"]?.string ?? "" }
    public var groupVersionKind: GroupVersionKind { GroupVersionKind(apiVersion: apiVersion, kind: kind) }

    public var metadata: JSONObject { json["metadata"]?.object ?? JSONObject() }

    public var name: String {
        get { self["metadata", "name"]?.string ?? "" }
        set { self["metadata", "name"] = .string(newValue) }
    }

    /// Empty for objects of the cluster, and where a manifest leaves it out.
    public var namespace: String {
        get { self["metadata", "namespace"]?.string ?? "" }
        set { self["metadata", "namespace"] = newValue.isEmpty ? nil : .string(newValue) }
    }

    public var generateName: String { self["metadata", "generateName"]?.string ?? "" }
    public var uid: String { self["metadata", "uid"]?.string ?? "" }
    public var resourceVersion: String { self["metadata", "resourceVersion"]?.string ?? "" }
    public var generation: Int64 { self["metadata", "generation"]?.int ?? 0 }
    /// RFC 3339, as the server writes it; `nil` if nobody asked for the deletion.
    public var deletionTimestamp: String? { self["metadata", "deletionTimestamp"]?.string }
    public var isBeingDeleted: Bool { deletionTimestamp != nil }
    public var finalizers: [String] { self["metadata", "finalizers"]?.array?.compactMap(\.string) ?? [] }
    public var hasOwner: Bool { self["metadata", "ownerReferences"]?.array?.isEmpty == false }

    public func label(_ key: String) -> String? { self["metadata", "labels", key]?.string }
    public func annotation(_ key: String) -> String? { self["metadata", "annotations", key]?.string }

    public mutating func setLabel(_ key: String, _ value: String?) {
        self["metadata", "labels", key] = value.map { .string($0) }
    }

    public mutating func setAnnotation(_ key: String, _ value: String?) {
        self["metadata", "annotations", key] = value.map { .string($0) }
    }

    /// The identity, with the namespace as it is written (see ``namespace``).
    public var key: ObjectKey {
        ObjectKey(group: groupVersionKind.group, kind: kind, namespace: namespace, name: name)
    }
}
