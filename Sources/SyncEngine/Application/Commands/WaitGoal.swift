public import KubeCore

/// What `app wait` waits for (C22).
public struct WaitGoal: Hashable, Sendable {
    public var sync = false
    /// Any of these; empty: health does not matter.
    public var healths: Set<Health.Status> = []
    /// That no operation runs and its end has been seen (C23).
    public var operation = false
    public var hydration = false
    /// That the Application is gone; then nothing else counts (C25).
    public var deletion = false
    /// Sync and health of these objects instead of the Application's.
    public var selection = ResourceSelection()

    public init() {}

    /// Whether nothing was asked for.
    public var isEmpty: Bool { !sync && healths.isEmpty && !operation && !hydration && !deletion }

    /// What is waited for where nothing is named: all is well and nothing runs.
    public static var everything: WaitGoal {
        var goal = WaitGoal()
        goal.sync = true
        goal.healths = [.healthy]
        goal.operation = true
        return goal
    }

    /// Whether all that was asked for holds.
    public func isMet(by application: Application) -> Bool {
        guard !deletion else { return false }
        if operation, application.isOperating { return false }
        guard selection.isEverything else { return isMetByObjects(application.status) }
        let status = application.status
        return (!sync || status.sync.status == .synced)
            && (healths.isEmpty || status.health.status.map(healths.contains) ?? false)
    }

    private func isMetByObjects(_ status: ApplicationStatus) -> Bool {
        let chosen = status.resources.filter { selection.contains($0.key) }
        return !chosen.isEmpty
            && chosen.allSatisfy { resource in
                // What has no health is well (S172).
                (!sync || resource.status == .synced)
                    && (healths.isEmpty || healths.contains(resource.health?.status ?? .healthy))
            }
    }
}

extension Application {
    /// Whether an operation is asked for or runs, or its end has not been followed by a look at the cluster (C23).
    public var isOperating: Bool {
        if operation != nil { return true }
        guard let state = status.operation else { return false }
        guard let finishedAt = state.finishedAt else { return !state.phase.isCompleted }
        if state.request?.sync?.dryRun ?? false { return false }
        return status.reconciledAt.map { $0 < finishedAt } ?? true
    }
}

/// A wait as it goes: what has been seen of the Application decides.
public struct Waiting: Sendable {
    public enum Verdict: Hashable, Sendable {
        case pending
        case met
        case deleted
        /// An object has become worse while health was waited for (C26).
        case degraded(ObjectKey, from: String)
    }

    public let goal: WaitGoal
    private var healths: [ObjectKey: String] = [:]

    public init(for goal: WaitGoal) {
        self.goal = goal
    }

    /// Takes a look.
    ///
    /// - Parameter application: As it is; `nil` if there is none of that name.
    /// - Returns: Whether the wait is over.
    public mutating func next(seeing application: Application?) -> Verdict {
        guard let application else { return .deleted }
        let rows = ResourceRow.rows(of: application.status, selection: goal.selection)
        defer { for row in rows { healths[row.key] = row.health } }
        if !goal.healths.isEmpty, !goal.healths.contains(.degraded) {
            for row in rows where row.health == Health.Status.degraded.rawValue {
                guard let before = healths[row.key], !Self.cannotFall.contains(before) else { continue }
                return .degraded(row.key, from: before)
            }
        }
        return goal.isMet(by: application) ? .met : .pending
    }

    private static let cannotFall = [Health.Status.unknown.rawValue, Health.Status.degraded.rawValue]
}
