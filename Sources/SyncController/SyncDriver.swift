import KubeClient
import KubeCore
import SyncEngine
import Synchronization

/// Drives one operation to its end: look, decide, remember, write.
struct SyncDriver: Sendable {
    var plan: SyncPlan
    var view: LiveView
    var executor: Executor
    var now: @Sendable () -> Timestamp
    var termination: TerminationRequest
    /// Whether somebody has agreed to what asks for it (S95).
    var approval: PruneApproval

    /// Runs the operation.
    ///
    /// - Parameters:
    ///   - start: Where to begin.
    ///   - save: Keeps each new state; called before the actions that follow from it are performed (I1).
    /// - Returns: The finished operation.
    /// - Throws: ``ClientFailure`` if the API server could not be reached any more.
    func run(
        from start: SyncProgress, save: @Sendable (SyncProgress) async -> Void
    ) async throws(ClientFailure) -> SyncProgress {
        var progress = start
        var outcomes: [SyncTask.ID: ActionOutcome] = [:]
        while !progress.isFinished {
            let (live, departed, version) = view.snapshot
            var seen = Observation(
                live: live, departed: departed, outcomes: outcomes,
                isTerminationRequested: termination.isRequested, now: now())
            seen.isPruneApproved = approval.isGiven
            let (next, actions) = plan.next(after: progress, seeing: seen)
            let isNew = next != progress
            progress = next
            if isNew { await save(progress) }
            outcomes = try await executor.perform(actions)
            if actions.isEmpty, !isNew, !progress.isFinished {
                await view.change(after: version, within: pause(after: progress))
                guard !Task.isCancelled else {
                    throw .transport(TransportFailure(.cancelled, "the sync was cancelled"))
                }
            }
        }
        return progress
    }

    /// How long nothing needs to be decided if nothing changes: until the next deadline.
    private func pause(after progress: SyncProgress) -> Duration {
        plan.nextDeadline(after: progress).map { max(.milliseconds(100), $0.since(now())) } ?? .seconds(3600)
    }
}

/// Somebody's approval of the removal of objects that ask for it (S95); given in one task, read in another.
public final class PruneApproval: Sendable {
    private let wish = TerminationRequest()

    public init() {}

    public var isGiven: Bool { wish.isRequested }

    public func give() { wish.request() }

    /// What is called once when it is given.
    func notify(_ body: @escaping @Sendable () -> Void) { wish.notify(body) }
}

/// Somebody's wish that a running operation be given up (S90); made in one task, read in another.
public final class TerminationRequest: Sendable {
    /// Why an operation is to end.
    public enum Cause: Hashable, Sendable {
        /// Somebody wants it (S122).
        case wish
        /// It has taken too long (S123).
        case timeout
    }

    private struct State {
        var cause: Cause?
        var onRequest: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    public init() {}

    public var isRequested: Bool { cause != nil }

    /// The first that there was; `nil` while nobody wants it to end.
    public var cause: Cause? { state.withLock(\.cause) }

    public func request(_ cause: Cause = .wish) {
        let wake = state.withLock { state in
            state.cause = state.cause ?? cause
            return state.onRequest
        }
        wake?()
    }

    /// What is called once when the request is made.
    func notify(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.onRequest = body }
    }
}
