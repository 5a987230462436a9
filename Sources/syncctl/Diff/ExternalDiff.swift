import FoundationEssentials
import Glibc
import KubeCore
import Subprocess
import SyncEngine
import SystemPackage

/// The program that `KUBECTL_EXTERNAL_DIFF` names, as kubectl runs it: with two folders, which hold a file for each
/// object that differs, as it is and as it would be. What it prints goes to our own output.
struct ExternalDiff {
    private let command: [String]

    /// `nil` if the variable names no program.
    init?(_ environment: [String: String]) {
        command = (environment["KUBECTL_EXTERNAL_DIFF"] ?? "").split(separator: " ").map(String.init)
        guard !command.isEmpty else { return nil }
    }

    /// Shows differences.
    ///
    /// - Parameter diffs: At least one, with Secrets hidden.
    /// - Returns: Whether the program says that something differs.
    /// - Throws: ``CommandFailure`` if it cannot be run, or failed.
    func show(_ diffs: [ObjectDiff]) async throws -> Bool {
        let place = FilePath(FileManager.default.temporaryDirectory.path)
            .appending("syncctl-diff-\(String(UInt64.random(in: 0 ... .max), radix: 36))")
        defer { try? FileManager.default.removeItem(atPath: place.string) }
        let folders = try write(diffs, to: place)
        // Ctrl-C is for the program: we are left to clean up behind it. Not ignored, for that it would inherit.
        let old = signal(SIGINT) { _ in }
        defer { signal(SIGINT, old) }
        let status: TerminationStatus
        do {
            status = try await Subprocess.run(
                command[0].contains("/") ? .path(FilePath(command[0])) : .name(command[0]),
                arguments: Arguments(Array(command.dropFirst()) + folders.map(\.string)),
                input: .none, output: .currentStandardOutput, error: .currentStandardError
            ).terminationStatus
        } catch {
            throw CommandFailure(
                .usage, "KUBECTL_EXTERNAL_DIFF: the program \(command[0]) cannot be run: \(error)")
        }
        switch status {
        case .exited(0): return false
        case .exited(1): return true
        case .exited(let code):
            throw CommandFailure(.usage, "KUBECTL_EXTERNAL_DIFF: \(command[0]) ended with exit code \(code)")
        case .signaled(let number):
            throw CommandFailure(.usage, "KUBECTL_EXTERNAL_DIFF: \(command[0]) was ended by signal \(number)")
        }
    }

    /// Fills the two folders; nobody else may look into them.
    private func write(_ diffs: [ObjectDiff], to place: FilePath) throws -> [FilePath] {
        let (live, desired) = (place.appending("live"), place.appending("desired"))
        do {
            for folder in [place, live, desired] {
                guard unsafe mkdir(folder.string, 0o700) == 0 else { throw Errno(rawValue: errno) }
            }
            for (index, diff) in diffs.enumerated() {
                let name = Self.fileName(diff, index)
                if let object = diff.before { try Self.write(DiffText.yaml(object), live.appending(name)) }
                if let object = diff.after { try Self.write(DiffText.yaml(object), desired.appending(name)) }
            }
        } catch {
            throw CommandFailure(.usage, "the files for KUBECTL_EXTERNAL_DIFF cannot be written: \(error)")
        }
        return [live, desired]
    }

    private static func write(_ lines: [String], _ path: FilePath) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite
        )
        _ = try file.closeAfter { try file.writeAll((lines.joined(separator: "\n") + "\n").utf8) }
    }

    /// `apps.v1.Deployment.demo.web`, as kubectl calls them.
    private static func fileName(_ diff: ObjectDiff, _ index: Int) -> String {
        let version = (diff.after ?? diff.before)?.groupVersionKind.version ?? ""
        let parts = [diff.key.group, version, diff.key.kind, diff.key.namespace, diff.key.name]
        let name = parts.filter { !$0.isEmpty }.joined(separator: ".")
        // A file system takes no longer names.
        return name.utf8.count <= 255 ? name : "\(name.prefix(200)).\(index)"
    }
}
