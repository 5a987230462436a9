import FoundationEssentials

/// A moment as it is written into a status or before a line of a log.
public struct NodeTime: Hashable, Sendable, Comparable {
    /// Since 1970, UTC.
    public var seconds: Double

    public init(seconds: Double) {
        self.seconds = seconds
    }

    /// The time of the wall.
    @Sendable public static func now() -> NodeTime { NodeTime(seconds: Date().timeIntervalSince1970) }

    public static func < (left: NodeTime, right: NodeTime) -> Bool { left.seconds < right.seconds }

    /// `2006-01-02T15:04:05Z`.
    var text: String { Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601) }

    /// `2006-01-02T15:04:05.000000000Z`, as lines of a log have it.
    var nanoText: String {
        let fraction = String(Int64((seconds - seconds.rounded(.down)) * 1_000_000))
        let digits = String(repeating: "0", count: max(0, 6 - fraction.count)) + fraction
        return "\(text.dropLast()).\(digits)000Z"
    }
}
