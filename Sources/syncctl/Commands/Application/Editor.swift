import FoundationEssentials
import Glibc
import KubeCore
import KubeYAML
import Subprocess
import SyncSources
import SystemPackage

/// The person's editor, for a value as YAML.
struct Editor {
    private let command: [String]

    init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        let named = ["EDITOR", "VISUAL"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        command = (named ?? "vi").split(separator: " ").map(String.init)
    }

    /// Lets a person change a value.
    ///
    /// - Parameters:
    ///   - value: As it is.
    ///   - use: Gets what it is then; `nil` if the file was emptied. Where that fails, the file is kept, and said where.
    /// - Throws: ``CommandFailure`` where the editor cannot be run, fails, or leaves no YAML behind; or what `use` throws.
    func edit(_ value: JSONValue, _ use: (JSONValue?) async throws -> Void) async throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path)
            .appending("syncctl-edit-\(String(UInt64.random(in: 0 ... .max), radix: 36))")
        let path = folder.appending("spec.yaml")
        do {
            guard unsafe mkdir(folder.string, 0o700) == 0 else { throw Errno(rawValue: errno) }
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            let text = YAMLText(value).lines.joined(separator: "\n") + "\n"
            _ = try file.closeAfter { try file.writeAll(text.utf8) }
        } catch {
            try? FileManager.default.removeItem(atPath: folder.string)
            throw CommandFailure(.usage, "no file to edit can be written: \(error)")
        }
        try await open(path)
        do {
            let text = try GivenFile.text(path.string)
            let isEmpty = text.allSatisfy(\.isWhitespace)
            try await use(isEmpty ? nil : .object(GivenFile.object(path.string).json))
        } catch {
            Console.error("what you have written stands in \(path)")
            throw error
        }
        try? FileManager.default.removeItem(atPath: folder.string)
    }

    private func open(_ path: FilePath) async throws {
        guard let program = command.first else { throw CommandFailure(.usage, "EDITOR names no program") }
        let status: TerminationStatus
        do {
            status = try await Subprocess.run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(Array(command.dropFirst()) + [path.string]),
                input: .currentStandardInput, output: .currentStandardOutput, error: .currentStandardError
            ).terminationStatus
        } catch {
            throw CommandFailure(.usage, "the editor \(program) cannot be run: \(error)")
        }
        guard status == .exited(0) else {
            throw CommandFailure(.usage, "the editor \(program) ended badly: nothing was changed")
        }
    }
}
