import Foundation
import KubeCore
import Subprocess
import Testing

/// `cluster serve`, `status` and `stop`, each as a process.
@Suite("cluster serve, status and stop", .timeLimit(.minutes(1)))
struct ClusterCommandTests {
    /// A state directory for one test.
    private struct Place: Sendable {
        let directory: URL

        var state: URL { directory.appending(path: "syncctl/cluster.json") }
        var kubeconfig: URL { directory.appending(path: "syncctl/cluster.kubeconfig") }

        static func with(_ test: (Place) async throws -> Void) async throws {
            let directory = FileManager.default.temporaryDirectory.appending(path: "cluster-\(UUID())")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: directory) }
            try await test(Place(directory: directory))
        }

        func run(_ arguments: String...) async throws -> Ending {
            let result = try await Subprocess.run(
                .name("env"), arguments: command(arguments), output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20))
            return Ending(
                command: arguments.joined(separator: " "), status: result.terminationStatus,
                output: result.standardOutput, errors: result.standardError)
        }

        /// Serves while the body runs, which ends the server; answers with how it ended.
        func serve(
            _ options: [String] = [], _ body: @Sendable (@Sendable (Signal) -> Void) async throws -> Void
        ) async throws -> TerminationStatus {
            try await Subprocess.run(
                .name("env"), arguments: command(["cluster", "serve"] + options), input: .none,
                output: .sequence, error: .discarded
            ) { execution in
                for try await line in execution.standardOutput.strings() where line.hasPrefix("export ") {
                    // A process that is gone already needs no signal.
                    try await body { try? execution.send(signal: $0) }
                    return
                }
                Issue.record("the server ended before it said where it is")
            }.terminationStatus
        }

        private func command(_ arguments: [String]) -> Arguments {
            Arguments(["XDG_STATE_HOME=\(directory.path())", Program.path] + arguments)
        }
    }

    @Test("a life: it serves, tells of itself, and leaves nothing behind")
    func life() async throws {
        try await Place.with { place in
            let none = try await place.run("cluster", "status")
            #expect(none.exitCode == 1 && none.output == "no server runs\n", "\(none)")
            let ended = try await place.serve { _ in
                let status = try await place.run("cluster", "status", "-o", "json")
                #expect(status.exitCode == 0, "\(status)")
                let json = try status.state
                #expect(json["running"] == true)
                #expect(json["address"]?.string?.hasPrefix("http://127.0.0.1:") == true)
                #expect(json["kubeconfig"]?.string == place.kubeconfig.path())
                for file in [place.state, place.kubeconfig] {
                    let attributes = try FileManager.default.attributesOfItem(atPath: file.path())
                    #expect(attributes[.posixPermissions] as? Int == 0o600)
                }
                let stopped = try await place.run("cluster", "stop")
                #expect(stopped.exitCode == 0 && stopped.errors == "the server is gone\n", "\(stopped)")
            }
            #expect(ended == .exited(0))
            let left = try FileManager.default.contentsOfDirectory(
                atPath: place.directory.appending(path: "syncctl").path())
            #expect(!left.contains { $0.hasPrefix("cluster.") }, "\(left)")
            let stopped = try await place.run("cluster", "stop")
            #expect(stopped.exitCode == 1)
            #expect(stopped.errors == "error: no server runs: there is nothing to stop\n")
        }
    }

    @Test("any of these ends it in good order", arguments: [Signal.interrupt, .terminate, .terminalClosed])
    func signals(_ signal: Signal) async throws {
        try await Place.with { place in
            let ended = try await place.serve { send in send(signal) }
            #expect(ended == .exited(0))
            #expect(!FileManager.default.fileExists(atPath: place.kubeconfig.path()))
        }
    }

    @Test("there is one at a time, and the second says who the first is")
    func second() async throws {
        try await Place.with { place in
            _ = try await place.serve { send in
                let second = try await place.run("cluster", "serve")
                #expect(second.exitCode == 2)
                #expect(
                    second.errors.hasPrefix("error: a server runs already: http://127.0.0.1:"), "\(second)")
                #expect(FileManager.default.fileExists(atPath: place.kubeconfig.path()))
                send(.terminate)
            }
        }
    }

    @Test("what a killed server left is not taken for one, though its process id is somebody's")
    func stale() async throws {
        try await Place.with { place in
            let killed = try await place.serve { send in send(.kill) }
            #expect(killed != .exited(0))
            var state = try #require(
                try JSONValue(parsing: String(contentsOf: place.state, encoding: .utf8)).object)
            // This very process: it must survive.
            state["pid"] = .int(Int64(getpid()))
            try Data(JSONValue.object(state).serialized()).write(to: place.state)
            let status = try await place.run("cluster", "status")
            #expect(status.exitCode == 1)
            #expect(status.output.contains("was killed"), "\(status)")
            let stopped = try await place.run("cluster", "stop")
            #expect(stopped.exitCode == 1)
            // The next one takes the place over.
            let ended = try await place.serve { send in send(.terminate) }
            #expect(ended == .exited(0))
        }
    }

    @Test("somebody else's kubeconfig is not written over")
    func foreignKubeconfig() async throws {
        try await Place.with { place in
            let mine = place.directory.appending(path: "config")
            try Data("apiVersion: v1\n".utf8).write(to: mine)
            let ending = try await place.run("cluster", "serve", "--kubeconfig", mine.path())
            #expect(ending.exitCode == 2)
            #expect(ending.errors.contains("it is not written over"), "\(ending)")
            #expect(try String(contentsOf: mine, encoding: .utf8) == "apiVersion: v1\n")
            #expect(!FileManager.default.fileExists(atPath: place.state.path()))
        }
    }

    @Test("a kubeconfig that kubectl has rewritten, and a killed server has left, is taken over")
    func rewrittenKubeconfig() async throws {
        try await Place.with { place in
            let mine = place.directory.appending(path: "config")
            // Another order, another namespace, and no comment.
            let left = { (server: String) in
                Data(
                    """
                    apiVersion: v1
                    clusters: [{cluster: {server: "\(server)"}, name: syncctl}]
                    contexts: [{context: {cluster: syncctl, namespace: argocd, user: syncctl}, name: syncctl}]
                    current-context: syncctl
                    kind: Config
                    users: [{name: syncctl, user: {token: abc}}]

                    """.utf8)
            }
            try left("http://token:other@127.0.0.1:1").write(to: mine)
            let refused = try await place.run("cluster", "serve", "--kubeconfig", mine.path())
            #expect(refused.exitCode == 2)
            try left("http://token:abc@127.0.0.1:1").write(to: mine)
            let ended = try await place.serve(["--kubeconfig", mine.path()]) { send in
                let text = try String(contentsOf: mine, encoding: .utf8)
                #expect(text.hasPrefix("# Written by syncctl"))
                send(.terminate)
            }
            #expect(ended == .exited(0))
        }
    }

    @Test("a port that is taken")
    func portTaken() async throws {
        try await Place.with { place in
            _ = try await place.serve { send in
                let status = try await place.run("cluster", "status", "-o", "json")
                let port = try #require(try status.state["address"]?.string?.split(separator: ":").last)
                try await Place.with { other in
                    let second = try await other.run("cluster", "serve", "--port", String(port))
                    #expect(second.exitCode == 2)
                    #expect(second.errors.contains("cannot listen on 127.0.0.1:\(port)"), "\(second)")
                    #expect(second.errors.contains("Address already in use; choose another port"))
                    #expect(!FileManager.default.fileExists(atPath: other.state.path()))
                }
                send(.terminate)
            }
        }
    }

    @Test("--embedded needs no cluster, and says with what it cannot go together")
    func embedded() async throws {
        try await Place.with { place in
            let manifests = place.directory.appending(path: "manifests")
            try FileManager.default.createDirectory(at: manifests, withIntermediateDirectories: true)
            try Data(Manifests.map.utf8).write(to: manifests.appending(path: "a.yaml"))
            let sync = ["app", "sync", "shop", "--embedded", "--local", manifests.path(), "-o", "json"]
            let ending = try await Program.run(sync)
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try ending.state["phase"] == "Succeeded")
            for option in [
                ["--kubeconfig", "x"], ["--context", "x"], ["--server", "x"], ["--token", "x"],
            ] {
                let refused = try await Program.run(sync + option)
                #expect(refused.exitCode == 2)
                #expect(
                    refused.errors.hasPrefix(
                        "Error: --embedded uses no cluster: it cannot be combined with \(option[0])\n"),
                    "\(refused)")
            }
        }
    }

    private enum Manifests {
        static let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
    }
}
