/// A kind in one of its versions, as `apiVersion` and `kind` of a manifest name it.
public struct GroupVersionKind: Hashable, Sendable {
    /// Empty for the core group.
    public var group: String
    public var version: String
    public var kind: String

    public init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// From `apps/v1` (or `v1`) and a kind.
    public init(apiVersion: String, kind: String) {
        let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        group = parts.count == 2 ? String(parts[0]) : ""
        version = String(parts[parts.count - 1])
        self.kind = kind
    }

    /// `apps/v1`, or `v1` for the core group.
    public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// The kind whatever the version.
    public var groupKind: GroupKind { GroupKind(group: group, kind: kind) }
}

/// A kind whatever its version.
public struct GroupKind: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Empty for the core group.
    public var group: String
    public var kind: String

    public init(group: String, kind: String) {
        self.group = group
        self.kind = kind
    }

    /// `apps/Deployment`, or `ConfigMap` for the core group.
    public var description: String { group.isEmpty ? kind : "\(group)/\(kind)" }

    public static func < (left: GroupKind, right: GroupKind) -> Bool {
        (left.group, left.kind) < (right.group, right.kind)
    }
}

/// A collection of the API: what a kind is called in a path, in one version.
public struct APIResource: Hashable, Sendable {
    public var kind: GroupVersionKind
    /// As in a path: `deployments`.
    public var plural: String
    public var isNamespaced: Bool
    /// What may be asked for: `get`, `list`, `watch`, `create`, `patch`, `update`, `delete`, `deletecollection`.
    public var verbs: Set<String>

    public init(kind: GroupVersionKind, plural: String, isNamespaced: Bool, verbs: Set<String>) {
        self.kind = kind
        self.plural = plural
        self.isNamespaced = isNamespaced
        self.verbs = verbs
    }

    /// A namespaced kind of the core group (`v1`), which every API server has.
    ///
    /// - Parameters:
    ///   - kind: `Secret`.
    ///   - plural: `secrets`.
    /// - Returns: Without verbs: nobody has asked the server what may be asked for.
    public static func core(_ kind: String, _ plural: String) -> APIResource {
        APIResource(
            kind: GroupVersionKind(group: "", version: "v1", kind: kind), plural: plural, isNamespaced: true,
            verbs: [])
    }
}
