import KubeCore
import SyncEngine
import Synchronization

/// The operations that run in this process: at most one an application, each ended by a wish or with the process.
final class OperationDesk: Sendable {
    /// An operation that was entered and is to be run.
    struct Ticket: Sendable {
        var key: ObjectKey
        var termination: TerminationRequest
        var approval: PruneApproval
    }

    private struct State {
        var running: [ObjectKey: Ticket] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Enters an operation; `nil` if the application has one, or the desk is closed.
    func open(_ key: ObjectKey) -> Ticket? {
        state.withLock { state in
            guard !state.isClosed, state.running[key] == nil else { return nil }
            let ticket = Ticket(key: key, termination: TerminationRequest(), approval: PruneApproval())
            state.running[key] = ticket
            return ticket
        }
    }

    func finish(_ ticket: Ticket) {
        state.withLock { $0.running[ticket.key] = nil }
    }

    func isRunning(_ key: ObjectKey) -> Bool { state.withLock { $0.running[key] != nil } }

    var count: Int { state.withLock { $0.running.count } }

    /// Passes on that somebody wants the operation to end (S122).
    func terminate(_ key: ObjectKey) {
        state.withLock { $0.running[key] }?.termination.request()
    }

    /// Passes on that somebody has agreed to removals (S95).
    func approve(_ key: ObjectKey) {
        state.withLock { $0.running[key] }?.approval.give()
    }

    /// Takes no further operation: the process is about to end, or to hand over.
    func close() {
        state.withLock { $0.isClosed = true }
    }
}
