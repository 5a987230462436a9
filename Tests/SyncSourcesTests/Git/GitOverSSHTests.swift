import Foundation
import TestSupport
import Testing

@testable import SyncSources

@Suite(
    "Repositories over SSH",
    .enabled(if: SSHServer.isThere, SSHServer.isNeeded),
    .timeLimit(.minutes(5)))
struct GitOverSSHTests {
    @Test("a key opens the repository of a server whose key is known, and no other")
    func keys() async throws {
        let source = try await TestRepository()
        try await source.commit(["a.yaml": "1"])
        let folder = try TemporaryFolder()
        try await SSHServer.serve(in: "\(folder.path)/ssh") { server in
            let url = server.address(of: source.path)
            func cache(_ key: String, _ hosts: String) throws -> TestCache {
                var cache = try TestCache([.ssh])
                var credential = RepositoryCredential(url: url)
                credential.sshPrivateKey = key
                let made = credential
                cache.settings.credential = { _, _ in made }
                cache.settings.trust = { RepositoryTrust(knownHosts: hosts) }
                return cache
            }
            let good = try cache(server.userKey, server.hostLine)
            #expect(try await good.repositories.tree(of: url, at: "main").texts() == ["a.yaml": "1"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(good.settings.cache)/calls") == [])

            for hosts in ["", server.wrongHostLine] {
                let failure = await (try cache(server.userKey, hosts)).failure(url, at: "main")
                guard case .untrustedServer = failure?.reason else {
                    Issue.record("\(String(describing: failure))")
                    continue
                }
            }
            for key in [server.strangersKey, ""] {
                let failure = await (try cache(key, server.hostLine)).failure(url, at: "main")
                guard case .unauthorized(let problem) = failure?.reason else {
                    Issue.record("\(String(describing: failure))")
                    continue
                }
                #expect(!problem.contains("PRIVATE KEY"))
            }
        }
    }
}
