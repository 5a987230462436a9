import Synchronization

/// A value that is set once on one side and awaited once on the other.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value, Never>)
        case full(Value)
        case taken
    }

    private let state = Mutex(State.empty)

    /// Sets the value; of several the first counts.
    func fulfil(_ value: Value) {
        let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
            switch state {
            case .empty:
                state = .full(value)
                return nil
            case .awaited(let continuation):
                state = .taken
                return continuation
            case .full, .taken:
                return nil
            }
        }
        waiting?.resume(returning: value)
    }

    /// Waits for the value. To be called once; a cancel is the setter's business.
    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let ready: Value? = state.withLock { state in
                guard case .full(let value) = state else {
                    state = .awaited(continuation)
                    return nil
                }
                state = .taken
                return value
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
