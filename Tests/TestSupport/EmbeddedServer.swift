import Foundation
package import KubeServer

/// API servers in this process, which live as long as it does.
package enum EmbeddedServer {
    /// One without a kubelet: tests play it, as with a real server.
    package static func start() -> KubeServer {
        let server = KubeServer(
            clock: ContinuousClock(), startingAt: Timestamp(seconds: Int64(Date().timeIntervalSince1970)),
            simulation: .none)
        Task { await server.run() }
        return server
    }
}
