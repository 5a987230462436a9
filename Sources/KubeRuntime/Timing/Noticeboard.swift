import Synchronization

/// A value that many wait to become what they need.
final class Noticeboard<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var version = 0
        var next = 0
    }

    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    var value: Value { state.withLock { $0.value } }

    func change(_ change: (inout Value) -> Void) {
        let woken = state.withLock { state in
            change(&state.value)
            state.version += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        woken.forEach { $0.resume() }
    }

    /// Returns as soon as the value is like that, or the task is cancelled.
    func wait(until isWanted: @Sendable (Value) -> Bool) async {
        while !Task.isCancelled {
            let (value, version) = state.withLock { ($0.value, $0.version) }
            if isWanted(value) { return }
            await change(after: version)
        }
    }

    private func change(after version: Int) async {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isDue = state.withLock { state in
                    if state.version != version || Task.isCancelled { return true }
                    state.waiters[ticket] = waiter
                    return false
                }
                if isDue { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume()
        }
    }
}
