import FoundationEssentials
import SyncEngine

/// The time of the wall, for what is written and shown.
enum WallClock {
    @Sendable static func now() -> Timestamp {
        Timestamp(seconds: Int64(Date().timeIntervalSince1970.rounded(.down)))
    }
}
