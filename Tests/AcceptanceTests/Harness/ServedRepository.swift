import Foundation
import KubeClient
import KubeCore
import Synchronization
import TestSupport
import Testing

/// The examples in a repository behind a real server, which wants to know who reads it.
struct ServedRepository: Sendable {
    /// How it is reached.
    enum Way: String, CaseIterable, Sendable {
        case http
        case ssh

        /// Those for which this machine has a server.
        static let given = allCases.filter { $0 == .http || SSHServer.isThere }
    }

    let address: String
    /// The only commit.
    let commit: String
    /// Options by which it is opened.
    let proof: [String]
    /// Options by which it is not.
    let wrongProof: [String]
    /// The data of Secrets that open it, each.
    let secrets: [[String: String]]
    /// What must be seen nowhere.
    let hidden: [String]
    /// Command lines and environments in which it was seen while the repository was read.
    let leaks: Leaks

    /// Serves while the body runs.
    static func serve(
        _ way: Way, in sandbox: Sandbox, while body: (ServedRepository) async throws -> Void
    ) async throws {
        let root = sandbox.place.appending(path: "served")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        let example = GitExample(folder: root.appending(path: "examples"))
        let commit = try await example.make(tag: "v1.0.0")
        switch way {
        case .http: try await overHTTP(commit, root, sandbox, while: body)
        case .ssh: try await overSSH(commit, example.folder.path(), sandbox, while: body)
        }
    }

    private static func overHTTP(
        _ commit: String, _ root: URL, _ sandbox: Sandbox, while body: (ServedRepository) async throws -> Void
    ) async throws {
        let password = "s3cret\(UInt64.random(in: .min ... .max))"
        let hidden = [password, Data("token:\(password)".utf8).base64EncodedString()]
        let leaks = Leaks(hidden)
        let right = try sandbox.keep("token", "\(password)\n")
        let wrong = try sandbox.keep("wrong-token", "x\(password)")
        try await GitBackend.serve(
            root.path(), password: password,
            noting: { _ in leaks.look() }
        ) { origin in
            let url = "\(origin)/examples"
            try await body(
                ServedRepository(
                    address: url, commit: commit, proof: ["--git-user=token", "--git-token-file", right],
                    wrongProof: ["--git-user=token", "--git-token-file", wrong],
                    secrets: [
                        ["type": "repository", "url": url, "username": "token", "password": password],
                        ["type": "repository", "url": url, "bearerToken": password],
                        ["type": "repo-creds", "url": origin, "username": "token", "password": password],
                    ], hidden: hidden, leaks: leaks))
        }
    }

    private static func overSSH(
        _ commit: String, _ path: String, _ sandbox: Sandbox,
        while body: (ServedRepository) async throws -> Void
    ) async throws {
        try await SSHServer.serve(in: sandbox.place.appending(path: "sshd").path()) { server in
            let url = server.address(of: path)
            let hosts = ["--known-hosts", try sandbox.keep("known_hosts", server.hostLine)]
            let right = try sandbox.keep("key", server.userKey)
            let wrong = try sandbox.keep("wrong-key", server.strangersKey)
            let lines = server.userKey.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("-") }
            try await body(
                ServedRepository(
                    address: url, commit: commit, proof: hosts + ["--ssh-key", right],
                    wrongProof: hosts + ["--ssh-key", wrong],
                    secrets: [
                        ["type": "repository", "url": url, "sshPrivateKey": server.userKey],
                        [
                            "type": "repo-creds", "url": server.address(of: ""),
                            "sshPrivateKey": server.userKey,
                        ],
                    ], hidden: lines, leaks: Leaks(lines)))
        }
    }

    /// Looks for what must not be seen in what the program said, and in what it left behind.
    func expectNothingShown(_ ending: Ending, in sandbox: Sandbox) throws {
        #expect(!hidden.contains { ending.testDescription.contains($0) }, "it says what it must not")
        let cache = sandbox.place.appending(path: "cache")
        let left = try FileManager.default.subpathsOfDirectory(atPath: cache.path()).filter { path in
            // What is no file, or is gone, holds nothing.
            let content = (try? Data(contentsOf: cache.appending(path: path))).map {
                String(decoding: $0, as: UTF8.self)
            }
            return hidden.contains { content?.contains($0) == true }
        }
        #expect(left == [])
        #expect(leaks.seen == [])
    }
}

/// Where a secret was seen that others on the machine could have read.
final class Leaks: Sendable {
    private let hidden: [String]
    private let places = Mutex<Set<String>>([])

    var seen: Set<String> { places.withLock { $0 } }

    init(_ hidden: [String]) {
        self.hidden = hidden
    }

    /// Looks through the command lines and environments of all processes.
    func look() {
        for process in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            for file in ["cmdline", "environ"] {
                guard let data = FileManager.default.contents(atPath: "/proc/\(process)/\(file)") else {
                    continue
                }
                let text = String(decoding: data, as: UTF8.self)
                guard hidden.contains(where: text.contains) else { continue }
                places.withLock { _ = $0.insert("\(file): \(text.prefix(200))") }
            }
        }
    }
}

extension Sandbox {
    /// Writes a file beside the manifests that only we may read.
    func keep(_ name: String, _ text: String) throws -> String {
        let path = place.appending(path: name).path()
        try #require(
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]))
        return path
    }

    /// Makes a Secret with credentials in the test's namespace.
    func makeCredentials(_ name: String, _ data: [String: String]) async throws {
        var fields = JSONObject()
        for (field, value) in data where field != "type" { fields[field] = .string(value) }
        var secret = KubeObject([
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "stringData": .object(fields),
        ])
        secret.setLabel("argocd.argoproj.io/secret-type", data["type"])
        try await cluster.client.create(secret, as: .secrets)
    }
}
