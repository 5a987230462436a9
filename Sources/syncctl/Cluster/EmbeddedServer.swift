import FoundationEssentials
import KubeArchive
import KubeServer

/// The API server inside this process, by the clock of the wall.
enum EmbeddedServer {
    /// Begins anew in memory, or goes on with what a directory holds.
    static func make(keepingIn directory: String? = nil) throws -> KubeServer {
        guard let directory else { return KubeServer(clock: ContinuousClock(), startingAt: now()) }
        do throws(ArchiveFailure) {
            return try KubeServer(
                keepingIn: DirectoryArchive(at: directory), clock: ContinuousClock(), startingAt: now())
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    private static func now() -> Timestamp {
        let time = Date().timeIntervalSince1970
        let seconds = time.rounded(.down)
        return Timestamp(seconds: Int64(seconds), microseconds: Int64((time - seconds) * 1_000_000))
    }
}
