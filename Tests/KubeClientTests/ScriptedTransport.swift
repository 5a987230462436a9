import KubeCore
import Synchronization

/// A transport that answers from a script, and remembers what it was asked: the port's fake.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = Result<HTTPResponse, TransportFailure>

    private let script: @Sendable (HTTPRequest, _ number: Int) -> Answer
    private let seen = Mutex<[HTTPRequest]>([])

    /// - Parameter script: What to answer to which request; they count from 1.
    init(_ script: @escaping @Sendable (HTTPRequest, _ number: Int) -> Answer) {
        self.script = script
    }

    /// Answers in turn, the last one for ever.
    convenience init(_ answers: Answer...) {
        self.init { _, number in answers[min(number, answers.count) - 1] }
    }

    var requests: [HTTPRequest] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        let number = seen.withLock { seen in
            seen.append(request)
            return seen.count
        }
        return try script(request, number).get()
    }

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        let response = try await send(request)
        let body = AsyncThrowingStream<[UInt8], any Error> { continuation in
            continuation.yield(response.body)
            continuation.finish()
        }
        return HTTPStream(status: response.status, headers: response.headers, body: body)
    }
}

extension Result where Success == HTTPResponse, Failure == TransportFailure {
    static func json(_ text: String, status: Int = 200, headers: [HTTPHeader] = []) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))
    }

    static func status(_ code: Int, _ reason: String, message: String = "no", headers: [HTTPHeader] = [])
        -> Self
    {
        let body = #"{"kind":"Status","code":\#(code),"reason":"\#(reason)","message":"\#(message)"}"#
        return json(body, status: code, headers: headers)
    }

    static func broken(_ reason: TransportFailure.Reason) -> Self {
        .failure(TransportFailure(reason, "broken"))
    }
}

/// A clock on which every sleep is over at once, and remembered.
final class ImpatientClock: Clock {
    typealias Instant = ContinuousClock.Instant

    private let state = Mutex<(now: Instant, sleeps: [Duration])>((.now, []))

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.sleeps.append(state.now.duration(to: deadline))
            state.now = max(state.now, deadline)
        }
    }
}
