import Foundation
import Subprocess
import Testing

/// The examples as a git repository on this machine.
struct GitExample: Sendable {
    var folder: URL

    /// Makes it.
    func make(tag: String) async throws -> String {
        try FileManager.default.copyItem(at: Sandbox.example(""), to: folder)
        try await begin()
        return try await commit(tag)
    }

    /// Makes a repository of the folder, without a commit.
    func begin() async throws { try await git("init", "-q", "-b", "main") }

    func change(_ file: String, _ content: String, tag: String) async throws -> String {
        try Data(content.utf8).write(to: folder.appending(path: file))
        return try await commit(tag)
    }

    /// Commits what is there.
    ///
    /// - Returns: The commit.
    func commit(_ tag: String) async throws -> String {
        try await git("add", "-A")
        try await git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "change")
        try await git("tag", tag)
        return try await git("rev-parse", "HEAD")
    }

    @discardableResult
    private func git(_ arguments: String...) async throws -> String {
        let result = try await Subprocess.run(
            .name("git"), arguments: Arguments(["-C", folder.path()] + arguments),
            output: .string(limit: 1 << 16),
            error: .string(limit: 1 << 16))
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
        return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension Sandbox {
    /// Syncs from a repository, with a cache of the test's own.
    func sync(repository arguments: [String]) async throws -> Ending {
        var environment = Renderer.environment
        environment["XDG_CACHE_HOME"] = place.appending(path: "cache").path()
        return try await Program.run(
            ["app", "sync", application, "--core", "--kubeconfig", cluster.kubeconfig]
                + ["--dest-namespace", namespace, "-o", "json"] + arguments, environment: environment)
    }
}
