import FoundationEssentials
import KubeServer

/// The API server inside this process, by the clock of the wall.
enum EmbeddedServer {
    static func make() -> KubeServer {
        let time = Date().timeIntervalSince1970
        let seconds = time.rounded(.down)
        return KubeServer(
            clock: ContinuousClock(),
            startingAt: Timestamp(
                seconds: Int64(seconds), microseconds: Int64((time - seconds) * 1_000_000)))
    }
}
