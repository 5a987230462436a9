import Synchronization

/// A clock that a test moves: sleepers wake when it reaches their time, and the test can wait until somebody sleeps.
package final class ManualClock: Clock, Sendable {
    package typealias Instant = ContinuousClock.Instant

    private struct Sleeper {
        var deadline: Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Instant
        var sleepers: [Int: Sleeper] = [:]
        /// Who waits for a sleeper, by its time.
        var waiters: [Instant: [CheckedContinuation<Void, Never>]] = [:]
        var next = 0

        /// How a sleep ends at once; `nil` if it does not.
        func end(before deadline: Instant) -> Result<Void, any Error>? {
            if Task.isCancelled { return .failure(CancellationError()) }
            return deadline <= now ? .success(()) : nil
        }
    }

    private let state = Mutex(State(now: .now))

    package init() {}

    package var now: Instant { state.withLock { $0.now } }
    package var minimumResolution: Duration { .nanoseconds(1) }

    /// Moves the time, and wakes who has slept long enough.
    package func advance(by time: Duration) {
        let woken = state.withLock { state in
            state.now += time
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for key in due.keys { state.sleepers[key] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Returns once somebody sleeps until exactly that long from now.
    package func sleeper(for time: Duration) async {
        await withCheckedContinuation { waiter in
            let isThere = state.withLock { state in
                let deadline = state.now + time
                if state.sleepers.values.contains(where: { $0.deadline == deadline }) { return true }
                state.waiters[deadline, default: []].append(waiter)
                return false
            }
            if isThere { waiter.resume() }
        }
    }

    private func tell(_ deadline: Instant) {
        let waiters = state.withLock { $0.waiters.removeValue(forKey: deadline) ?? [] }
        for waiter in waiters { waiter.resume() }
    }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                let end = state.withLock { state -> Result<Void, any Error>? in
                    if let end = state.end(before: deadline) { return end }
                    state.sleepers[number] = Sleeper(deadline: deadline, continuation: continuation)
                    return nil
                }
                if let end { continuation.resume(with: end) } else { tell(deadline) }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
