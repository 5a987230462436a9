import Foundation
import KubeClient
import KubeCore
import Subprocess
import Testing

/// The embedded API server, served by a process of its own.
struct ServedCluster: Sendable {
    let transport: CurlTransport
    let kubeconfig: String
    let processID: Int32
    private let signal: @Sendable () -> Void

    /// Ends the process without giving it a chance to do anything about it.
    func kill() { signal() }

    /// Serves for as long as the body runs, or until it is killed.
    ///
    /// - Parameters:
    ///   - place: A folder for what the program leaves, and for the objects, in `data`.
    ///   - options: Of the command, besides.
    ///   - body: What is done with it.
    /// - Throws: What the body throws, or why the program could not be started.
    static func with(
        _ place: URL, options: [String] = [], _ body: @Sendable (ServedCluster) async throws -> Void
    ) async throws {
        let kubeconfig = place.appending(path: "kubeconfig").path()
        let arguments =
            [
                "XDG_STATE_HOME=\(place.path())", Program.path, "cluster", "serve", "--kubeconfig",
                kubeconfig,
                "--data", place.appending(path: "data").path(),
            ]
            + options
        // `env` becomes the program: it is the same process.
        _ = try await Subprocess.run(
            .name("env"), arguments: Arguments(arguments), input: .none, output: .sequence,
            error: .string(limit: 1 << 20)
        ) { execution in
            let signal: @Sendable () -> Void = {
                // A process that is gone already is as dead as it should be.
                try? execution.send(signal: .kill)
            }
            defer { signal() }
            for try await line in execution.standardOutput.strings() where line.hasPrefix("export") {
                var limits = TransportLimits()
                limits.requestsInFlightWithoutTLS = 32
                let connection = try KubeConfig(path: kubeconfig, environment: [:]).connection()
                let transport = try CurlTransport(connection, limits: limits, userAgent: "acceptance-tests")
                return try await body(
                    ServedCluster(
                        transport: transport, kubeconfig: kubeconfig,
                        processID: execution.processIdentifier.value, signal: signal))
            }
            Issue.record("the server ended before it said where it is")
        }
    }
}
