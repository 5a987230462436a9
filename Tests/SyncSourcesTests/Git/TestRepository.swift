import Foundation
import SyncEngine
import SystemPackage

@testable import SyncSources

/// A repository made by plumbing commands, so that it can hold what nobody would commit.
final class TestRepository {
    let folder: TemporaryFolder
    /// The bare repository.
    var path: String { "\(folder.path)/repo.git" }
    var url: String { "file://\(path)" }

    init() async throws {
        folder = try TemporaryFolder()
        try await git(["init", "-q", "--bare", "-b", "main", path], inside: false)
    }

    /// Runs git as a person would, with none of our precautions.
    @discardableResult
    func git(_ arguments: [String], input: String = "", inside: Bool = true) async throws -> String {
        let call = ProcessCall(
            program: "git", arguments: (inside ? ["--git-dir=\(path)"] : []) + arguments,
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
                "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_AUTHOR_DATE": "1700000000 +0000",
                "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
                "GIT_COMMITTER_DATE": "1700000000 +0000",
            ], standardInput: Array(input.utf8))
        let result = try await ProcessRunner().run(call)
        guard result.isSuccess else {
            throw ProcessFailure(program: "git \(arguments)", reason: .notStarted(result.standardError))
        }
        return String(decoding: result.standardOutput, as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines)
    }

    /// Commits files, which are all that the commit holds; the mode stands before the path where it is not 100644.
    @discardableResult
    func commit(_ files: [String: String], to branch: String = "main") async throws -> String {
        var stream = "commit refs/heads/\(branch)\ncommitter a <a@b> 1700000000 +0000\ndata 1\nm\n"
        let old = try? await git(["rev-parse", "--verify", "-q", "refs/heads/\(branch)"])
        if let old { stream += "from \(old)\n" }
        stream += "deleteall\n"
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            let parts = name.split(separator: " ", maxSplits: 1)
            let (mode, path) = parts.count == 2 ? (parts[0], parts[1]) : ("100644", parts[0])
            if mode == "160000" {
                stream += "M 160000 \(content) \"\(path)\"\n"
            } else {
                stream += "M \(mode) inline \"\(path)\"\ndata \(content.utf8.count)\n\(content)\n"
            }
        }
        try await git(["fast-import", "--quiet", "--force"], input: stream + "done\n")
        return try await git(["rev-parse", "refs/heads/\(branch)"])
    }

    /// Writes an object, whatever is in it.
    func object(_ type: String, _ content: String) async throws -> String {
        try await git(["hash-object", "-w", "-t", type, "--literally", "--stdin"], input: content)
    }

    /// Makes a tree from lines as of `git ls-tree`, also with names that no checkout could have, and commits it.
    @discardableResult
    func commitTree(_ entries: [(mode: String, name: String, id: String)]) async throws -> String {
        let file = "\(folder.path)/tree"
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += Array("\(entry.mode) \(entry.name)\0".utf8)
            bytes += stride(from: 0, to: 40, by: 2).map { place in
                let start = entry.id.index(entry.id.startIndex, offsetBy: place)
                return UInt8(entry.id[start...].prefix(2), radix: 16) ?? 0
            }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let tree = try await git(["hash-object", "-w", "-t", "tree", "--literally", file])
        let commit = try await git(["commit-tree", "-m", "m", tree])
        try await git(["update-ref", "refs/heads/main", commit])
        return commit
    }
}

/// Our side: a cache of its own.
struct TestCache {
    let folder: TemporaryFolder
    var settings: GitRepositories.Settings

    init(_ transports: Set<GitTransport> = [.file]) throws {
        folder = try TemporaryFolder()
        settings = GitRepositories.Settings(cache: FilePath("\(folder.path)/cache"))
        settings.transports = transports
    }

    var repositories: GitRepositories { GitRepositories(settings) }

    /// Why a revision cannot be had; `nil` if it can.
    func failure(_ url: String, at revision: String = "") async -> SourceFailure? {
        do {
            _ = try await repositories.tree(of: url, at: revision)
            return nil
        } catch {
            return error
        }
    }
}

extension GitTree {
    /// Why a folder cannot be read; `nil` if it can.
    func failure(under path: SourcePath = .top) async -> SourceFailure? {
        do {
            _ = try await files(under: path)
            return nil
        } catch {
            return error
        }
    }

    /// Why it cannot be checked out; `nil` if it can.
    func checkOutFailure() async -> SourceFailure? {
        do {
            _ = try await checkOut()
            return nil
        } catch {
            return error
        }
    }

    /// Paths with the text of the files.
    func texts(under path: SourcePath = .top) async throws -> [String: String] {
        var texts: [String: String] = [:]
        for file in try await files(under: path) {
            texts[file.path] = String(decoding: file.content, as: UTF8.self)
        }
        return texts
    }
}

extension SourcePath {
    /// What is known to be a path; for all else the top, which the test then notices.
    init(known text: String) {
        self = SourcePath(text) ?? .top
    }
}
