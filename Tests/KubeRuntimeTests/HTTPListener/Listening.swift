import KubeCore
import KubeRuntime
import KubeServer
import Synchronization
import TestSupport

/// A listener for one test.
struct Listening: Sendable {
    static let token = "0123456789abcdef"
    static let bearer = "Authorization: Bearer \(token)\r\n"

    let port: Int

    /// Serves while the body runs.
    static func with<Result: Sendable>(
        _ transport: any HTTPTransport, limits: HTTPListenerLimits = HTTPListenerLimits(),
        _ body: (Listening) async throws -> Result
    ) async throws -> Result {
        try await HTTPListener.serve(transport, onPort: 0, token: token, limits: limits) { listener in
            try await body(Listening(port: listener.port))
        }
    }

    /// One with a new API server.
    static func with<Result: Sendable>(
        limits: HTTPListenerLimits = HTTPListenerLimits(), _ body: (Listening) async throws -> Result
    ) async throws -> Result {
        try await with(
            KubeServer(
                clock: ContinuousClock(), startingAt: Timestamp(seconds: 1_700_000_000), simulation: .none),
            limits: limits, body)
    }

    /// What is answered to these bytes on a connection of their own; `nil` if it is closed without an answer.
    func answer(to bytes: [UInt8]) async throws -> RawAnswers.Answer? {
        try await RawClient.with(port) { client, answers in
            await client.send(bytes)
            return await answers.next()
        }
    }

    func answer(to text: String) async throws -> RawAnswers.Answer? {
        try await answer(to: Array(text.utf8))
    }

    /// A request with the token.
    static func request(
        _ method: String = "GET", _ target: String = "/version", _ fields: String = "", body: String? = nil
    ) -> String {
        let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
        return "\(method) \(target) HTTP/1.1\r\nHost: test\r\n\(bearer)\(fields)\(length)\r\n\(body ?? "")"
    }

    /// Whether it still does what it is there for.
    ///
    /// Where limits are short and the machine is busy, one request may come too late.
    func isAlive() async throws -> Bool {
        for _ in 0..<20 where try await answer(to: Self.request())?.code == 200 {
            return true
        }
        return false
    }
}

/// A transport whose answers a test has in its hand.
struct Scripted: HTTPTransport {
    var answer: @Sendable (HTTPRequest) async throws(TransportFailure) -> HTTPStream

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try await answer(request)
    }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        throw TransportFailure(.misconfigured, "a listener opens, it does not send")
    }
}
