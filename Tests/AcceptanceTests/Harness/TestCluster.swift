import Foundation
import KubeClient
import KubeCore
import Testing

/// The API server that the environment names: a real one, with the controllers that make Pods out of Jobs and
/// Deployments, without a kubelet, and with a record of all writes.
struct TestCluster: Sendable {
    /// Why tests are skipped where there is no such server.
    static let needed: Comment =
        "needs SYNCCTL_TEST_KUBECONFIG and SYNCCTL_TEST_AUDIT_LOG, which hack/test sets"

    static var isGiven: Bool { environment("SYNCCTL_TEST_KUBECONFIG") != nil && auditLog != nil }

    /// One connection for all tests.
    static let shared = Result { try TestCluster() }

    private static var auditLog: String? { environment("SYNCCTL_TEST_AUDIT_LOG") }

    let kubeconfig: String
    let connection: ClusterConnection
    let client: APIClient
    let auditLog: AuditLog

    private init() throws {
        kubeconfig = try #require(Self.environment("SYNCCTL_TEST_KUBECONFIG"))
        auditLog = AuditLog(path: try #require(Self.auditLog))
        connection = try KubeConfig(path: kubeconfig, environment: [:]).connection()
        client = APIClient(transport: try CurlTransport(connection, userAgent: "acceptance-tests"))
    }

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
