import Synchronization

/// That a pod is to end, and how soon. Given from outside while its containers run; a later order only shortens.
final class StopOrder: Sendable {
    /// What to do.
    enum Order: Hashable, Sendable, Comparable {
        /// Ask the processes to end, and end them after this time.
        case stop(grace: Duration)
        /// End them now.
        case kill

        /// How long the processes are given from now on.
        var grace: Duration {
            switch self {
            case .stop(let grace): grace
            case .kill: .zero
            }
        }
    }

    private struct State {
        var order: Order?
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let state = Mutex(State())

    var order: Order? { state.withLock { $0.order } }

    func give(_ order: Order) {
        let awakened = state.withLock { state in
            guard state.order.map({ order.grace < $0.grace }) ?? true else {
                return [CheckedContinuation<Void, Never>]()
            }
            state.order = order
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for continuation in awakened { continuation.resume() }
    }

    /// The first order that is not this one; `nil` if the task was cancelled first.
    func order(after last: Order?) async -> Order? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.order != last || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
        let order = order
        return order == last ? nil : order
    }
}
