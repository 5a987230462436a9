import Foundation
import KubeClient
import KubeCore
import SyncController
import Testing

/// The API server that the environment names, with the controllers that make Pods out of Jobs and Deployments.
struct RealCluster: Sendable {
    static let path = ProcessInfo.processInfo.environment["SYNCCTL_TEST_KUBECONFIG"].flatMap {
        $0.isEmpty ? nil : $0
    }
    static let isGiven = path != nil
    static let needed: Comment = "needs SYNCCTL_TEST_KUBECONFIG, which hack/test sets"

    /// One connection for all tests.
    static let shared = Result { try RealCluster() }

    let transport: CurlTransport
    let client: APIClient
    /// Asked once: what the server serves is not what these tests are about.
    let discovery: Discovery

    private init() throws {
        transport = try CurlTransport(RealCluster.connection(), userAgent: "controller-tests")
        client = APIClient(transport: transport)
        discovery = Discovery(client)
    }

    static func connection() throws -> ClusterConnection {
        try KubeConfig(path: path, environment: [:]).connection()
    }

    /// The cluster as a session sees it through a transport of its own.
    func seen(through transport: any HTTPTransport, retry: RetryPolicy = .never) -> Cluster {
        Cluster(client: APIClient(transport: transport, retry: retry), discovery: discovery)
    }
}
