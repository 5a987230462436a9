import ArgumentParser
import KubeCore

/// `syncctl cluster status`
struct ClusterStatusCommand: ParsableCommand {
    /// How it is shown.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case wide
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tells whether the embedded API server is being served.",
        discussion: "Exit codes: 0 it runs; 1 it does not.")

    @Option(name: .shortAndLong, help: "How it is shown: wide or json.")
    var output: Output = .wide

    func run() throws {
        let finding = try ClusterStateFile.look(ClusterPlace.current().state)
        switch output {
        case .wide: Console.print(Self.text(finding))
        case .json: Console.print(String(decoding: Self.json(finding).serialized(), as: UTF8.self))
        }
        if case .running = finding { return }
        ExitStatus.exit(.failed)
    }

    static func text(_ finding: ClusterStateFile.Finding) -> String {
        switch finding {
        case .none: "no server runs"
        case .stale(let state):
            "no server runs: the last one"
                + (state.map { ", process \($0.processID), started at \($0.startedAt)," } ?? "")
                + " was killed"
        case .changing: "a server is just starting"
        case .running(let state):
            """
            running at \(state.address)
            process     \(state.processID)
            since       \(state.startedAt)
            data        \(state.data ?? "in memory")
            kubeconfig  \(state.kubeconfig)
            """
        }
    }

    static func json(_ finding: ClusterStateFile.Finding) -> JSONValue {
        switch finding {
        case .none, .stale, .changing: ["running": false]
        case .running(let state): state.json
        }
    }
}
