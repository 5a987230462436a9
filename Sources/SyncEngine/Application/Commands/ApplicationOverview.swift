public import KubeCore

/// What `app get` shows of an Application at a glance (C29).
public struct ApplicationOverview: Sendable {
    private let application: Application
    private let windows: SyncWindowNote

    /// What the windows of its project say at the moment.
    public struct SyncWindowNote: Hashable, Sendable {
        /// `Sync Allowed`, `Sync Denied` or `Manual Allowed`.
        public var verdict: String
        /// `kind:schedule:duration`
        public var assigned: [String]
        /// Whether a person may sync now.
        public var permitsManual = true
        /// Why a window cannot be read, so that nothing begins; `nil` if all can.
        public var problem: String?

        public init(verdict: String = "Sync Allowed", assigned: [String] = []) {
            self.verdict = verdict
            self.assigned = assigned
        }
    }

    public init(_ application: Application, windows: SyncWindowNote = SyncWindowNote()) {
        self.application = application
        self.windows = windows
    }

    /// Labels and what they say; a label of blanks goes on with the one before.
    public var fields: [(label: String, value: String)] {
        let metadata = application.metadata
        let spec = application.spec
        var fields = [
            (label: "Name:", value: "\(metadata.namespace)/\(metadata.name)"),
            ("Project:", spec.project),
            ("Server:", spec.destination.server.isEmpty ? spec.destination.name : spec.destination.server),
            ("Namespace:", spec.destination.namespace),
            ("URL:", application.status.summary.externalURLs.first ?? "-"),
        ]
        fields += sourceFields
        fields.append(("SyncWindow:", windows.verdict))
        if let problem = windows.problem { fields.append(("", "a window cannot be read: \(problem)")) }
        if !windows.assigned.isEmpty {
            fields.append(("Assigned Windows:", windows.assigned.joined(separator: ",")))
        }
        fields.append(("Sync Policy:", spec.syncPolicy.overviewText))
        fields.append(("Sync Status:", syncText))
        fields.append(("Health Status:", healthText))
        return fields
    }

    private var sourceFields: [(label: String, value: String)] {
        let sources = application.spec.sources.all
        let heading = if case .several = application.spec.sources { "Sources:" } else { "Source:" }
        return [(heading, "")]
            + sources.flatMap { source in
                var fields = [(label: "- Repo:", value: source.shownURL)]
                fields.append(("  Target:", source.targetRevision))
                if !source.path.isEmpty { fields.append(("  Path:", source.path)) }
                if !source.chart.isEmpty { fields.append(("  Chart:", source.chart)) }
                if !source.ref.isEmpty { fields.append(("  Ref:", source.ref)) }
                if let files = source.helm?.valueFiles, !files.isEmpty {
                    fields.append(("  Helm Values:", files.joined(separator: ",")))
                }
                if let prefix = source.kustomize?.namePrefix, !prefix.isEmpty {
                    fields.append(("  Name Prefix:", prefix))
                }
                return fields
            }
    }

    private var syncText: String {
        let sync = application.status.sync
        let target = application.spec.sources.all.first
        let word: String
        switch sync.status {
        case .synced: word = "Synced to"
        case .outOfSync: word = "OutOfSync from"
        case .unknown, nil: return "Unknown"
        }
        if case .several = application.spec.sources { return String(word.prefix { $0 != " " }) }
        let tail = sync.revision.isCommit && target?.targetRevision.isCommit == false
        return "\(word) \(target?.shownTarget ?? "")" + (tail ? " (\(sync.revision.prefix(7)))" : "")
    }

    private var healthText: String {
        let health = application.status.health
        let status = health.status?.rawValue ?? "Unknown"
        return health.message.isEmpty ? status : "\(status) (\(health.message))"
    }
}

extension SyncPolicy {
    /// Whether syncs begin by themselves.
    public var isAutomatic: Bool { automated?.isEnabled ?? false }

    fileprivate var overviewText: String {
        guard isAutomatic else { return "Manual" }
        return automated?.prune ?? false ? "Automated (Prune)" : "Automated"
    }
}

extension ApplicationOverview.SyncWindowNote {
    /// What a project's windows say of an Application (S133-S138).
    ///
    /// - Parameters:
    ///   - entries: `spec.syncWindows` of the project.
    ///   - application: Whom they may concern.
    ///   - now: The time.
    ///   - zones: Finds a time zone by its name; `nil` if there is none.
    public init(
        of entries: [JSONValue], for application: Application, at now: Timestamp,
        zones: (String) -> ZoneOffsets?
    ) {
        let (name, destination) = (application.metadata.name, application.spec.destination)
        let windows = SyncWindows(entries, of: name, to: destination, zones: zones)
        permitsManual = windows.verdict(at: now, isManual: true) == .permitted
        problem = windows.problem
        let permitsAll = windows.verdict(at: now, isManual: false) == .permitted
        verdict = permitsAll ? "Sync Allowed" : permitsManual ? "Manual Allowed" : "Sync Denied"
        assigned = entries.compactMap { entry in
            var reader = LenientReader(entry, at: "window")
            guard SyncWindow(&reader, zones: zones)?.concerns(name, destination) ?? false else { return nil }
            return ["kind", "schedule", "duration"].map { entry[$0]?.string ?? "" }.joined(separator: ":")
        }
    }
}
