public import KubeClient
import Synchronization

/// When a watch last showed that it is alive, for whoever must not wait for one that is not.
///
/// Shared between the task that reads a ``Watcher`` and those that ask.
public final class WatchPulse<Clock: _Concurrency.Clock<Duration>>: Sendable {
    private struct State {
        var lastSign: Clock.Instant
        var failure: ClientFailure?
    }

    private let clock: Clock
    private let state: Mutex<State>

    init(_ clock: Clock) {
        self.clock = clock
        state = Mutex(State(lastSign: clock.now))
    }

    /// The time since the server last said anything: an answer, an event, a bookmark.
    public var silence: Duration {
        state.withLock { $0.lastSign }.duration(to: clock.now)
    }

    /// Why there is no watch at the moment; `nil` if there is one.
    public var failure: ClientFailure? { state.withLock { $0.failure } }

    func beat() {
        let now = clock.now
        state.withLock { $0 = State(lastSign: now, failure: nil) }
    }

    func fail(_ failure: ClientFailure) {
        state.withLock { $0.failure = failure }
    }
}
