/// How well a live object does, and why.
public struct Health: Hashable, Sendable {
    /// From best to worst (S166).
    public enum Status: String, Hashable, Sendable, CaseIterable, Comparable {
        case healthy = "Healthy"
        case suspended = "Suspended"
        case progressing = "Progressing"
        case missing = "Missing"
        case degraded = "Degraded"
        case unknown = "Unknown"

        public static func < (left: Status, right: Status) -> Bool { left.rank < right.rank }

        private var rank: Int { Status.allCases.firstIndex(of: self) ?? 0 }
    }

    public var status: Status
    public var message: String

    public init(_ status: Status, _ message: String = "") {
        self.status = status
        self.message = message
    }
}
