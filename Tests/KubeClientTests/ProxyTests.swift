import KubeCore
import Testing

@testable import KubeClient

@Suite("through a proxy")
struct ProxyTests {
    @Test("a plain request goes to the proxy, a TLS one asks it for a tunnel and shows it no credentials")
    func proxy() async throws {
        try await FaultServer.with { request, connection in
            if request.line.hasPrefix("CONNECT") {
                connection.answer("403 Forbidden")
            } else {
                connection.answer()
            }
        } _: { proxy in
            func transport(_ server: String) throws -> CurlTransport {
                try CurlTransport(
                    ClusterConnection(
                        origin: "test", server: server,
                        identity: ClientIdentity(authorization: .token("secret")),
                        proxy: .through(proxy.url)))
            }
            let get = HTTPRequest(method: .get, target: "/version")
            let answer = try await transport("http://api.invalid:80").send(get)
            #expect(answer.status == 200)
            #expect(proxy.requests.first?.line == "GET http://api.invalid/version HTTP/1.1")
            let tunnel = try transport("https://api.invalid:6443")
            let failure = await #expect(throws: TransportFailure.self) { try await tunnel.send(get) }
            #expect(failure?.reason == .unreachable)
            #expect(failure?.message.contains("secret") == false)
            let asked = try #require(proxy.requests.last)
            #expect(asked.line == "CONNECT api.invalid:6443 HTTP/1.1")
            #expect(asked.header("Authorization") == nil)
        }
    }

    @Test("a proxy that is not there: nothing was sent")
    func absent() async throws {
        let port = try await FaultServer.with({ _, _ in }) { $0.port }
        let transport = try CurlTransport(
            ClusterConnection(
                origin: "test", server: "https://api.invalid", proxy: .through("http://127.0.0.1:\(port)")))
        let failure = await #expect(throws: TransportFailure.self) {
            try await transport.send(HTTPRequest(method: .post, target: "/x", body: [1]))
        }
        #expect(failure?.reason == .unreachable)
    }

    @Test(
        "I8 a proxy's password is in no message",
        arguments: [
            "http://me:hush@[bad", "ftp://me:hush@proxy", "http://me:hush@proxy.invalid:1",
            "http://me:hush@127.0.0.1:1",
        ])
    func password(_ proxy: String) async throws {
        let transport = try CurlTransport(
            ClusterConnection(origin: "test", server: "https://api.invalid", proxy: .through(proxy)))
        let failure = await #expect(throws: TransportFailure.self) {
            try await transport.send(HTTPRequest(method: .get, target: "/x"))
        }
        #expect(failure?.message.contains("hush") == false, "\(String(describing: failure))")
    }
}
