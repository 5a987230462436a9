import FoundationEssentials
import KubeServer

extension WallClock {
    /// The date from which the embedded server counts.
    static func forServer() -> Timestamp {
        let time = Date().timeIntervalSince1970
        let seconds = time.rounded(.down)
        return Timestamp(seconds: Int64(seconds), microseconds: Int64((time - seconds) * 1_000_000))
    }
}
