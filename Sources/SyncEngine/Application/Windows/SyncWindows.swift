public import KubeCore

/// The sync windows of a project, as far as they concern one application (S133–S138).
public struct SyncWindows: Hashable, Sendable {
    /// Whether a sync may begin, or go on.
    public enum Verdict: Hashable, Sendable {
        case permitted
        /// `nil`: a window says so; else a window cannot be read, and nothing begins before it is mended.
        case blocked(problem: String?)

        /// What an operation says while it is blocked (S137); `nil` if it is not.
        public var message: String? {
            switch self {
            case .permitted: nil
            case .blocked(let problem):
                "Sync operation blocked by sync window" + (problem.map { ": \($0)" } ?? "")
            }
        }
    }

    private let windows: [SyncWindow]
    private let problems: [FieldFailure]

    /// Reads the windows of a project.
    ///
    /// - Parameters:
    ///   - entries: `spec.syncWindows`.
    ///   - application: Its name.
    ///   - destination: Where it goes to.
    ///   - zones: Finds a time zone by its name in the time zone database; `nil` if there is none.
    public init(
        _ entries: [JSONValue], of application: String, to destination: Destination,
        zones: (String) -> ZoneOffsets?
    ) {
        var reader = LenientReader(["syncWindows": .array(entries)], at: "spec")
        windows = reader.list("syncWindows") { SyncWindow(&$0, zones: zones) }.filter {
            $0.concerns(application, destination)
        }
        problems = reader.problems
    }

    /// What is wrong with a window of the project, whomever it may concern: nothing begins before it is mended.
    public var problem: String? { problems.first?.description }

    /// Whether a sync may begin or go on (S135–S138).
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - isManual: Whether a person has asked for it.
    ///   - start: When it began; `nil` if it has not.
    /// - Returns: The verdict.
    public func verdict(at now: Timestamp, isManual: Bool, begunAt start: Timestamp? = nil) -> Verdict {
        if let problem { return .blocked(problem: problem) }
        let blockers = blockers(at: now)
        if blockers.isEmpty || (isManual && blockers.allSatisfy(\.permitsManual)) { return .permitted }
        if let start, blockers.allSatisfy(\.permitsOverrun),
            verdict(at: start, isManual: isManual) == .permitted
        {
            return .permitted
        }
        return .blocked(problem: nil)
    }

    /// The windows that stand in the way of a sync: open denials; where none is, and no permission is open, the
    /// permissions that are closed (S135).
    private func blockers(at now: Timestamp) -> [SyncWindow] {
        let open = windows.filter { $0.hours.areOpen(at: now) }
        let denials = open.filter { $0.kind == .deny }
        if !denials.isEmpty { return denials }
        return open.isEmpty ? windows.filter { $0.kind == .allow } : []
    }

    /// When the verdict may become another: the next time that a window opens or closes.
    ///
    /// - Parameter now: The time.
    /// - Returns: `nil` if that lies more than a year ahead.
    public func nextChange(after now: Timestamp) -> Timestamp? {
        let horizon = Timestamp(seconds: now.seconds + 366 * 86400)
        let changes = windows.flatMap { window in
            let closing = window.hours.start(at: now).map {
                Timestamp(seconds: $0.seconds + window.hours.duration)
            }
            let opening = window.hours.schedule.nextStart(
                after: now, notAfter: horizon, in: window.hours.zone)
            return [closing, opening].compactMap(\.self)
        }
        return changes.min()
    }
}
