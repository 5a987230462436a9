/// When a repository is looked at again, if nobody says that something was pushed.
///
/// Pure: instants come in, instants go out.
public struct RepositoryPoll: Hashable, Sendable {
    /// The time between looks.
    public var interval = Duration.seconds(180)
    /// How much of the interval comes on top at most, so that not all are looked at at once.
    public var spread = 0.2
    /// The longest time between looks after failures.
    public var longest = Duration.seconds(1800)

    /// What has happened to a repository.
    public struct State: Hashable, Sendable {
        /// Looks that have failed since the last that did not.
        public var failures = 0
        /// When the last look ended; `nil` before the first.
        public var last: ContinuousClock.Instant?
        /// When somebody has asked for a look that has not begun yet.
        public var asked: ContinuousClock.Instant?

        public init() {}

        /// Notes that a look begins: it answers who has asked until now.
        public mutating func begin() { asked = nil }

        /// Notes the end of a look.
        public mutating func end(succeeded: Bool, at time: ContinuousClock.Instant) {
            failures = succeeded ? 0 : min(failures + 1, 64)
            last = time
        }

        /// Notes that somebody wants a look: a refresh, a push.
        public mutating func ask(at time: ContinuousClock.Instant) { asked = asked ?? time }
    }

    public init() {}

    /// When the next look is due.
    ///
    /// - Parameters:
    ///   - repository: By which some are looked at sooner and some later, always the same.
    ///   - state: What has happened.
    ///   - now: The time.
    /// - Returns: Now, or a later time.
    public func next(_ repository: String, after state: State, now: ContinuousClock.Instant)
        -> ContinuousClock.Instant
    {
        guard let last = state.last, state.asked == nil else { return now }
        let share = Double(Self.number(of: repository) % 1000) / 1000
        var time = interval
        for _ in 0..<state.failures where time < longest { time = time * 2 }
        return max(now, last + min(time, max(longest, interval)) * (1 + spread * share))
    }

    /// FNV-1a, the same on every machine.
    private static func number(of text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
