/// A clock that is read in time since a start, so that whoever needs the time is not generic over it.
public struct Timeline: Sendable {
    private let elapsed: @Sendable () -> Duration
    private let pause: @Sendable (Duration) async throws -> Void

    /// A line that begins now.
    public init(_ clock: some Clock<Duration> = ContinuousClock()) {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        pause = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }

    /// The time since the start.
    public var now: Duration { elapsed() }

    /// Returns at that time, or when the task is cancelled.
    func sleep(until time: Duration) async {
        // Fails only when cancelled, which the caller sees by itself.
        try? await pause(time)
    }
}
