import Foundation
import KubeCore
import Subprocess
import Synchronization
import Testing

/// The program under test, as a user runs it.
enum Program {
    /// `SYNCCTL_TEST_BINARY`, or what was built together with the tests.
    static let path =
        ProcessInfo.processInfo.environment["SYNCCTL_TEST_BINARY"]
        ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "syncctl").path()

    /// Runs it to its end, with these variables beside those of the tests.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Ending {
        // `env` only passes on: the library takes a path that is known at run time in a type of another package.
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(environment.map { "\($0)=\($1)" } + [path] + arguments),
            output: .string(limit: 16 << 20), error: .string(limit: 16 << 20))
        return Ending(
            command: arguments.joined(separator: " "), status: result.terminationStatus,
            output: result.standardOutput, errors: result.standardError)
    }

    /// Runs it to its end, and does something beside it from the first line of its output on.
    static func run<Value: Sendable>(
        _ arguments: [String], meanwhile: @Sendable () async throws -> Value
    ) async throws -> (ending: Ending, value: Value?) {
        let (lines, feed) = AsyncStream.makeStream(of: String.self)
        async let ending = stream(arguments, to: feed)
        var value: Value?
        if await lines.first(where: { _ in true }) != nil { value = try await meanwhile() }
        return (try await ending, value)
    }

    /// Runs it beside something, and ends it at once when that is done.
    static func beside(
        _ arguments: [String], environment: [String: String] = [:],
        _ body: @Sendable (_ kill: @Sendable () -> Void) async throws -> Void
    ) async throws {
        _ = try await Subprocess.run(
            .name("env"), arguments: Arguments(environment.map { "\($0)=\($1)" } + [path] + arguments),
            input: .none, output: .discarded, error: .discarded
        ) { execution in
            let kill: @Sendable () -> Void = {
                // A process that is gone already is as dead as it should be.
                try? execution.send(signal: .kill)
            }
            defer { kill() }
            try await body(kill)
        }
    }

    /// Runs it beside something that may send it signals and wait for its end, and ends it at once when that is done.
    static func process(
        _ arguments: [String], environment: [String: String] = [:],
        _ body: @Sendable (RunningProgram) async throws -> Void
    ) async throws {
        let (starts, start) = AsyncStream.makeStream(of: RunningProgram.self)
        let (endings, end) = AsyncStream.makeStream(of: Void.self)
        let life = Life()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer {
                    life.end()
                    start.finish()
                    end.finish()
                }
                _ = try await Subprocess.run(
                    .name("env"),
                    arguments: Arguments(environment.map { "\($0)=\($1)" } + [path] + arguments),
                    input: .none, output: .discarded, error: .discarded
                ) { execution in
                    start.yield(
                        RunningProgram(endings: endings) { signal in
                            life.whileItLasts { try? execution.send(signal: signal) }
                        })
                }
            }
            guard let program = await starts.first(where: { _ in true }) else {
                return try await group.waitForAll()
            }
            defer { program.signal(.kill) }
            try await body(program)
        }
    }

    private static func stream(
        _ arguments: [String], to feed: AsyncStream<String>.Continuation
    ) async throws -> Ending {
        defer { feed.finish() }
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments([path] + arguments), input: .none, output: .sequence,
            error: .string(limit: 16 << 20)
        ) { execution in
            var lines: [String] = []
            for try await line in execution.standardOutput.strings() {
                feed.yield(line)
                lines.append(line.hasSuffix("\n") ? line : line + "\n")
            }
            return lines.joined()
        }
        return Ending(
            command: arguments.joined(separator: " "), status: result.terminationStatus,
            output: result.closureResult, errors: result.standardError)
    }
}

/// The program while it runs.
struct RunningProgram: Sendable {
    fileprivate let endings: AsyncStream<Void>
    let signal: @Sendable (Signal) -> Void

    /// Returns once it has ended.
    func ended() async { for await _ in endings {} }
}

/// Whether a process is still there. When it is not, its number is soon another's, which must not get its signals.
private final class Life: Sendable {
    private let isOver = Mutex(false)

    func end() { isOver.withLock { $0 = true } }

    func whileItLasts(_ body: () -> Void) {
        isOver.withLock { isOver in
            if !isOver { body() }
        }
    }
}

/// How the program ended, and what it said.
struct Ending: CustomTestStringConvertible {
    let command: String
    let status: TerminationStatus
    let output: String
    let errors: String

    var exitCode: Int? {
        if case .exited(let code) = status { Int(code) } else { nil }
    }

    /// `-o json`: the state of the operation.
    var state: JSONValue {
        get throws { try JSONValue(parsing: output) }
    }

    /// The entries of `syncResult.resources` of one object: `Job/before`.
    func results(_ object: String) throws -> [JSONValue] {
        try state["syncResult"]?["resources"]?.array?.filter { entry in
            "\(entry["kind"]?.string ?? "")/\(entry["name"]?.string ?? "")" == object
        } ?? []
    }

    var testDescription: String { "syncctl \(command): \(status)\n\(output)\(errors)" }
}
