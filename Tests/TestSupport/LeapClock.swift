import Synchronization

/// A clock that goes as the machine's does, and can be put forward: who sleeps past that time wakes.
package final class LeapClock: Clock, Sendable {
    package typealias Instant = ContinuousClock.Instant

    private struct State {
        var ahead = Duration.zero
        var leaps = 0
        var sleepers: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Instant { .now + ahead }
    package var minimumResolution: Duration { .nanoseconds(1) }
    /// How far it was put forward, all in all.
    package var ahead: Duration { state.withLock { $0.ahead } }

    /// Puts it forward.
    package func leap(by time: Duration) {
        let woken = state.withLock { state in
            state.ahead += time
            state.leaps += 1
            defer { state.sleepers = [:] }
            return Array(state.sleepers.values)
        }
        woken.forEach { $0.resume() }
    }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        while true {
            try Task.checkCancellation()
            let (ahead, leaps) = state.withLock { ($0.ahead, $0.leaps) }
            let left = deadline - (.now + ahead)
            guard left > .zero else { return }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.leap(after: leaps) }
                // A cancelled sleep is the other task's good news.
                group.addTask { try? await Task.sleep(for: left) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// Returns at the next leap, or when the task is cancelled.
    private func leap(after leaps: Int) async {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { sleeper in
                let isDue = state.withLock { state in
                    if state.leaps != leaps || Task.isCancelled { return true }
                    state.sleepers[ticket] = sleeper
                    return false
                }
                if isDue { sleeper.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: ticket) }?.resume()
        }
    }
}
