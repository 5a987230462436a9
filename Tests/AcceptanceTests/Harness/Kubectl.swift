import Foundation
import KubeCore
import Subprocess

/// The real kubectl, as a user runs it against a served cluster.
struct Kubectl: Sendable {
    /// `SYNCCTL_TEST_KUBECTL`, or the one on the path; `nil` if there is none.
    static let path: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["SYNCCTL_TEST_KUBECTL"] { return path }
        return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/kubectl" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    let cluster: ServedCluster
    /// Of its version: 20 for v1.20.
    let minor: Int

    init(_ cluster: ServedCluster) async throws {
        self.cluster = cluster
        let unknown = Kubectl(cluster: cluster, minor: 0)
        let version = try JSONValue(parsing: await unknown.run(["version", "--client", "-o", "json"]).output)
        let digits = version["clientVersion"]?["minor"]?.string?.prefix { $0.isNumber } ?? ""
        minor = Int(digits) ?? 0
    }

    private init(cluster: ServedCluster, minor: Int) {
        self.cluster = cluster
        self.minor = minor
    }

    /// Runs it to its end.
    func run(_ arguments: [String], input: String = "", environment: [String] = []) async throws -> Ending {
        let all =
            environment + ["KUBECONFIG=\(cluster.kubeconfig)", Self.path ?? "kubectl"] + arguments
        // `env` only passes on: the library takes a path that is known at run time in a type of another package.
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(all), input: .string(input), output: .string(limit: 16 << 20),
            error: .string(limit: 16 << 20))
        return Ending(
            command: arguments.joined(separator: " "), status: result.terminationStatus,
            output: result.standardOutput, errors: result.standardError)
    }
}
