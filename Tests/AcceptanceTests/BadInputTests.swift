import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// Input that cannot be used: each with its message and exit code, and nothing written.
@Suite("Bad input", .enabled(if: TestCluster.isGiven, TestCluster.needed), .timeLimit(.minutes(3)))
struct BadInputTests {
    @Test("I7 a folder that cannot be used", arguments: BadFolder.all)
    func folder(_ bad: BadFolder) async throws {
        try await Sandbox.with { sandbox in
            for (file, text) in bad.files { try sandbox.write(file, text) }
            let ending = try await sandbox.sync()
            try check(ending, bad.expected, sandbox)
        }
    }

    @Test("a folder that is not there")
    func noFolder() async throws {
        try await Sandbox.with { sandbox in
            let ending = try await sandbox.sync(from: sandbox.folder.appending(path: "missing"))
            try check(ending, BadInput.noFolder, sandbox)
        }
    }

    @Test("I6 a manifest of 200 MB")
    func tooLarge() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("large.yaml", Manifest.configMap("a"))
            // Sparse: it takes no room on the disk.
            let file = try FileHandle(forWritingTo: sandbox.folder.appending(path: "large.yaml"))
            try file.truncate(atOffset: 200 << 20)
            try file.close()
            let ending = try await sandbox.sync()
            try check(ending, BadInput.tooLarge, sandbox)
        }
    }

    @Test("an API server that is not reached, not trusted, or refuses us", arguments: BadServer.all)
    func server(_ bad: BadServer) async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            let ending = try await sandbox.sync(kubeconfig: bad.writeKubeconfig(sandbox))
            try check(ending, bad.expected, sandbox)
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

    private func check(_ ending: Ending, _ expected: BadInput, _ sandbox: Sandbox) throws {
        #expect(ending.exitCode == expected.exitCode, "\(ending)")
        let words = expected.isInState ? try ending.state["message"]?.string ?? "" : ending.errors
        let known = words.replacing(sandbox.folder.path(), with: "DIR")
            .replacing(sandbox.namespace, with: "NAMESPACE")
            .replacing(sandbox.cluster.connection.server, with: "SERVER")
            .trimmingCharacters(in: .newlines)
        #expect(expected.isSaid(in: known), "expected: \(expected.message)\n   found: \(known)")
        #expect(try sandbox.record() == expected.writes)
    }
}
