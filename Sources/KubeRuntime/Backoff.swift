/// How long to wait before the next try, the more failed before it. Pure.
public struct Backoff: Hashable, Sendable {
    /// The upper end of the first wait.
    public var first: Duration
    public var longest: Duration

    public init(first: Duration = .milliseconds(200), longest: Duration = .seconds(30)) {
        self.first = first
        self.longest = longest
    }

    /// The wait after so many failures in a row: doubles with each, half of it chance.
    ///
    /// - Parameters:
    ///   - failures: From 1; 0 waits for nothing.
    ///   - random: From 0 to below 1.
    /// - Returns: At most ``longest``.
    public func delay(afterFailures failures: Int, random: Double) -> Duration {
        guard failures > 0 else { return .zero }
        return min(first * (1 << min(failures - 1, 20)), longest) * (0.5 + random / 2)
    }
}
