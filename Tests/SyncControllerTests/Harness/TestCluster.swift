import KubeClient
import KubeCore
import SyncController
import TestSupport
import Testing

/// An API server with the controllers that make Pods out of Jobs and Deployments.
struct TestCluster: Sendable {
    /// The one that the running test is for; one connection for all tests.
    static var current: TestCluster {
        get throws {
            switch TestServer.current {
            case .embedded: embedded
            case .real: try real.get()
            }
        }
    }

    private static let embedded = TestCluster(EmbeddedServer.start())
    private static let real = Result {
        let path: String = try #require(TestServer.kubeconfig)
        let connection = try KubeConfig(path: path, environment: [:]).connection()
        return TestCluster(try CurlTransport(connection, userAgent: "controller-tests"))
    }

    let transport: any HTTPTransport
    let client: APIClient
    /// Asked once: what the server serves is not what these tests are about.
    let discovery: Discovery

    private init(_ transport: any HTTPTransport) {
        self.transport = transport
        client = APIClient(transport: transport)
        discovery = Discovery(client)
    }

    /// The cluster as a session sees it through a transport of its own.
    func seen(through transport: any HTTPTransport, retry: RetryPolicy = .never) -> Cluster {
        Cluster(client: APIClient(transport: transport, retry: retry), discovery: discovery)
    }
}
