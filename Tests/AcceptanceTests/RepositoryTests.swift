import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// Repositories behind real servers, from the outside: git's own over HTTP, and OpenSSH's.
@Suite("Repositories on servers", .onEachServer, .timeLimit(.minutes(5)))
struct RepositoryTests {
    @Test("the servers for all ways are there")
    func missing() throws {
        if !SSHServer.isThere { try Test.cancel(SSHServer.isNeeded) }
    }

    @Test(
        "each kind of source is synced from a repository that a token or a key opens",
        arguments: SourceTests.given, ServedRepository.Way.given)
    func sync(_ example: SourceTests.Example, _ way: ServedRepository.Way) async throws {
        try await Sandbox.with { sandbox in
            try await ServedRepository.serve(way, in: sandbox) { served in
                let ending = try await sandbox.sync(
                    repository: ["--repo", served.address, "--path", example.name, "--revision", "main"]
                        + served.proof + example.arguments)
                #expect(ending.exitCode == 0, "\(ending)")
                #expect(try ending.state["phase"] == "Succeeded", "\(ending)")
                #expect(try ending.state["syncResult"]?["revision"]?.string == served.commit)
                #expect(try await sandbox.deployments() == example.deployments)
                let live = try await sandbox.manifests(["--source=live"])
                #expect(try live.state["items"]?.array?.count == example.objects, "\(live)")
                try served.expectNothingShown(ending, in: sandbox)
            }
        }
    }

    @Test(
        "I8 without the token or the key, or with a wrong one, nothing is read and nothing is written",
        arguments: ServedRepository.Way.given)
    func refused(_ way: ServedRepository.Way) async throws {
        try await Sandbox.with { sandbox in
            try await ServedRepository.serve(way, in: sandbox) { served in
                let source = ["--repo", served.address, "--path", "waves"]
                for proof in [served.proof.dropLast(2), served.wrongProof[...]] {
                    let ending = try await sandbox.sync(repository: source + proof)
                    #expect(ending.exitCode == 2, "\(ending)")
                    #expect(ending.errors.contains("argocd.argoproj.io/secret-type: repository"), "\(ending)")
                    try served.expectNothingShown(ending, in: sandbox)
                }
                #expect(try await sandbox.object(.configMaps, "first") == nil)
            }
        }
    }

    @Test(
        "a server of which no key is known, or another, is not believed",
        .enabled(if: SSHServer.isThere, SSHServer.isNeeded))
    func unknownServer() async throws {
        try await Sandbox.with { sandbox in
            try await ServedRepository.serve(.ssh, in: sandbox) { served in
                let hosts = try sandbox.keep("no-hosts", "")
                let ending = try await sandbox.sync(
                    repository: ["--repo", served.address, "--path", "waves"] + served.proof.suffix(2)
                        + ["--known-hosts", hosts])
                #expect(ending.exitCode == 2, "\(ending)")
                #expect(ending.errors.contains("--known-hosts"), "\(ending)")
            }
        }
    }

    @Test(
        "I8 a Secret of the cluster opens a repository, its own or a template; nothing of it is shown",
        arguments: ServedRepository.Way.given)
    func secrets(_ way: ServedRepository.Way) async throws {
        try await Sandbox.with { sandbox in
            try await ServedRepository.serve(way, in: sandbox) { served in
                let hosts = way == .ssh ? Array(served.proof.prefix(2)) : []
                let source =
                    ["--repo", served.address, "--path", "waves", "--app-namespace", sandbox.namespace]
                    + hosts
                let closed = try await sandbox.sync(repository: source)
                #expect(closed.exitCode == 2, "\(closed)")
                for (index, data) in served.secrets.enumerated() {
                    let name = "repository-\(index)"
                    try await sandbox.makeCredentials(name, data)
                    let ending = try await sandbox.sync(repository: source)
                    #expect(ending.exitCode == 0, "\(data.keys.sorted()): \(ending)")
                    try served.expectNothingShown(ending, in: sandbox)
                    try await sandbox.cluster.client.delete(
                        .secrets, namespace: sandbox.namespace, name: name)
                }
            }
        }
    }
}
