/// That an application is to be compared, how freshly, and why.
public struct RefreshNeed: Hashable, Sendable {
    public var level: RefreshLevel
    /// Whether nothing that was rendered before may be used (S149).
    public var isHard = false
    /// For people and logs: `spec.source differs`.
    public var reason: String

    public init(_ level: RefreshLevel, isHard: Bool = false, _ reason: String) {
        self.level = level
        self.isHard = isHard
        self.reason = reason
    }
}

/// When an application is compared again without anybody having asked (S149–S152). Pure.
public struct RefreshSchedule: Hashable, Sendable {
    /// From one look at the source to the next.
    public var interval: Duration
    /// What is added at most, so that not all applications look at once; for one application always the same.
    public var jitter: Duration
    /// From one look without what was rendered before to the next; `nil` for never.
    public var hardInterval: Duration?

    public init(interval: Duration, jitter: Duration, hardInterval: Duration? = nil) {
        self.interval = interval
        self.jitter = jitter
        self.hardInterval = hardInterval
    }

    /// What a pass has to do.
    ///
    /// - Parameters:
    ///   - application: As it is in the cluster.
    ///   - asked: The highest level that somebody in this process has asked for: an event of a live object, the end
    ///     of an operation.
    ///   - lastHard: When it was last rendered anew, as far as this process knows.
    ///   - now: The time.
    /// - Returns: `nil` if what is known is good enough.
    public func need(
        of application: Application, asked: RefreshLevel?, lastHard: Timestamp? = nil, now: Timestamp
    ) -> RefreshNeed? {
        let compared = application.status.sync.compared
        if let wish = application.metadata.refresh {
            return RefreshNeed(.latestForced, isHard: wish.isHard, "it is asked for by annotation")
        }
        if compared?.sources != application.spec.sources {
            return RefreshNeed(.latestForced, "spec.source differs from what was compared")
        }
        if let level = application.comparisonLeftOut {
            return RefreshNeed(max(asked ?? level, level), "an operation has ended since")
        }
        if let hardInterval, Self.isOver(lastHard, hardInterval, now) {
            return RefreshNeed(.latest, isHard: true, "it is time to render anew")
        }
        if now >= due(application, at: now) {
            return RefreshNeed(max(asked ?? .latest, .latest), "it is time to look at the source")
        }
        if compared?.destination != application.spec.destination {
            return RefreshNeed(.latest, "spec.destination differs from what was compared")
        }
        if compared?.ignoreDifferences != application.spec.ignoreDifferences {
            return RefreshNeed(
                max(asked ?? .recent, .recent), "spec.ignoreDifferences differs from what was compared")
        }
        return asked.map { RefreshNeed($0, "something has changed") }
    }

    /// When the source is looked at next, if nothing happens before.
    ///
    /// - Parameters:
    ///   - application: As it is in the cluster.
    ///   - now: The time. What claims to have been looked at long after it was written by another clock, or by hand, and
    ///     is looked at.
    /// - Returns: The time, long past where it was never looked at.
    public func due(_ application: Application, at now: Timestamp) -> Timestamp {
        guard let last = application.status.reconciledAt, last.since(now) <= interval else {
            return Timestamp(seconds: 0)
        }
        let name = [application.metadata.uid, application.metadata.namespace, application.metadata.name]
        let share = Double(StableHash.of(name) >> 11) / Double(1 << 53)
        return Timestamp(seconds: last.seconds + (interval + jitter * share).components.seconds)
    }

    private static func isOver(_ last: Timestamp?, _ interval: Duration, _ now: Timestamp) -> Bool {
        last.map { now.since($0) >= interval } ?? false
    }
}

extension Application {
    /// The comparison that the end of an operation called for (S130), and that whoever ran it did not come to.
    fileprivate var comparisonLeftOut: RefreshLevel? {
        guard operation == nil, let ended = status.operation, let finishedAt = ended.finishedAt,
            let last = status.reconciledAt, last < finishedAt
        else { return nil }
        return ended.comparisonAfterEnd
    }

    /// The Application with a look that was not written counted, for what follows from when it was looked at.
    ///
    /// - Parameter look: By this process; `nil` for none.
    /// - Returns: The same, with the later of both times.
    public func seen(at look: Timestamp?) -> Application {
        var seen = self
        if let look { seen.status.reconciledAt = max(look, status.reconciledAt ?? look) }
        return seen
    }

    /// Whether a status says more than that it was looked at again, which is written once an hour, or where somebody
    /// waits for it: after an operation, or after having asked for a look (S150, S152).
    ///
    /// - Parameter after: The status as it has to be.
    /// - Returns: Whether it is to be written.
    public func isNews(_ after: ApplicationStatus) -> Bool {
        guard metadata.refresh == nil, let last = status.reconciledAt, let look = after.reconciledAt else {
            return true
        }
        if let finished = status.operation?.finishedAt, last < finished { return true }
        var same = after
        same.reconciledAt = last
        return look.since(last) >= .seconds(3600) || changes(to: same) != nil
    }

    /// The comparison that a change of the Application calls for, where its status cannot show it (S151).
    ///
    /// - Parameter before: The Application as it was known.
    /// - Returns: `nil` if nothing has to be compared for it.
    public func comparison(after before: Application) -> RefreshLevel? {
        let (old, new) = (before.spec.syncPolicy, spec.syncPolicy)
        let isSwitchedOn = new.automated?.isEnabled == true && old.automated?.isEnabled != true
        let isOtherPolicy = new.automated != old.automated || new.options != old.options
        let isOtherNamespace = new.namespaceMetadata != old.namespaceMetadata
        if isSwitchedOn || spec.project != before.spec.project { return .latest }
        return isOtherPolicy || isOtherNamespace ? .recent : nil
    }
}

extension OperationState {
    /// The comparison that the end of the operation calls for (S130).
    public var comparisonAfterEnd: RefreshLevel? {
        guard phase.isCompleted, request?.sync?.dryRun != true else { return nil }
        return request?.initiator.isAutomated == true ? .latest : .latestForced
    }
}
