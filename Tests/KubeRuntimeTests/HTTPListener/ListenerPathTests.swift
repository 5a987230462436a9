import KubeCore
import KubeRuntime
import TestSupport
import Testing

/// Paths that mean something else than they say, and bytes that mean nothing.
@Suite("HTTPListener paths and garbage", .timeLimit(.minutes(1)))
struct ListenerPathTests {
    static let tricks = [
        "/../", "/..", "/../../../../etc/passwd", "/api/../../etc/passwd", "/api/v1/../v1/namespaces",
        "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/namespaces/%2e%2e", "/api/v1/namespaces/..%2f..%2fetc",
        "/api/v1/namespaces/default/configmaps/%2e%2e%2f%2e%2e", "/api/v1/namespaces/%00",
        "/api/v1/namespaces/a%00b/configmaps/c", "/api/v1/namespaces/%FF%FE", "/api/v1/namespaces/%zz",
        "/api/v1/namespaces/%", "/api/v1/namespaces/%4", "//", "///api///", "/api//v1/nowhere", "/api/v1/",
        "*", "api", "?", "#", "http:/version", "ftp://test/version", "/api/v1/namespaces/a;b=c",
        "/api/v1/namespaces/\\..\\..", "/api/v1/namespaces/default/pods/x/log/../../..",
        "/api/v1/namespaces/default/configmaps?limit=-1", "/api/v1/pods?limit=99999999999999999999999",
        "/api/v1/pods?continue=%00%FF", "/api/v1/pods?fieldSelector=%00",
        "/api/v1/pods?labelSelector=a%20in%20(",
        "/api/v1/pods?watch=true&resourceVersion=nonsense", "/api/v1/pods?watch=true&timeoutSeconds=-5",
        "/api/v1/pods?resourceVersion=18446744073709551615&watch=1&timeoutSeconds=1",
        "/api/v1/pods?resourceVersion=18446744073709551616&watch=1&timeoutSeconds=1",
        "/api/v1/pods?" + String(repeating: "a&", count: 5000), "/" + String(repeating: "a/", count: 10_000),
        "/" + String(repeating: "%2e%2e/", count: 4000),
    ]

    @Test("a path that is none leads nowhere", arguments: tricks)
    func trick(_ target: String) async throws {
        try await Listening.with { listening in
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                let answer = try await listening.answer(
                    to: Listening.request(method, target, "Content-Type: application/json\r\n", body: "{}"))
                // A closed connection is an answer, too; kube-apiserver calls some bad versions its own error.
                #expect(
                    answer.map { $0.code < 500 || $0.status != nil } ?? true, "\(method): \(answer as Any)")
                #expect(answer?.text.contains("root:") != true)
            }
            #expect(try await listening.isAlive())
        }
    }

    @Test(
        "a whole URL in the first line is its path",
        arguments: [
            ("http://127.0.0.1/version", 200), ("HTTP://somewhere.else:1234/version", 200),
            ("https://a@b:c/version?x=y", 200), ("http://test", 404), ("http://test?x", 404),
            ("http://", 404),
        ])
    func wholeURL(_ target: String, _ code: Int) async throws {
        try await Listening.with { listening in
            // The parser may refuse what is no URL before we see it.
            let answer = try await listening.answer(to: Listening.request("GET", target))
            #expect([code, 400].contains(answer?.code), "\(answer as Any)")
        }
    }

    static let noHTTP: [[UInt8]] = [
        [], [0], [10], [13, 10, 13, 10], Array(repeating: 0, count: 100_000),
        Array(repeating: 0xFF, count: 100_000),
        Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8), Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
        // The beginning of TLS.
        [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + Array(repeating: 7, count: 400),
        Array("GET /version\r\n\r\n".utf8), Array("GET /version HTTP/9.9\r\n\r\n".utf8),
        Array("GET /version HTTP/2.0\r\nHost: t\r\n\r\n".utf8), Array("GET  HTTP/1.1\r\n\r\n".utf8),
        Array("GET /version HTTP/1.1\nHost: t\n\n".utf8),
        Array("GET /version HTTP/1.1\r\n: nothing\r\n\r\n".utf8),
        Array("GET /version HTTP/1.1\r\nHost t\r\n\r\n".utf8), Array("\r\n\r\n\r\nGET".utf8),
    ]

    @Test("what is no HTTP is refused or not answered", arguments: noHTTP)
    func garbage(_ bytes: [UInt8]) async throws {
        var limits = HTTPListenerLimits()
        // What waits for more is not what this is about.
        limits.headTime = .milliseconds(300)
        limits.idleTime = .milliseconds(300)
        try await Listening.with(limits: limits) { listening in
            let answer = try await listening.answer(to: bytes)
            #expect(
                answer.map { (400..<500).contains($0.code) && $0.status != nil } ?? true, "\(answer as Any)")
            #expect(try await listening.isAlive())
        }
    }

    @Test("requests with random damage never end the server")
    func damage() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(seed: seed)
        var limits = HTTPListenerLimits()
        limits.headTime = .milliseconds(100)
        limits.bodyTime = .milliseconds(100)
        limits.idleTime = .milliseconds(100)
        let whole = Array(
            Listening.request(
                "PATCH", "/api/v1/namespaces/default/configmaps/a?fieldManager=x",
                "Content-Type: application/apply-patch+yaml\r\n",
                body: #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"y"}}"#
            ).utf8)
        try await Listening.with(limits: limits) { listening in
            for _ in 0..<300 {
                var bytes = whole
                for _ in 0..<random.below(6) + 1 {
                    let place = random.below(bytes.count)
                    switch random.below(3) {
                    case 0: bytes[place] = UInt8(random.below(256))
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(contentsOf: bytes[place...].prefix(random.below(40)), at: place)
                    }
                }
                let answer = try await listening.answer(to: bytes)
                let isRefused = answer.map { $0.code < 500 || $0.status != nil } ?? true
                #expect(isRefused, "seed \(seed): \(answer as Any)")
            }
            #expect(try await listening.isAlive(), "seed \(seed)")
        }
    }
}
