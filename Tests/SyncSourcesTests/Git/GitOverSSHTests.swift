import Foundation
import SystemPackage
import Testing

@testable import SyncSources

/// A real `sshd` on a port of 127.0.0.1, with keys of its own.
private struct SSHServer {
    static let program = "/usr/sbin/sshd"
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let folder: TemporaryFolder
    let port: Int
    /// The private key of the only user.
    let userKey: String
    /// A line of `known_hosts`.
    let hostLine: String

    static func serve(_ body: @Sendable (SSHServer) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        for key in ["host", "user", "other"] {
            try await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder.path)/\(key)"])
        }
        try FileManager.default.copyItem(
            atPath: "\(folder.path)/user.pub", toPath: "\(folder.path)/authorized")
        let port = try freePort()
        let settings = """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(folder.path)/host
            AuthorizedKeysFile \(folder.path)/authorized
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no

            """
        try folder.write("sshd_config", settings)
        // It wants this folder, and does not make it.
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        let server = SSHServer(
            folder: folder, port: port,
            userKey: try String(contentsOfFile: "\(folder.path)/user", encoding: .utf8),
            hostLine: "[127.0.0.1]:\(port) "
                + (try String(contentsOfFile: "\(folder.path)/host.pub", encoding: .utf8)))
        var call = ProcessCall(
            program: program, arguments: ["-D", "-e", "-f", "\(folder.path)/sshd_config"],
            environment: ["PATH": "/usr/sbin:/usr/bin:/bin"])
        call.limits.time = .seconds(280)
        let daemon = call
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let result = try await ProcessRunner().run(daemon)
                Issue.record("sshd has ended: \(result.standardError)")
            }
            try await server.untilItListens()
            try await body(server)
            group.cancelAll()
            // It is ended, which is what was wanted.
            try? await group.waitForAll()
        }
    }

    private static func run(_ program: String, _ arguments: [String]) async throws {
        let result = try await ProcessRunner().run(
            ProcessCall(
                program: program, arguments: arguments, environment: ["PATH": "/usr/bin:/bin", "HOME": "/"]))
        #expect(result.isSuccess, "\(result.standardError)")
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func untilItListens() async throws {
        for _ in 0..<600 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(port)).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let isOpen = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isOpen { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("sshd does not listen on port \(port)")
    }
}

@Suite(
    "Repositories over SSH",
    .enabled(if: SSHServer.isThere, "no sshd on this machine (apt-get install openssh-server)"),
    .timeLimit(.minutes(5)))
struct GitOverSSHTests {
    @Test("a key opens the repository of a server whose key is known, and no other")
    func keys() async throws {
        let source = try await TestRepository()
        try await source.commit(["a.yaml": "1"])
        let path = source.path
        try await SSHServer.serve { server in
            let url = "ssh://\(NSUserName())@127.0.0.1:\(server.port)\(path)"
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

            let wrongHost =
                server.hostLine.split(separator: " ")[0] + " "
                + (try String(contentsOfFile: "\(server.folder.path)/other.pub", encoding: .utf8))
            for hosts in ["", wrongHost] {
                let failure = await (try cache(server.userKey, hosts)).failure(url, at: "main")
                guard case .untrustedServer = failure?.reason else {
                    Issue.record("\(String(describing: failure))")
                    continue
                }
            }
            let stranger = try String(contentsOfFile: "\(server.folder.path)/other", encoding: .utf8)
            for key in [stranger, ""] {
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
