import Synchronization

/// A clock that stands until it is moved.
public final class StandingClock: Clock, Sendable {
    public typealias Instant = ContinuousClock.Instant

    private let offset = Mutex(Duration.zero)
    private let origin = ContinuousClock.now

    public init() {}

    public var now: Instant { origin.advanced(by: offset.withLock { $0 }) }
    public var minimumResolution: Duration { .nanoseconds(1) }

    public func advance(by duration: Duration) { offset.withLock { $0 += duration } }

    /// Sleepers wait for their end: what is due is asked for by whoever moves the clock.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await Task.sleep(for: .seconds(3600))
    }
}
