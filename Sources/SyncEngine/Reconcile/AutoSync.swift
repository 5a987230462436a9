import KubeCore

/// Whether an application is synced without being asked (S138–S147). Pure.
public struct AutoSync: Hashable, Sendable {
    /// What is decided at the end of a refresh.
    public enum Decision: Hashable, Sendable {
        case nothing
        /// The project's windows forbid it for now (S138).
        case held
        /// To be written as the Application's `operation`.
        case start(OperationRequest)
        /// Drift is not corrected yet: to be looked at again then (S145).
        case wait(until: Timestamp)
        /// Why not, although there is something to do: a person has to decide.
        case refused(String)

        /// What is to stand among the conditions, an empty list clears it (S147); `nil`: what stands there stays.
        public var conditions: [ApplicationCondition]? {
            switch self {
            case .held: nil
            case .refused(let message): [ApplicationCondition(.syncError, message)]
            case .nothing, .start, .wait: []
            }
        }
    }

    /// How long drift is left alone after a sync (S145).
    public enum HealPause: Hashable, Sendable {
        /// Longer with each attempt in a row; the first is made at once.
        case growing(first: Duration, factor: Int64, longest: Duration)
        case fixed(Duration)

        public static let standard = HealPause.growing(
            first: .seconds(2), factor: 3, longest: .seconds(300))

        /// The pause after so many attempts in a row.
        func duration(afterAttempts attempts: Int64) -> Duration {
            switch self {
            case .fixed(let pause): return pause
            case .growing(let first, let factor, let longest):
                guard attempts > 0 else { return .zero }
                var pause = min(first, longest)
                for _ in 1..<max(2, min(attempts, 64)) where attempts > 1 && pause < longest {
                    pause = min(pause * max(factor, 1), longest)
                }
                return pause
            }
        }
    }

    public var healPause = HealPause.standard

    public init() {}

    /// Decides on the outcome of a comparison.
    ///
    /// - Parameters:
    ///   - application: As it is in the cluster: spec, operation, and the state of the last operation.
    ///   - summary: What the comparison came to.
    ///   - revisions: What was compared, of each source.
    ///   - isPermitted: Whether the project's windows let syncs begin by themselves now (S138).
    ///   - now: The time.
    /// - Returns: What is to be done.
    public func decision(
        on application: Application, comparedAs summary: ComparisonSummary, revisions: [String],
        isPermitted: Bool, now: Timestamp
    ) -> Decision {
        guard let policy = application.spec.syncPolicy.automated, policy.isEnabled else { return .nothing }
        guard isPermitted else { return .held }
        guard application.operation == nil, application.metadata.deletionTimestamp == nil,
            isWorthwhile(summary, policy)
        else { return .nothing }
        var request = Self.request(for: application, revisions, policy)
        if let last = Self.attempt(of: application, revisions) {
            guard last.phase == .succeeded else {
                return .refused("Failed last sync attempt to \(Self.list(revisions)): \(last.message)")
            }
            guard policy.selfHeal else { return .nothing }
            let attempts = max(last.request?.sync?.remainder.healAttempts ?? 0, 0)
            let due = Self.due(last, healPause.duration(afterAttempts: attempts))
            guard due <= now else { return .wait(until: due) }
            request.sync?.resources = Self.drifted(summary)
            request.sync?.remainder.healAttempts = attempts + 1
        }
        if policy.prune, !policy.allowEmpty, summary.resources.allSatisfy(\.requiresPruning) {
            return .refused(
                "Skipping sync attempt to \(Self.list(revisions)): auto-sync will wipe out all resources")
        }
        return .start(request)
    }

    /// S140.
    private func isWorthwhile(_ summary: ComparisonSummary, _ policy: SyncPolicy.Automated) -> Bool {
        guard summary.syncStatus == .outOfSync else { return false }
        if policy.prune || summary.isNamespaceMetadataDue { return true }
        return summary.resources.contains { $0.countsAsOutOfSync && !$0.requiresPruning }
    }

    /// The last operation, if it was for the same (S142).
    ///
    /// One that came to an end before it had anything to sync counts, too, as far as what it was asked for is the
    /// same: another commit leaves it behind. One that only showed what it would do has written over what was before,
    /// and the history tells of that.
    private static func attempt(of application: Application, _ revisions: [String]) -> OperationState? {
        guard let last = application.status.operation, let sync = last.request?.sync else { return nil }
        guard !sync.dryRun else { return recorded(of: application, revisions) }
        let result = last.syncResult
        let tried = result.allRevisions.isEmpty ? sync.allRevisions : result.allRevisions
        let sources = result.sources.isEmpty ? sync.sources : result.sources
        if tried.isEmpty, sources.isEmpty { return last.phase.isCompleted ? last : nil }
        let isOfSources = sources.isEmpty || sources == application.spec.sources
        return tried == revisions && isOfSources ? last : nil
    }

    /// The sync that the history tells of last, if it was of the same.
    private static func recorded(of application: Application, _ revisions: [String]) -> OperationState? {
        guard let entry = application.status.history.last, entry.sources == application.spec.sources,
            (entry.revisions.isEmpty ? [entry.revision] : entry.revisions) == revisions,
            let end = entry.deployedAt
        else { return nil }
        var state = OperationState(
            phase: .succeeded, message: "", startedAt: entry.deployStartedAt ?? end, revision: entry.revision)
        state.finishedAt = end
        return state
    }

    /// S141.
    private static func request(
        for application: Application, _ revisions: [String], _ policy: SyncPolicy.Automated
    ) -> OperationRequest {
        var sync = SyncOperation()
        sync.sources = application.spec.sources
        if case .several = sync.sources {
            sync.revisions = revisions
        } else {
            sync.revision = revisions.first ?? ""
        }
        sync.prune = policy.prune
        sync.options = application.spec.syncPolicy.options
        var request = OperationRequest(sync)
        request.initiator.isAutomated = true
        request.retry = application.spec.syncPolicy.retry ?? RetryStrategy(limit: 5)
        return request
    }

    /// S144: nothing but what differs; so no hooks run.
    private static func drifted(_ summary: ComparisonSummary) -> [SyncOperation.Resource] {
        summary.resources.filter { $0.syncStatus != nil && $0.syncStatus != .synced }.map {
            SyncOperation.Resource(group: $0.key.group, kind: $0.key.kind, namespace: "", name: $0.key.name)
        }
    }

    /// In whole seconds, as all times of an Application are.
    private static func due(_ last: OperationState, _ pause: Duration) -> Timestamp {
        let (seconds, fraction) = pause.components
        return Timestamp(
            seconds: (last.finishedAt ?? last.startedAt).seconds + seconds + (fraction > 0 ? 1 : 0))
    }

    /// `[main]`, `[one two]`
    private static func list(_ revisions: [String]) -> String { "[\(revisions.joined(separator: " "))]" }
}
