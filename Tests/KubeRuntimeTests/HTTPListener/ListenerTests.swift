import KubeCore
import KubeRuntime
import Synchronization
import TestSupport
import Testing

/// What is answered on the socket.
@Suite("HTTPListener", .timeLimit(.minutes(1)))
struct ListenerTests {
    // MARK: The token

    /// The fields of a request, and the answer.
    static let proofs: [(String, Int)] = [
        ("", 401), ("Authorization: Bearer \r\n", 401), ("Authorization: Bearer wrong\r\n", 401),
        ("Authorization: Bearer \(Listening.token)x\r\n", 401),
        ("Authorization: Bearer \(Listening.token.dropLast())\r\n", 401),
        ("Authorization: \(Listening.token)\r\n", 401), ("authorization: bearer\r\n", 401),
        ("Authorization: Basic dG9rZW46d3Jvbmc=\r\n", 401),
        (Listening.bearer + "Authorization: Bearer wrong\r\n", 401),
        (Listening.bearer, 200), ("authorization: Bearer \(Listening.token)\r\n", 200),
        // token:0123456789abcdef
        ("Authorization: Basic dG9rZW46MDEyMzQ1Njc4OWFiY2RlZg==\r\n", 200),
    ]

    @Test("I8 without the token nothing is answered but 401", arguments: proofs)
    func token(_ fields: String, _ code: Int) async throws {
        try await Listening.with { listening in
            let answer = try await listening.answer(to: "GET /version HTTP/1.1\r\nHost: t\r\n\(fields)\r\n")
            #expect(answer?.code == code)
            if code == 401 { #expect(answer?.status?["reason"] == "Unauthorized") }
        }
    }

    @Test(
        "whoever has no token learns of no path, and sends no body",
        arguments: ["/api", "/nowhere", "/version"])
    func noToken(_ path: String) async throws {
        try await Listening.with { listening in
            // The body never comes: the answer must.
            let answer = try await listening.answer(
                to: "POST \(path) HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n")
            #expect(answer?.code == 401)
        }
    }

    @Test("whether it lives, anybody may ask", arguments: ["/healthz", "/livez", "/readyz"])
    func health(_ path: String) async throws {
        try await Listening.with { listening in
            let answer = try await listening.answer(to: "GET \(path) HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(answer?.code == 200)
        }
    }

    @Test("the token is not handed on")
    func tokenStays() async throws {
        let seen = Mutex<[HTTPHeader]>([])
        let transport = Scripted { request in
            seen.withLock { $0 = request.headers }
            return HTTPStream(status: 204, headers: [HTTPHeader("Content-Length", "0")], body: Pieces())
        }
        try await Listening.with(transport) { listening in
            let answer = try await listening.answer(to: Listening.request("GET", "/x", "X-Other: 1\r\n"))
            #expect(answer?.code == 204)
        }
        #expect(seen.withLock { $0.map { $0.name.lowercased() } } == ["host", "x-other"])
    }

    // MARK: Requests and answers

    @Test("a body comes whole, in one piece or in chunks")
    func bodies() async throws {
        let map = #"{"metadata":{"name":"a"},"data":{"x":"y"}}"#
        let path = "/api/v1/namespaces/default/configmaps"
        try await Listening.with { listening in
            let whole = try await listening.answer(to: Listening.request("POST", path, body: map))
            #expect(whole?.code == 201, "\(whole as Any)")
            let other = map.replacing("\"a\"", with: "\"b\"")
            let chunks = other.utf8.map { "1\r\n\(Character(Unicode.Scalar($0)))\r\n" }.joined() + "0\r\n\r\n"
            let chunked = try await listening.answer(
                to: Listening.request("POST", path, "Transfer-Encoding: chunked\r\n") + chunks)
            #expect(chunked?.code == 201, "\(chunked as Any)")
        }
    }

    @Test("a connection is kept, and requests sent ahead are answered in order")
    func pipelining() async throws {
        try await Listening.with { listening in
            try await RawClient.with(listening.port) { client, answers in
                let paths = (0..<200).map { "/api/v1/namespaces/default/configmaps/m\($0)" }
                await client.send(paths.map { Listening.request("GET", $0) }.joined())
                for path in paths {
                    let status = await answers.next()?.status
                    #expect(
                        status?["details"]?["name"]?.string
                            == path.split(separator: "/").last.map(String.init))
                }
            }
        }
    }

    @Test("who asks first whether to send a body, is told")
    func expectation() async throws {
        try await Listening.with { listening in
            let body = #"{"metadata":{"name":"a"}}"#
            let head =
                "POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: t\r\n\(Listening.bearer)"
                + "Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            try await RawClient.with(listening.port) { client, answers in
                await client.send(head)
                #expect(await answers.nextHead()?.hasPrefix("HTTP/1.1 100 Continue") == true)
                await client.send(body)
                #expect(await answers.next()?.code == 201)
            }
        }
    }

    @Test(
        "methods that no API server knows",
        arguments: ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "FOO"])
    func methods(_ method: String) async throws {
        try await Listening.with { listening in
            let target = method == "CONNECT" ? "test:80" : "/version"
            try await RawClient.with(listening.port) { client, answers in
                await client.send("\(method) \(target) HTTP/1.1\r\nHost: t\r\n\(Listening.bearer)\r\n")
                let rest = String(decoding: await answers.rest(), as: UTF8.self)
                let first = rest.prefix { $0 != "\r\n" }
                #expect(["HTTP/1.1 405 Method Not Allowed", "HTTP/1.1 400 Bad Request"].contains(first))
                // The answer to HEAD has no body.
                #expect(rest.contains("MethodNotAllowed") == (method != "HEAD" && method != "CONNECT"))
            }
            #expect(try await listening.isAlive())
        }
    }

    @Test("a body in an encoding that is not spoken")
    func encoding() async throws {
        try await Listening.with { listening in
            let answer = try await listening.answer(
                to: Listening.request("POST", "/api/v1/namespaces", "Content-Encoding: gzip\r\n", body: "x"))
            #expect(answer?.code == 415)
            #expect(answer?.status?["reason"] == "UnsupportedMediaType")
        }
    }

    @Test("an upgrade is not made, and the connection ends with the answer")
    func upgrade() async throws {
        try await Listening.with { listening in
            try await RawClient.with(listening.port) { client, answers in
                await client.send(
                    Listening.request("GET", "/version", "Connection: Upgrade\r\nUpgrade: websocket\r\n"))
                #expect(await answers.next()?.code == 200)
                #expect(await answers.rest().isEmpty)
            }
        }
    }

    @Test("what serves gives no answer: a Status says why")
    func failure() async throws {
        let reasons: [(TransportFailure.Reason, Int)] = [
            (.timedOut, 504), (.unreachable, 503), (.cancelled, 503), (.interrupted, 500), (.tooLarge, 500),
        ]
        for (reason, code) in reasons {
            let transport = Scripted { _ throws(TransportFailure) in throw TransportFailure(reason, "why") }
            try await Listening.with(transport) { listening in
                let answer = try await listening.answer(to: Listening.request())
                #expect(answer?.code == code)
                #expect(answer?.status?["message"] == "why")
            }
        }
    }

    @Test("an answer that breaks off breaks the connection off")
    func brokenAnswer() async throws {
        let transport = Scripted { _ in
            HTTPStream(
                status: 200, headers: [HTTPHeader("Content-Length", "10")],
                body: Pieces([[1, 2, 3]], failure: CancellationError()))
        }
        try await Listening.with(transport) { listening in
            for _ in 0..<2 {
                let answer = try await listening.answer(to: Listening.request())
                #expect(answer?.code == nil)
            }
        }
    }

    @Test("a port that is taken is said to be so")
    func portTaken() async throws {
        try await Listening.with { listening in
            let failure = await #expect(throws: ListenFailure.self) {
                try await HTTPListener.serve(
                    Scripted { _ in fatalError() }, onPort: listening.port, token: "t"
                ) { _ in }
            }
            #expect(failure?.description.contains("cannot listen on 127.0.0.1:\(listening.port)") == true)
            #expect(failure?.description.contains("in use") == true, "\(failure as Any)")
        }
    }
}

/// A body of given pieces.
struct Pieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    var pieces: [[UInt8]]
    var failure: (any Error)?

    init(_ pieces: [[UInt8]] = [], failure: (any Error)? = nil) {
        self.pieces = pieces
        self.failure = failure
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var left: ArraySlice<[UInt8]>
        var failure: (any Error)?

        mutating func next() async throws -> [UInt8]? {
            if let piece = left.popFirst() { return piece }
            if let failure { throw failure }
            return nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(left: pieces[...], failure: failure) }
}
