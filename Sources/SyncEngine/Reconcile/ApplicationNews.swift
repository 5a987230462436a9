public import KubeCore

/// Something that people should be told of an Application: what becomes an event and a line of the log.
///
/// Says what has changed, never what is: whoever tells the same change twice tells it by two looks at it.
public struct ApplicationNews: Hashable, Sendable {
    /// One word in CamelCase, for machines.
    public var reason: String
    public var message: String
    /// Whether somebody may have to act.
    public var isWarning: Bool

    init(_ reason: String, _ message: String, isWarning: Bool = false) {
        self.reason = reason
        self.message = message
        self.isWarning = isWarning
    }

    /// What is new of an operation (S112–S127).
    ///
    /// - Parameters:
    ///   - before: The state that was written last; of this operation, or of an earlier one.
    ///   - after: The state that is written now.
    /// - Returns: In the order in which it happened.
    public static func of(_ before: OperationState?, _ after: OperationState) -> [ApplicationNews] {
        let before = after.predecessor(before)
        var news: [ApplicationNews] = []
        if before == nil { news.append(started(after)) }
        if after.retryCount > before?.retryCount ?? 0 {
            news.append(ApplicationNews("OperationRetried", after.message, isWarning: true))
        }
        if after.phase == .terminating, before?.phase != .terminating {
            news.append(ApplicationNews("OperationTerminating", after.message, isWarning: true))
        }
        if let phase = after.syncPhase, phase != before?.syncPhase {
            news.append(ApplicationNews("SyncPhaseStarted", "\(phase.rawValue) started"))
        }
        if after.phase.isCompleted, before?.phase.isCompleted != true { news.append(ended(after)) }
        return news
    }

    private static func started(_ state: OperationState) -> ApplicationNews {
        let initiator = state.request?.initiator ?? OperationRequest.Initiator()
        let who =
            initiator.isAutomated
            ? "automated sync" : initiator.username.isEmpty ? "sync" : "sync by \(initiator.username)"
        let wanted = state.request?.sync?.allRevisions ?? []
        let revisions = wanted.isEmpty ? "the target revision" : wanted.joined(separator: ", ")
        return ApplicationNews("OperationStarted", "Initiated \(who) to \(revisions)")
    }

    private static func ended(_ state: OperationState) -> ApplicationNews {
        let revisions = state.syncResult.allRevisions
        let target = revisions.isEmpty ? "" : " to \(revisions.joined(separator: ", "))"
        guard state.phase != .succeeded else {
            return ApplicationNews("OperationCompleted", "Sync\(target) succeeded")
        }
        let how = state.phase == .error ? "could not be carried out" : "failed"
        return ApplicationNews(
            "OperationCompleted", "Sync\(target) \(how): \(state.message)", isWarning: true)
    }

    /// What is new of the state of an application (S154, S160, S172).
    ///
    /// - Parameters:
    ///   - before: The status that is there.
    ///   - after: The status that is written now.
    /// - Returns: What is new, first of all what is compared.
    public static func of(_ before: ApplicationStatus, _ after: ApplicationStatus) -> [ApplicationNews] {
        var news: [ApplicationNews] = []
        if before.sync.status != after.sync.status {
            let change = change(before.sync.status?.rawValue, after.sync.status?.rawValue)
            news.append(ApplicationNews("ResourceUpdated", "Updated sync status: \(change)"))
        }
        if before.health.status != after.health.status {
            let change = change(before.health.status?.rawValue, after.health.status?.rawValue)
            news.append(
                ApplicationNews(
                    "ResourceUpdated", "Updated health status: \(change)",
                    isWarning: after.health.status == .degraded))
        }
        let known = Set(before.conditions.map { [$0.kind.rawValue, $0.message] })
        for condition in after.conditions where !known.contains([condition.kind.rawValue, condition.message])
        {
            news.append(ApplicationNews(condition.kind.rawValue, condition.message, isWarning: true))
        }
        return news
    }

    private static func change(_ before: String?, _ after: String?) -> String {
        [before, after].map { $0.flatMap { $0.isEmpty ? nil : $0 } ?? "none" }.joined(separator: " -> ")
    }
}

extension OperationState {
    /// What was written before, if it is of the same operation: what came before an operation does not count for it.
    ///
    /// - Parameter before: The state that was written last.
    /// - Returns: `nil` where this state is the first of its operation.
    public func predecessor(_ before: OperationState?) -> OperationState? {
        before?.startedAt == startedAt ? before : nil
    }

    /// The phase that the sync has come to; `nil` before anything was done.
    var syncPhase: SyncPhase? { syncResult.resources.map(\.syncPhase).max() }

    /// The hooks whose end this state is the first to tell of.
    ///
    /// - Parameter before: The state before it, of the same operation; `nil` if there was none.
    /// - Returns: Their keys.
    public func endedHooks(since before: OperationState?) -> [ObjectKey] {
        let known = Set((before?.syncResult.resources ?? []).filter(\.isEndedHook).map(\.key))
        return syncResult.resources.filter { $0.isEndedHook && !known.contains($0.key) }.map(\.key)
    }
}
