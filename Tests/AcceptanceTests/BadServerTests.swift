import Foundation
import TestSupport
import Testing

/// API servers that cannot be used: those that speak TLS and know rights.
@Suite(
    "Bad servers", .enabled(if: TestServer.given.contains(.real), TestServer.realIsNeeded), .onRealServer,
    .timeLimit(.minutes(3)))
struct BadServerTests {
    @Test("an API server that is not reached, not trusted, or refuses us", arguments: BadServer.all)
    func server(_ bad: BadServer) async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            let ending = try await sandbox.sync(kubeconfig: bad.writeKubeconfig(sandbox))
            try await ending.check(bad.expected, sandbox)
        }
    }

    @Test("the program ends in good order while its connection is still being closed, every time")
    func orderlyEnd() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            let bad = try #require(BadServer.all.first { $0.flaw == .wrongAuthority })
            let kubeconfig = try await bad.writeKubeconfig(sandbox)
            for _ in 1...20 {
                let ending = try await sandbox.sync(kubeconfig: kubeconfig)
                #expect(ending.exitCode == 3, "\(ending)")
            }
        }
    }
}
