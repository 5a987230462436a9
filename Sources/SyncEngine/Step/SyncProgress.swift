import KubeCore

/// How far an operation has come: what clients see of it, and where the next step begins.
public struct SyncProgress: Hashable, Sendable {
    /// Why an operation is over.
    public enum Ending: Hashable, Sendable {
        /// It ran to its end, good or bad: see the operation's phase.
        case completed
        /// It, or a hook of it, took too long (D6).
        case timedOut
        /// A person or a signal asked for it (S90).
        case terminated
        /// Something has to be approved or decided first.
        case guarded
    }

    public internal(set) var operation: OperationState
    public internal(set) var ending: Ending?
    var step: Step
    /// What each awaited task waits for.
    var awaited: [SyncTask.ID: Awaited]
    /// Objects in sync that `ApplyOutOfSyncOnly` leaves out of the results (S104).
    var skipped: Set<SyncTask.ID> = []
    /// Objects of which the server said when asked (D4) that nothing would change: the version of which it said so.
    var settled: [SyncTask.ID: String] = [:]
    /// What a process that is gone had decided of this operation's end.
    var past: Verdict?
    /// Set once the operation has run out of time; SyncFail hooks have as long again.
    var expiry: Expiry?

    init(_ operation: OperationState) {
        self.operation = operation
        step = .starting
        awaited = [:]
    }

    public var isFinished: Bool { step == .finished }

    /// The entry of a task; `nil` while nothing has become of it.
    public func result(of id: SyncTask.ID) -> ResourceResult? {
        operation.syncResult.resources.first { $0.key == id.key && $0.syncPhase == id.phase }
    }
}

/// What is noted of an operation's end on its hooks, before the first of them is deleted; in the order of events.
enum Verdict: String, Hashable, Comparable, CaseIterable {
    case succeeded = "Succeeded"
    /// It fails; SyncFail hooks have still to run.
    case failing = "Failing"
    case failed = "Failed"

    static func < (left: Verdict, right: Verdict) -> Bool { left.rank < right.rank }

    private var rank: Int { Verdict.allCases.firstIndex(of: self) ?? 0 }
}

/// When an operation ran out of time, and what is said of it.
struct Expiry: Hashable {
    var at: Timestamp
    var message: String
}

/// One object whose completion or health is waited for.
struct Awaited: Hashable {
    var since: Timestamp
    /// The very object: another that bears its name by now does not count (I2). Empty if not known.
    var uid: String
}

/// Where an operation stands. Lost in a crash without harm: results and stamps tell where to go on.
enum Step: Hashable {
    case starting
    case creatingNamespace
    case validating
    /// Between waves: health is read, and what comes next is decided.
    case deciding
    case running(WaveRun)
    /// The end has been decided; what remains to be done for it.
    case concluding(Conclusion)
    case finished
}

/// The tasks of one wave, or the SyncFail hooks, on their way to the server (S66).
struct WaveRun: Hashable {
    enum Stage: Hashable {
        case pruning
        /// Leftovers of earlier syncs go first (S68, S69).
        case clearing
        /// The tasks of one kind after another (S70); the number of groups sent so far.
        case applying(Int)
    }

    var tasks: [SyncTask.ID]
    var stage: Stage
    var isSyncFail: Bool
}

/// How an operation ends, stage by stage.
///
/// The outcome is written on the hooks before the first of them is deleted: a process that goes on after a crash must
/// not take a deleted hook for one that has not run.
struct Conclusion: Hashable {
    enum Stage: Hashable {
        case recordingOutcome
        case deleting
        case settling
    }

    var phase: OperationState.Phase
    var message: String
    var ending: SyncProgress.Ending
    var deletions: [SyncTask.ID]
    var stage: Stage
    /// Whether SyncFail hooks follow the deletions, and the end is decided again after them (S87).
    var runsSyncFail: Bool

    var verdict: Verdict { phase == .succeeded ? .succeeded : runsSyncFail ? .failing : .failed }
}
