import Subprocess
import SystemPackage

/// One run of a container's process.
struct ContainerProcess: Sendable {
    /// How it went.
    enum Outcome: Hashable, Sendable {
        case exited(Int32)
        case signaled(Int32)
        case notStarted(String)
    }

    let plan: ContainerPlan
    let folder: WorkFolder
    /// By which the node's keeper knows what belongs to the node.
    let token: String
    let clock: any Clock<Duration>

    /// How long processes are given when the node itself ends.
    static let graceAtEnd = Duration.seconds(2)

    /// Runs the process to its end. Cancelling the task ends it.
    ///
    /// - Parameters:
    ///   - stop: Who may ask for the end.
    ///   - write: Takes what it writes, standard output and error in their order.
    /// - Returns: How it ended.
    func run(stop: StopOrder, write: @escaping @Sendable ([UInt8]) -> Void) async -> Outcome {
        guard let program = plan.command.first else { return .notStarted("there is no command") }
        var options = PlatformOptions()
        // A session of its own: nobody's Ctrl-C reaches it, and its descendants can be ended together.
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.graceAtEnd)
        ]
        var environment = plan.environment
        environment[Keeper.variable] = token
        let clock = clock
        do {
            let result = try await Subprocess.run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(Array(plan.command.dropFirst())),
                environment: .custom(
                    Dictionary(
                        environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) },
                        uniquingKeysWith: { $1 })),
                workingDirectory: FilePath(plan.workingFolder(in: folder)), platformOptions: options,
                input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                let output = execution.standardOutput
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await Self.obey(stop, execution, clock) }
                    // What was written before the end is read to its end.
                    async let copied: Void = Self.copy(output, to: write)
                    await Self.waitForExit(of: execution)
                    await copied
                    group.cancelAll()
                }
                // The first process of a container takes the others with it. It has not been waited for yet, so
                // the group is still its own.
                try? execution.send(signal: .kill, toProcessGroup: true)
            }
            return switch result.terminationStatus {
            case .exited(let code): .exited(code)
            case .signaled(let signal): .signaled(signal)
            }
        } catch let error as SubprocessError {
            return .notStarted(Self.explanation(error, program, plan, folder))
        } catch {
            return .notStarted("\(error)")
        }
    }

    /// Passes on what is written; ends when nobody can write any more, or when the process has ended.
    private static func copy(
        _ output: SubprocessOutputSequence, to write: @Sendable ([UInt8]) -> Void
    ) async {
        do {
            for try await buffer in output { write(unsafe buffer.withUnsafeBytes { unsafe Array($0) }) }
        } catch {
            // The pipe is gone, and with it what might still have come.
        }
    }

    private static func waitForExit<Input, Output, Error>(
        of execution: Execution<Input, Output, Error>
    ) async {
        // Signal 0 does nothing, so this only waits; no process is older than a hundred years.
        await execution.teardown(
            using: [.send(signal: .none, allowedDurationToNextStep: .seconds(100 * 365 * 86400))])
    }

    private static func obey<Input, Output, Error>(
        _ stop: StopOrder, _ execution: Execution<Input, Output, Error>, _ clock: any Clock<Duration>
    ) async {
        guard var order = await stop.order(after: nil) else { return }
        if case .stop = order {
            // A process that is gone already needs no signal.
            try? execution.send(signal: .terminate, toProcessGroup: true)
        }
        while order.grace > .zero {
            let current = order
            let next = await withTaskGroup(of: StopOrder.Order?.self) { group in
                group.addTask {
                    do {
                        try await clock.sleep(for: current.grace)
                        return .kill
                    } catch {
                        return nil
                    }
                }
                group.addTask { await stop.order(after: current) }
                defer { group.cancelAll() }
                return await group.next() ?? nil
            }
            guard let next else { return }
            order = next
        }
        try? execution.send(signal: .kill, toProcessGroup: true)
    }

    private static func explanation(
        _ error: SubprocessError, _ program: String, _ plan: ContainerPlan, _ folder: WorkFolder
    ) -> String {
        switch error.code {
        case .executableNotFound:
            "\"\(program)\": there is no such program on this machine (looked for in "
                + "\(plan.environment["PATH"] ?? "")); images are not pulled here"
        case .failedToChangeWorkingDirectory:
            "the working directory \(plan.workingFolder(in: folder)) is not there"
        default: "\"\(program)\" cannot be started: \(error)"
        }
    }
}

extension Signal {
    /// Only asks whether the process is there.
    fileprivate static let none = Signal(rawValue: 0)
}
