import KubeCore
import KubeRuntime
import TestSupport
import Testing

/// I6: what a client may cost, and what it is told.
@Suite("HTTPListener limits", .timeLimit(.minutes(1)))
struct ListenerLimitTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"

    /// What is sent, and the code of the answer.
    struct TooMuch: CustomTestStringConvertible {
        var testDescription: String
        var bytes: @Sendable () -> [UInt8]
        var code: Int
        var reason: String?

        init(
            _ description: String, _ code: Int, _ reason: String? = nil,
            _ text: @escaping @Sendable () -> String
        ) {
            testDescription = description
            bytes = { Array(text().utf8) }
            self.code = code
            self.reason = reason
        }
    }

    static let tooMuch = [
        TooMuch("a body that is announced as too large", 413, "RequestEntityTooLarge") {
            Listening.request("POST", maps, "Content-Length: 3145729\r\n")
        },
        TooMuch("a body that is too large, and comes", 413, "RequestEntityTooLarge") {
            Listening.request("POST", maps, body: String(repeating: "x", count: 4 << 20))
        },
        TooMuch("a body that is too large, in chunks", 413, "RequestEntityTooLarge") {
            Listening.request("POST", maps, "Transfer-Encoding: chunked\r\n")
                + String(repeating: "10000\r\n" + String(repeating: "x", count: 0x10000) + "\r\n", count: 64)
        },
        TooMuch("a length that no number holds", 400, "BadRequest") {
            Listening.request("POST", maps, "Content-Length: 99999999999999999999999\r\n")
        },
        TooMuch("a length below nothing", 400, "BadRequest") {
            Listening.request("POST", maps, "Content-Length: -1\r\n")
        },
        TooMuch("two lengths", 400, "BadRequest") {
            Listening.request("POST", maps, "Content-Length: 1\r\nContent-Length: 2\r\n")
        },
        TooMuch("a length, and chunks", 400, "BadRequest") {
            Listening.request("POST", maps, "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")
        },
        TooMuch("a chunk of no size", 400, "BadRequest") {
            Listening.request("POST", maps, "Transfer-Encoding: chunked\r\n") + "zz\r\n"
        },
        TooMuch("a field that never ends", 431) {
            Listening.request("GET", "/version", "X-Long: \(String(repeating: "x", count: 1 << 20))\r\n")
        },
        TooMuch("fields without end", 431) {
            let fields = (0..<5000).map { "X-\($0): some text that takes room\r\n" }.joined()
            return Listening.request("GET", "/version", fields)
        },
        TooMuch("a path that is too long", 414) {
            Listening.request("GET", "/api/" + String(repeating: "x", count: 40 << 10))
        },
        TooMuch("a path that never ends", 431) {
            "GET /" + String(repeating: "x", count: 1 << 20)
        },
        TooMuch("JSON that is too deep", 400, "BadRequest") {
            let deep = String(repeating: "[", count: 500_000)
            return Listening.request("POST", maps, "Content-Type: application/json\r\n", body: deep)
        },
        TooMuch("objects that are too deep", 400, "BadRequest") {
            let deep = String(repeating: #"{"a":"#, count: 400_000)
            return Listening.request("POST", maps, "Content-Type: application/json\r\n", body: deep)
        },
    ]

    @Test("too much of something", arguments: tooMuch)
    func refused(_ row: TooMuch) async throws {
        try await Listening.with { listening in
            let answer = try #require(try await listening.answer(to: row.bytes()))
            #expect(answer.code == row.code, "\(answer)")
            #expect(answer.status?["code"]?.int == Int64(row.code), "\(answer)")
            if let reason = row.reason { #expect(answer.status?["reason"]?.string == reason, "\(answer)") }
            #expect(try await listening.isAlive())
        }
    }

    @Test("text that is no UTF-8, wherever it stands")
    func badText() async throws {
        let map =
            Array(#"{"metadata":{"name":"a"},"data":{"x":""#.utf8) + [0xFF, 0xC0, 0x80] + Array("\"}}".utf8)
        let requests: [[UInt8]] = [
            Array(Listening.request("POST", Self.maps, "Content-Length: \(map.count)\r\n").utf8) + map,
            Array("GET /api/\u{0}\u{1} HTTP/1.1\r\nHost: t\r\n\(Listening.bearer)\r\n".utf8),
            Array("GET /api/v1/namespaces/".utf8) + [0xFF, 0xFE]
                + Array(" HTTP/1.1\r\nHost: t\r\n\(Listening.bearer)\r\n".utf8),
            Array("GET /version HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer ".utf8) + [
                0xFF, 0xFE, 13, 10, 13, 10,
            ],
            Array("GET /version HTTP/1.1\r\nHost: t\r\nX-\u{1}: y\r\n\(Listening.bearer)\r\n".utf8),
        ]
        try await Listening.with { listening in
            for request in requests {
                let answer = try await listening.answer(to: request)
                #expect(answer.map { (400..<500).contains($0.code) } ?? true, "\(answer as Any)")
            }
            #expect(try await listening.isAlive())
        }
    }

    // MARK: Time

    @Test(
        "a request that does not come on is told so, and closed",
        arguments: [
            "G", "GET /version HTTP/1.1\r\nHost: t\r\nX-Slow: ",
            Listening.request("POST", maps, "Content-Length: 10\r\n"),
            Listening.request("POST", maps, "Content-Length: 10\r\n") + "12345",
            Listening.request("POST", maps, "Transfer-Encoding: chunked\r\n") + "5\r\n12",
        ])
    func slow(_ beginning: String) async throws {
        var limits = HTTPListenerLimits()
        limits.headTime = .milliseconds(100)
        limits.bodyTime = .milliseconds(100)
        try await Listening.with(limits: limits) { listening in
            try await RawClient.with(listening.port) { client, answers in
                await client.send(beginning)
                #expect(await answers.next()?.status?["code"] == 408)
                #expect(await answers.rest().isEmpty)
            }
        }
    }

    @Test("a request that comes byte by byte is closed in time all the same")
    func trickle() async throws {
        var limits = HTTPListenerLimits()
        limits.headTime = .milliseconds(100)
        try await Listening.with(limits: limits) { listening in
            try await RawClient.with(listening.port) { client, answers in
                await client.send("GET /version HTTP/1.1\r\nX-Slow: ")
                // Each answer on another connection gives the listener's clock time to pass.
                while await client.send("x") { _ = try await listening.answer(to: Listening.request()) }
                #expect(await answers.next()?.code == 408)
            }
        }
    }

    @Test("a connection on which nothing comes is closed without a word, before the first request and after")
    func idle() async throws {
        var limits = HTTPListenerLimits()
        limits.idleTime = .seconds(3)
        try await Listening.with(limits: limits) { listening in
            try await RawClient.with(listening.port) { _, answers in
                #expect(await answers.rest().isEmpty)
            }
            try await RawClient.with(listening.port) { client, answers in
                await client.send(Listening.request())
                #expect(await answers.next()?.code == 200)
                #expect(await answers.rest().isEmpty)
            }
        }
    }

    @Test("a watch is not idle")
    func watchIsNotIdle() async throws {
        var limits = HTTPListenerLimits()
        limits.idleTime = .seconds(3)
        limits.headTime = .seconds(3)
        limits.bodyTime = .seconds(3)
        limits.unreadTime = .seconds(3)
        try await Listening.with(limits: limits) { listening in
            try await RawClient.with(listening.port) { client, answers in
                await client.send(
                    Listening.request("GET", "/api/v1/secrets?watch=true&timeoutSeconds=5&resourceVersion=1"))
                _ = await answers.nextHead()
                // The server's own end, after all those limits.
                let end = await answers.nextChunk()
                #expect(end == [], "\(end.map { String(decoding: $0, as: UTF8.self) } ?? "closed")")
            }
        }
    }

    // MARK: Numbers

    @Test("connections beyond the limit are told to come again, and may when one has gone")
    func connections() async throws {
        var limits = HTTPListenerLimits()
        limits.connections = 2
        try await Listening.with(limits: limits) { listening in
            try await RawClient.with(listening.port) { first, answers in
                await first.send(Listening.request())
                #expect(await answers.next()?.code == 200)
                try await RawClient.with(listening.port) { second, answers in
                    await second.send(Listening.request())
                    #expect(await answers.next()?.code == 200)
                    try await RawClient.with(listening.port) { _, answers in
                        let answer = await answers.next()
                        #expect(answer?.code == 429)
                        #expect(answer?.head.contains("retry-after: 1") == true)
                        #expect(answer?.status?["reason"] == "TooManyRequests")
                    }
                }
            }
            // The listener hears of the end of the two in its own time.
            while try await !listening.isAlive() {}
        }
    }

    @Test(
        "a client that closes in the middle of a request is forgotten",
        arguments: [
            "GET /ver", Listening.request("POST", maps, "Content-Length: 100\r\n") + "half",
            Listening.request() + "GET /ver",
        ])
    func vanishing(_ beginning: String) async throws {
        var limits = HTTPListenerLimits()
        limits.connections = 1
        try await Listening.with(limits: limits) { listening in
            for _ in 0..<20 {
                try await RawClient.with(listening.port) { client, _ in _ = await client.send(beginning) }
                while try await !listening.isAlive() {}
            }
        }
    }
}
