import ArgumentParser
import Glibc

/// `syncctl cluster stop`
struct ClusterStopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stops the embedded API server, and waits until it is gone.",
        discussion: "Exit codes: 0 it is gone; 1 none ran; 4 it did not end in time.")

    /// Between two looks whether it is gone.
    private static let pause = Duration.milliseconds(20)

    @Option(help: "How long it may take, e.g. 30s.", transform: DurationArgument.parse)
    var timeout: Duration = .seconds(15)

    func run() async throws {
        let path = try ClusterPlace.current().state
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: timeout)
        var asked: ClusterState?
        while clock.now < deadline {
            switch (try ClusterStateFile.look(path), asked) {
            case (.running(let state), nil):
                try Self.ask(state)
                asked = state
            case (.running(let state), .some(let asked)) where state.processID != asked.processID:
                return Console.error("the server is gone; another has begun")
            case (.none, .some), (.stale, .some):
                return Console.error("the server is gone")
            case (.none, nil), (.stale, nil):
                throw CommandFailure(.failed, "no server runs: there is nothing to stop")
            case (.running, .some), (.changing, _):
                break
            }
            try await clock.sleep(for: Self.pause)
        }
        let who = asked.map { "process \($0.processID)" } ?? "the server"
        throw CommandFailure(.timedOut, "\(who) did not end within \(timeout)")
    }

    private static func ask(_ state: ClusterState) throws {
        guard kill(state.processID, SIGTERM) == 0 || errno == ESRCH else {
            throw CommandFailure(
                .failed, "process \(state.processID) cannot be stopped: it belongs to another user")
        }
    }
}
