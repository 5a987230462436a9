/// What identifies an object in a cluster, whatever the version it is read in.
public struct ObjectKey: Hashable, Sendable {
    /// Empty for the core group.
    public var group: String
    public var kind: String
    /// Empty for objects of the cluster.
    public var namespace: String
    public var name: String

    public init(group: String, kind: String, namespace: String, name: String) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    public var groupKind: GroupKind { GroupKind(group: group, kind: kind) }
}

extension ObjectKey: Comparable {
    public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.group, left.kind, left.namespace, left.name) < (
            right.group, right.kind, right.namespace, right.name
        )
    }
}

extension ObjectKey: CustomStringConvertible {
    /// `apps/Deployment demo/web`, `Namespace demo`.
    public var description: String {
        "\(groupKind) " + (namespace.isEmpty ? name : "\(namespace)/\(name)")
    }
}
