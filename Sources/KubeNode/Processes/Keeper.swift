import Subprocess
import SystemPackage

/// Sees to it that no process of the node outlives the node, even if that is killed.
///
/// A shell waits at the end of a pipe that only the node holds open. When the node is gone, for whatever reason, the
/// pipe ends, and the shell kills everything that bears the node's token in its environment, be it in another session
/// or adopted by init.
struct Keeper: Sendable {
    /// The variable that bears the token.
    static let variable = "SYNCCTL_NODE_TOKEN"

    let token: String

    private static let script = """
        trap '' HUP INT TERM
        read -r token || exit 0
        while read -r line; do :; done
        for round in 1 2 3; do
          for file in $(grep -lsaF "\(variable)=$token" /proc/[0-9]*/environ); do
            pid=${file#/proc/}
            kill -KILL "${pid%/environ}" 2>/dev/null
          done
          sleep 0.1
        done
        """

    /// Does the work under guard; what the work has left running is ended when it returns.
    func guarding(_ work: @Sendable () async -> Void) async throws {
        var options = PlatformOptions()
        options.createSession = true
        // When the task is cancelled, the keeper waits for the work to end like everyone else.
        options.teardownSequence = [
            .send(
                signal: Signal(rawValue: 0),
                allowedDurationToNextStep: ContainerProcess.graceAtEnd + .seconds(10))
        ]
        _ = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", Self.script],
            environment: .custom(["PATH": "/usr/local/bin:/usr/bin:/bin"]), platformOptions: options,
            input: .inputWriter, output: .discarded, error: .discarded
        ) { execution in
            _ = try await execution.standardInputWriter.write(Array("\(token)\n".utf8))
            await work()
            try await execution.standardInputWriter.finish()
        }
    }
}
