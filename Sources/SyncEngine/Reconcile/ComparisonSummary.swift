public import KubeCore

/// What the objects of an application come to together: its sync status and its health.
public struct ComparisonSummary: Hashable, Sendable {
    public var resources: [ComparedResource]
    /// Whether the metadata of the destination namespace is to be set anew (S107).
    public var isNamespaceMetadataDue = false
    /// The Application itself may be among its resources: its health does not count for itself (S172).
    public var ownKey: ObjectKey?

    public init(_ resources: [ComparedResource]) {
        self.resources = resources
    }

    /// S158.
    public var syncStatus: SyncStatus.Code {
        isNamespaceMetadataDue || resources.contains(where: \.countsAsOutOfSync) ? .outOfSync : .synced
    }

    /// S172, S173.
    public var health: Health {
        let counted = resources.filter { !$0.isHook }
        if counted.isEmpty { return Health(.healthy) }
        guard counted.contains(where: \.isLive) else { return Health(.missing) }
        let assessed = counted.compactMap { resource in
            countsForHealth(resource) ? resource.health.map { (resource.key, $0.status) } : nil
        }
        let worst = assessed.map(\.1).max() ?? .healthy
        guard worst != .healthy else { return Health(.healthy) }
        return Health(worst, Self.cause(assessed.filter { $0.1 == worst }.map(\.0)))
    }

    private func countsForHealth(_ resource: ComparedResource) -> Bool {
        guard resource.isLive, resource.difference != nil, !resource.ignoresHealth, resource.key != ownKey
        else { return false }
        let isApplication = resource.key.group == "argoproj.io" && resource.key.kind == "Application"
        return !(isApplication && [.missing, .unknown].contains(resource.health?.status))
    }

    /// S174: up to three by name.
    private static func cause(_ keys: [ObjectKey]) -> String {
        let named = keys.sorted().prefix(3).map { key in
            (key.group.isEmpty ? key.kind : "\(key.group)/\(key.kind)") + ":"
                + (key.namespace.isEmpty ? key.name : "\(key.namespace)/\(key.name)")
        }
        let rest = keys.count - named.count
        return "Caused by " + named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
