import Glibc
import Subprocess
import SystemPackage

/// Runs programs that other people's input is given to: with a clean environment, within limits, and without leftovers.
///
/// Each runs in a session of its own, so that all its processes can be ended together: when its time is over, when it
/// writes too much, when our task is cancelled, and also when it has ended and left some behind.
struct ProcessRunner: Sendable {
    var clock: any Clock<Duration> = ContinuousClock()

    /// A program that does not read what it is given must not end us; those that we start have the signal as usual.
    private static let outlivesReaders: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// Sets the kernel's limits, and then becomes the program.
    private static let limiter = """
        [ "$1" = - ] || ulimit -f "$1" || exit 126
        [ "$2" = - ] || ulimit -d "$2" || exit 126
        shift 2
        exec "$@"
        """

    /// Runs a program to its end.
    ///
    /// - Parameter call: The program, what it is given, and its limits.
    /// - Returns: What it wrote, and how it ended, well or badly.
    /// - Throws: ``ProcessFailure`` if it could not be run, or had to be ended.
    func run(_ call: ProcessCall) async throws(ProcessFailure) -> ProcessResult {
        do {
            return try await withThrowingTaskGroup(of: ProcessResult.self) { group in
                group.addTask { try await start(call) }
                group.addTask {
                    try await clock.sleep(for: call.limits.time)
                    throw ProcessFailure(program: call.program, reason: .timedOut(call.limits.time))
                }
                defer { group.cancelAll() }
                guard let result = try await group.next() else {
                    throw ProcessFailure(program: call.program, reason: .cancelled)
                }
                return result
            }
        } catch {
            throw Self.failure(error, of: call.program)
        }
    }

    private static func failure(_ error: any Error, of program: String) -> ProcessFailure {
        if let failure = error as? ProcessFailure { return failure }
        if Task.isCancelled { return ProcessFailure(program: program, reason: .cancelled) }
        guard let error = error as? SubprocessError, error.code == .executableNotFound else {
            return ProcessFailure(program: program, reason: .notStarted("\(error)"))
        }
        return ProcessFailure(program: program, reason: .notFound)
    }

    private func start(_ call: ProcessCall) async throws -> ProcessResult {
        Self.outlivesReaders
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)
        ]
        let environment = Environment.custom(
            Dictionary(
                call.environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) },
                uniquingKeysWith: { $1 }))
        let command = try await Self.command(call, environment)
        let result = try await Subprocess.run(
            .path(command.program), arguments: Arguments(command.arguments), environment: environment,
            workingDirectory: call.workingFolder, platformOptions: options, input: .inputWriter,
            output: .sequence, error: .sequence
        ) { execution in
            async let fed: Void = Self.feed(call.standardInput, to: execution.standardInputWriter)
            async let kept = Self.end(of: execution.standardError, bytes: call.limits.errorBytes)
            let output = try await Self.all(of: execution.standardOutput, call)
            let error = await kept
            await fed
            // It may have closed its output and still be at work.
            await execution.teardown(using: [.untilItEnds])
            // It has not been waited for yet, so the group is still its own.
            try? execution.send(signal: .kill, toProcessGroup: true)
            return (output: output, error: error)
        }
        return ProcessResult(
            ending: .init(result.terminationStatus), standardOutput: result.closureResult.output,
            standardError: String(decoding: result.closureResult.error, as: UTF8.self))
    }

    /// The program itself, or the shell that sets its limits before it.
    private static func command(
        _ call: ProcessCall, _ environment: Environment
    ) async throws -> (program: FilePath, arguments: [String]) {
        let executable: Executable =
            call.program.contains("/") ? .path(FilePath(call.program)) : .name(call.program)
        let program = try await executable.resolveExecutablePath(in: environment)
        // The shell would say it in its own words.
        guard unsafe program.withPlatformString({ unsafe access($0, X_OK) }) == 0 else {
            throw ProcessFailure(program: call.program, reason: .notFound)
        }
        guard call.limits.fileBytes != nil || call.limits.memoryBytes != nil else {
            return (program, call.arguments)
        }
        // The shell counts files in blocks of 512 bytes, and memory in KiB.
        let blocks = call.limits.fileBytes.map { String($0 / 512 + 1) } ?? "-"
        let kibibytes = call.limits.memoryBytes.map { String($0 / 1024 + 1) } ?? "-"
        return (
            "/bin/sh", ["-c", limiter, "sh", blocks, kibibytes, program.string] + call.arguments
        )
    }

    private static func feed(_ bytes: [UInt8], to writer: StandardInputWriter) async {
        do {
            if !bytes.isEmpty { _ = try await writer.write(bytes) }
            try await writer.finish()
        } catch {
            // A program need not read its input; whether it should have, its exit status says.
        }
    }

    private static func all(of output: SubprocessOutputSequence, _ call: ProcessCall) async throws -> [UInt8]
    {
        var bytes: [UInt8] = []
        for try await buffer in output {
            unsafe buffer.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            guard bytes.count <= call.limits.outputBytes else {
                throw ProcessFailure(
                    program: call.program, reason: .outputTooLarge(limit: call.limits.outputBytes))
            }
        }
        return bytes
    }

    /// The last bytes; all are read, or the program would wait for us.
    private static func end(of output: SubprocessOutputSequence, bytes limit: Int) async -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await buffer in output {
                unsafe buffer.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
                if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
            }
        } catch {
            // What was read is better than nothing.
        }
        return bytes.suffix(limit)
    }
}

extension TeardownStep {
    /// Signal 0 does nothing, so this only waits; the deadline comes from outside.
    fileprivate static let untilItEnds = TeardownStep.send(
        signal: Signal(rawValue: 0), allowedDurationToNextStep: .seconds(100 * 365 * 86400))
}

extension ProcessResult.Ending {
    fileprivate init(_ status: TerminationStatus) {
        self =
            switch status {
            case .exited(let code): .exited(code)
            case .signaled(let signal): .signaled(signal)
            }
    }
}
