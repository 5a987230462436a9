/// One Application's row in `app list`.
public struct ApplicationListing: Hashable, Sendable {
    public static let header = [
        "NAME", "CLUSTER", "NAMESPACE", "PROJECT", "STATUS", "HEALTH", "SYNCPOLICY", "CONDITIONS", "REPO",
        "PATH", "TARGET",
    ]

    public var cells: [String]

    public init(_ application: Application) {
        let spec = application.spec
        let status = application.status
        let source = spec.sources.all.first ?? ApplicationSource()
        let destination = spec.destination
        cells = [
            application.qualifiedName, destination.server.isEmpty ? destination.name : destination.server,
            destination.namespace, spec.project, status.sync.status?.rawValue ?? "Unknown",
            status.health.status?.rawValue ?? "Unknown", Self.policy(spec.syncPolicy),
            Self.conditions(status.conditions), source.shownURL, source.path, source.targetRevision,
        ]
    }

    private static func policy(_ policy: SyncPolicy) -> String {
        guard policy.isAutomatic else { return "Manual" }
        return policy.automated?.prune ?? false ? "Auto-Prune" : "Auto"
    }

    /// Types, each with how often where that is more than once.
    private static func conditions(_ conditions: [ApplicationCondition]) -> String {
        guard !conditions.isEmpty else { return "<none>" }
        let counts = Dictionary(grouping: conditions, by: \.kind.rawValue).mapValues(\.count)
        return counts.sorted { $0.key < $1.key }
            .map { $0.value > 1 ? "\($0.key)(\($0.value))" : $0.key }.joined(separator: ",")
    }
}

extension Application {
    /// `argocd/demo` (C1)
    public var qualifiedName: String { "\(metadata.namespace)/\(metadata.name)" }
}

/// Which Applications are meant where no name says it.
public struct ApplicationFilter: Hashable, Sendable {
    /// Any of these; empty: all.
    public var projects: [String] = []
    public var repository = ""
    /// A server or the name of a cluster.
    public var cluster = ""
    public var path = ""

    public init() {}

    public func contains(_ application: Application) -> Bool {
        let spec = application.spec
        let destination = spec.destination
        return (projects.isEmpty || projects.contains(spec.project))
            && (repository.isEmpty || spec.sources.all.contains { $0.repositoryURL == repository })
            && (cluster.isEmpty || destination.server == cluster || destination.name == cluster)
            && (path.isEmpty || spec.sources.all.contains { $0.path == path })
    }
}
