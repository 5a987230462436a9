import Foundation
import Subprocess
import SystemPackage

/// A program of this machine that a test needs beside the one under test.
package struct Command: Sendable {
    package var program: String
    package var arguments: [String]
    /// What it is given instead of our own environment, beside the `PATH`.
    package var environment: [String: String]
    package var input: [UInt8] = []

    package init(_ program: String, _ arguments: [String], environment: [String: String] = ["HOME": "/"]) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    private static let path =
        "\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"):/usr/sbin:/sbin"

    /// Whether all of these are there.
    package static func areThere(_ programs: String...) -> Bool {
        programs.allSatisfy { program in
            path.split(separator: ":").contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
            }
        }
    }

    /// Runs it to its end.
    ///
    /// - Parameter mayFail: Whether a bad end is as good.
    /// - Returns: What it printed.
    /// - Throws: If it cannot be run, or ends badly.
    @discardableResult
    package func output(mayFail: Bool = false) async throws -> [UInt8] {
        let result = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: custom, input: .array(input),
            output: .bytes(limit: 256 << 20), error: .string(limit: 1 << 20))
        guard mayFail || result.terminationStatus.isSuccess else {
            throw BadEnd(
                command: ([program] + arguments).joined(separator: " "), errors: result.standardError)
        }
        return result.standardOutput
    }

    /// Runs it beside the body, and ends it afterwards, with all that it has started.
    ///
    /// - Parameter body: What is done meanwhile.
    /// - Returns: What the body returned.
    /// - Throws: If it cannot be run, and what the body throws.
    package func beside<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        var options = PlatformOptions()
        options.createSession = true
        return try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: custom, platformOptions: options,
            input: .none, output: .discarded, error: .discarded
        ) { execution in
            defer {
                // One that has ended by itself is as dead as it should be.
                try? execution.send(signal: .kill, toProcessGroup: true)
            }
            return try await body()
        }.closureResult
    }

    private var executable: Executable { program.hasPrefix("/") ? .path(FilePath(program)) : .name(program) }

    private var custom: Environment {
        let all = environment.merging(["PATH": Self.path]) { $1 }
        return .custom(
            Dictionary(
                all.map { (Environment.Key(stringLiteral: $0.key), $0.value) }, uniquingKeysWith: { $1 }))
    }
}

/// A program that ended badly.
struct BadEnd: Error {
    var command: String
    var errors: String
}
