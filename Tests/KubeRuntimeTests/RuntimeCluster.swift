import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// The API server that a test runs on, and names of its own in it.
struct RuntimeCluster: Sendable {
    private static let embedded: any HTTPTransport = EmbeddedServer.start()
    private static let real = Result<any HTTPTransport, any Error> {
        let path: String = try #require(TestServer.kubeconfig)
        let connection = try KubeConfig(path: path, environment: [:]).connection()
        return try CurlTransport(connection, userAgent: "runtime-tests")
    }

    let transport: any HTTPTransport
    /// Different for each test.
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)

    var client: APIClient { APIClient(transport: transport) }

    static var current: RuntimeCluster {
        get throws {
            switch TestServer.current {
            case .embedded: RuntimeCluster(transport: embedded)
            case .real: RuntimeCluster(transport: try real.get())
            }
        }
    }
}
