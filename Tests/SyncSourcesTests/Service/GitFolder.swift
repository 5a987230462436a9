import Foundation
import SyncEngine
import Synchronization
import SystemPackage

@testable import SyncSources

/// A repository on this machine, as a service of manifests sees one: through git, at its port.
final class GitFolder: Sendable {
    let folder: String
    private let counts = Mutex((asked: 0, checkedOut: Set<String>()))

    /// How often ids were asked for.
    var questions: Int { counts.withLock { $0.asked } }
    /// The commits that were checked out.
    var checkedOut: Int { counts.withLock { $0.checkedOut.count } }

    init(_ folder: TemporaryFolder) async throws {
        self.folder = folder.path
        _ = try await git("init", "-q", "-b", "main")
        _ = try await commit()
    }

    func commit() async throws -> String {
        _ = try await git("add", "-A")
        _ = try await git(
            "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m",
            "change")
        return try await git("rev-parse", "HEAD").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func git(_ arguments: String..., input: String = "") async throws -> String {
        let call = ProcessCall(
            program: "git", arguments: ["-C", folder] + arguments,
            environment: ProgramEnvironment.clean(from: ProcessInfo.processInfo.environment, home: folder),
            standardInput: Array(input.utf8))
        let result = try await ProcessRunner().run(call)
        guard result.isSuccess else { throw SourcesFailure(result.standardError) }
        return String(decoding: result.standardOutput, as: UTF8.self)
    }

    @Sendable func resolve(_ request: CheckoutRequest) async throws(SourcesFailure) -> SourceCheckout {
        let commit: String
        do {
            let revision = request.revision.isEmpty ? "HEAD" : request.revision
            commit = try await git("rev-parse", revision).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            throw SourcesFailure("\(error)")
        }
        return SourceCheckout(commit: commit) { paths throws(SourcesFailure) in
            try await self.ids(paths, commit)
        } links: { () throws(SourcesFailure) in
            // No test makes one here.
            [:]
        } checkOut: { () throws(SourcesFailure) in
            try await self.checkOut(commit)
        }
    }

    private func ids(
        _ paths: [SourcePath], _ commit: String
    ) async throws(SourcesFailure) -> [SourcePath: String] {
        counts.withLock { $0.asked += 1 }
        var ids: [SourcePath: String] = [:]
        do {
            let names = paths.map { "\(commit):\($0.text)\n" }.joined()
            let answer = try await git("cat-file", "--batch-check=%(objectname)", input: names)
            for (path, line) in zip(paths, answer.split(separator: "\n")) where !line.hasSuffix("missing") {
                ids[path] = String(line)
            }
        } catch {
            throw SourcesFailure("\(error)")
        }
        return ids
    }

    private func checkOut(_ commit: String) async throws(SourcesFailure) -> FilePath {
        let place = "\(folder)/.git/out-\(commit)"
        do {
            if counts.withLock({ $0.checkedOut.insert(commit).inserted }) {
                _ = try await git("worktree", "add", "-q", "--detach", place, commit)
            }
        } catch {
            throw SourcesFailure("\(error)")
        }
        return FilePath(place)
    }
}
