import Subprocess
import SystemPackage

/// Runs credential plugins as child processes.
public struct SubprocessPluginRunner: PluginRunner {
    /// How long a plugin may take that does not talk to a person.
    public var timeout: Duration

    private static let outputLimit = 1 << 20

    public init(timeout: Duration = .seconds(60)) {
        self.timeout = timeout
    }

    public func run(_ invocation: PluginInvocation) async throws(PluginRunFailure) -> [UInt8] {
        do {
            return try await withDeadline(invocation.isInteractive ? nil : timeout) {
                invocation.isInteractive
                    ? try await start(invocation, input: .currentStandardInput)
                    : try await start(invocation, input: .none)
            }
        } catch let failure as PluginRunFailure {
            throw failure
        } catch let error as SubprocessError {
            throw error.code == .executableNotFound ? .notFound : .failed("could not be run: \(error)")
        } catch {
            throw Task.isCancelled ? .cancelled : .failed("could not be run: \(error)")
        }
    }

    private func start(_ invocation: PluginInvocation, input: some InputProtocol) async throws -> [UInt8] {
        let overrides = invocation.environment.map {
            (Environment.Key(stringLiteral: $0.key), $0.value as String?)
        }
        let result = try await Subprocess.run(
            invocation.command.contains("/")
                ? .path(FilePath(invocation.command)) : .name(invocation.command),
            arguments: Arguments(invocation.arguments),
            environment: .inherit.updating(Dictionary(overrides) { $1 }), input: input,
            output: .bytes(limit: Self.outputLimit), error: .currentStandardError)
        switch result.terminationStatus {
        case .exited(0): return result.standardOutput
        case .exited(let code): throw PluginRunFailure.failed("ended with exit code \(code)")
        case .signaled(let signal): throw PluginRunFailure.failed("was ended by signal \(signal)")
        }
    }

    /// Runs work that is cancelled after a time.
    private func withDeadline(
        _ timeout: Duration?, _ work: @escaping @Sendable () async throws -> [UInt8]
    ) async throws -> [UInt8] {
        guard let timeout else { return try await work() }
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await ContinuousClock().sleep(for: timeout)
                throw PluginRunFailure.failed("gave no answer within \(timeout)")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }
}
