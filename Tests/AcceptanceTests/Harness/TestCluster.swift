import Foundation
import KubeClient
import KubeCore
import KubeRuntime
import TestSupport
import Testing

/// An API server for the program under test: a kubeconfig that leads there, and a record of all writes.
struct TestCluster: Sendable {
    /// The one that the running test is for; one connection for all tests.
    static var current: TestCluster {
        get async throws {
            switch TestServer.current {
            case .embedded: try await embedded.value
            case .real: try real.get()
            }
        }
    }

    private static let real = Result {
        try TestCluster(
            kubeconfig: #require(TestServer.kubeconfig), log: AuditLog(path: #require(TestServer.auditLog)))
    }
    private static let embedded = Task { try await serveEmbedded() }

    let kubeconfig: String
    let connection: ClusterConnection
    let client: APIClient
    private let log: AuditLog
    /// Keeps the record, where the server itself does not.
    private let recorder: AuditedTransport?

    private init(kubeconfig: String, log: AuditLog, recorder: AuditedTransport? = nil) throws {
        self.kubeconfig = kubeconfig
        self.log = log
        self.recorder = recorder
        connection = try KubeConfig(path: kubeconfig, environment: [:]).connection()
        client = APIClient(transport: try CurlTransport(connection, userAgent: "acceptance-tests"))
    }

    /// What has happened in a namespace so far, in order.
    func record(of namespace: String) async throws -> [String] {
        try await recorder?.noteStatus()
        return try log.record(of: namespace)
    }

    /// Which processes of the program have written for an Application so far, see ``AuditLog/turns(for:of:into:)``.
    func turns(for application: String, of home: String, into destination: String) throws -> [String] {
        try log.turns(for: application, of: home, into: destination)
    }

    /// Serves the embedded server on a socket, as long as the tests run.
    private static func serveEmbedded() async throws -> TestCluster {
        let place = FileManager.default.temporaryDirectory.appending(path: "embedded-\(getpid())")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let log = place.appending(path: "audit.log").path()
        let kubeconfig = place.appending(path: "kubeconfig").path()
        let recorder = try AuditedTransport(EmbeddedServer.start(), log: log)
        let (addresses, feed) = AsyncStream.makeStream(of: String.self)
        Task {
            defer { feed.finish() }
            try await HTTPListener.serve(recorder, onPort: 0, token: "acceptance") { listener in
                feed.yield(listener.address)
                for await _ in AsyncStream<Never>.makeStream().stream {}
            }
        }
        let address = try #require(await addresses.first { _ in true }, "the embedded server does not listen")
        try Data(Kubeconfig.text(server: address, token: "acceptance").utf8)
            .write(to: URL(filePath: kubeconfig))
        return try TestCluster(kubeconfig: kubeconfig, log: AuditLog(path: log), recorder: recorder)
    }
}
