import Foundation
import KubeCore
import Testing

@testable import KubeClient

/// Certificates of a test's own, and a TLS server that uses them; both by the `openssl` command.
private final class TLSServer: Sendable {
    let folder: TemporaryFolder
    let port: Int
    private let process: Process
    /// Open as long as the server writes to it.
    private let output = Pipe()

    static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    /// Makes certificates, of which the server's bears that name (`DNS:…` or `IP:…`), and starts the server.
    init(name: String, isExpired: Bool = false, wantsCertificate: Bool = false) throws {
        folder = try TemporaryFolder()
        let path = folder.path
        try folder.write("extensions", "subjectAltName=\(name)")
        func openssl(_ arguments: String) throws {
            let process = try Self.start(arguments, in: path)
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw FaultServerFailure() }
        }
        for authority in ["ca", "other"] {
            try openssl(
                "req -x509 -newkey rsa:2048 -nodes -keyout \(authority).key -out \(authority).crt -days 2 -subj /CN=\(authority)"
            )
        }
        for (owner, days) in [("server", isExpired ? -1 : 2), ("client", 2)] {
            try openssl(
                "req -newkey rsa:2048 -nodes -keyout \(owner).key -out \(owner).csr -subj /CN=\(owner)")
            try openssl(
                "x509 -req -in \(owner).csr -CA ca.crt -CAkey ca.key -CAcreateserial -days \(days) -out \(owner).crt -extfile extensions"
            )
        }
        port = try FaultServer.freePort()
        let verify = wantsCertificate ? " -Verify 1 -verify_return_error -CAfile ca.crt" : ""
        process = try Self.start(
            "s_server -accept 127.0.0.1:\(port) -key server.key -cert server.crt -www\(verify)",
            in: path, output: output)
        try Self.awaitListening(output)
    }

    /// Returns once the server has said that it takes connections.
    private static func awaitListening(_ output: Pipe) throws {
        var said = Data()
        while !said.contains(Data("ACCEPT".utf8)) {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw FaultServerFailure() }
            said += more
        }
    }

    deinit { process.terminate() }

    private static func start(
        _ arguments: String, in folder: String, output: Pipe? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Sends one request.
    func get(_ trust: ServerTrust, certificate: ClientCertificate? = nil) async -> Result<
        Int, TransportFailure
    > {
        let connection = ClusterConnection(
            origin: "test", server: "https://127.0.0.1:\(port)", trust: trust,
            identity: ClientIdentity(certificate: certificate))
        do throws(TransportFailure) {
            let transport = try CurlTransport(connection)
            return .success(try await transport.send(HTTPRequest(method: .get, target: "/")).status)
        } catch {
            return .failure(error)
        }
    }

    func file(_ name: String) -> PEM { .file("\(folder.path)/\(name)") }

    func data(_ name: String) throws -> PEM {
        .data(Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)"))))
    }
}

@Suite("TLS", .enabled(if: TLSServer.isAvailable, "there is no openssl"), .timeLimit(.minutes(2)))
struct TLSTests {
    private func reason(_ result: Result<Int, TransportFailure>) -> TransportFailure.Reason? {
        if case .failure(let failure) = result { failure.reason } else { nil }
    }

    @Test("the right authority, as a file and as data; the wrong one; none; all the same")
    func authority() async throws {
        let server = try TLSServer(name: "IP:127.0.0.1")
        #expect(await server.get(ServerTrust(authority: server.file("ca.crt"))) == .success(200))
        #expect(await server.get(ServerTrust(authority: try server.data("ca.crt"))) == .success(200))
        #expect(reason(await server.get(ServerTrust(authority: server.file("other.crt")))) == .untrusted)
        #expect(reason(await server.get(ServerTrust(authority: try server.data("other.crt")))) == .untrusted)
        #expect(reason(await server.get(ServerTrust())) == .untrusted)
        #expect(await server.get(ServerTrust(isInsecure: true)) == .success(200))
        #expect(reason(await server.get(ServerTrust(authority: .file("/no/ca.crt")))) == .misconfigured)
        #expect(reason(await server.get(ServerTrust(authority: .data(Array("no PEM".utf8))))) != nil)
    }

    @Test("an expired certificate is not taken")
    func expired() async throws {
        let server = try TLSServer(name: "IP:127.0.0.1", isExpired: true)
        let result = await server.get(ServerTrust(authority: server.file("ca.crt")))
        #expect(reason(result) == .untrusted)
    }

    @Test("another name in the certificate is taken only when asked for")
    func serverName() async throws {
        let server = try TLSServer(name: "DNS:api.internal")
        let authority = server.file("ca.crt")
        #expect(reason(await server.get(ServerTrust(authority: authority))) == .untrusted)
        #expect(
            await server.get(ServerTrust(authority: authority, serverName: "api.internal")) == .success(200))
        #expect(
            reason(await server.get(ServerTrust(authority: authority, serverName: "else.internal")))
                == .untrusted)
    }

    @Test("client certificates, as files and as data; without one, with a bad one")
    func clientCertificate() async throws {
        let server = try TLSServer(name: "IP:127.0.0.1", wantsCertificate: true)
        let trust = ServerTrust(authority: server.file("ca.crt"))
        let files = ClientCertificate(certificate: server.file("client.crt"), key: server.file("client.key"))
        #expect(await server.get(trust, certificate: files) == .success(200))
        let data = ClientCertificate(
            certificate: try server.data("client.crt"), key: try server.data("client.key"))
        #expect(await server.get(trust, certificate: data) == .success(200))
        #expect(reason(await server.get(trust)) != nil)
        let mismatch = ClientCertificate(
            certificate: server.file("client.crt"), key: server.file("server.key"))
        #expect(reason(await server.get(trust, certificate: mismatch)) == .misconfigured)
        let garbage = ClientCertificate(certificate: .data([1, 2, 3]), key: .data([4]))
        #expect(reason(await server.get(trust, certificate: garbage)) == .misconfigured)
    }
}
