public import KubeCore
import Logging

/// Talks to an API server in Kubernetes' words: requests in, objects or typed failures out.
///
/// A value over any ``KubeCore/HTTPTransport``; sends again where that is safe, as ``RetryPolicy`` says.
/// Cancelling the calling task ends whatever is going on.
public struct APIClient: Sendable {
    private var transport: any HTTPTransport
    private var retry: RetryPolicy
    private let clock: any Clock<Duration>
    private let random: @Sendable () -> Double

    /// - Parameters:
    ///   - transport: What requests leave through.
    ///   - retry: When to send again.
    ///   - clock: What waits.
    ///   - random: From 0 to below 1; spreads the waits.
    public init(
        transport: any HTTPTransport, retry: RetryPolicy = .standard,
        clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.transport = transport
        self.retry = retry
        self.clock = clock
        self.random = random
    }

    /// The same client with another idea of when to send again.
    public func retrying(_ policy: RetryPolicy) -> APIClient {
        var client = self
        client.retry = policy
        return client
    }

    /// The same client, whose requests leave through another transport over its own.
    public func over(_ wrap: (any HTTPTransport) -> any HTTPTransport) -> APIClient {
        var client = self
        client.transport = wrap(transport)
        return client
    }

    /// Sends a request and answers with the bytes of a success.
    public func send(_ request: APIRequest) async throws(ClientFailure) -> HTTPResponse {
        try await send(try Self.http(request), request.repeatability)
    }

    /// Sends a request that is no resource's: `/version`, discovery.
    public func send(_ request: HTTPRequest, _ repeatable: Repeatability) async throws(ClientFailure)
        -> HTTPResponse
    {
        try await retrying(request, repeatable) { () throws(ClientFailure) in
            let response: HTTPResponse
            do throws(TransportFailure) {
                response = try await transport.send(request)
            } catch {
                throw .transport(error)
            }
            guard (200..<300).contains(response.status) else {
                throw .refused(APIFailure(response: response))
            }
            return (response, response.status)
        }
    }

    /// Opens a stream, such as a watch; a refusal is read to its end and thrown.
    func open(
        _ request: HTTPRequest, accepting statuses: Set<Int> = [200]
    ) async throws(ClientFailure) -> HTTPStream {
        try await retrying(request, .reading) { () throws(ClientFailure) in
            let stream: HTTPStream
            do throws(TransportFailure) {
                stream = try await transport.open(request)
            } catch {
                throw .transport(error)
            }
            guard statuses.contains(stream.status) else { throw .refused(await Self.failure(of: stream)) }
            return (stream, stream.status)
        }
    }

    /// What goes over the wire, if every name can.
    static func http(_ request: APIRequest) throws(ClientFailure) -> HTTPRequest {
        guard let name = request.invalidNames.first else { return request.http }
        let message =
            "\"\(name)\" cannot be part of a request: no \(request.resource.kind.kind) is called that"
        throw .refused(APIFailure(code: 400, reason: "BadRequest", message: message))
    }

    /// Attempts until one succeeds or the policy gives up.
    private func retrying<Answer>(
        _ request: HTTPRequest, _ repeatable: Repeatability,
        _ attempt: () async throws(ClientFailure) -> (Answer, status: Int)
    ) async throws(ClientFailure) -> Answer {
        var history = RetryPolicy.History()
        while true {
            history.attempts += 1
            let failure: ClientFailure
            let watch = Stopwatch()
            do throws(ClientFailure) {
                let (answer, status) = try await attempt()
                log(request, status, watch)
                return answer
            } catch {
                failure = error
                log(request, failure, watch)
            }
            if case .transport(let transport) = failure, transport.reason == .interrupted {
                history.interruptions += 1
            }
            let decision = retry.decision(
                after: failure, repeatable: repeatable, history: history, random: random())
            guard case .again(let delay) = decision else { throw failure }
            try await pause(delay, before: request)
        }
    }

    private func pause(_ delay: Duration, before request: HTTPRequest) async throws(ClientFailure) {
        do {
            if delay > .zero { try await clock.sleep(for: delay) }
            try Task.checkCancellation()
        } catch {
            throw .transport(
                TransportFailure(.cancelled, "\(request.method.rawValue) \(request.target): cancelled"))
        }
    }

    /// Reads the `Status` out of a stream that turned out to be none.
    private static func failure(of stream: HTTPStream) async -> APIFailure {
        var response = HTTPResponse(status: stream.status, headers: stream.headers)
        var pieces = stream.body.makeAsyncIterator()
        // Whatever ends the body early: the status alone is an answer.
        while response.body.count < 1 << 20, let piece = try? await pieces.next(isolation: #isolation) {
            response.body += piece
        }
        return APIFailure(response: response)
    }

    private func log(_ request: HTTPRequest, _ status: Int, _ watch: Stopwatch) {
        Logger.current.debug(
            "request",
            metadata: [
                "http.method": "\(request.method.rawValue)", "http.target": "\(request.target)",
                "http.status": "\(status)", "http.milliseconds": "\(watch.milliseconds)",
            ])
    }

    private func log(_ request: HTTPRequest, _ failure: ClientFailure, _ watch: Stopwatch) {
        if let refusal = failure.refusal { return log(request, refusal.code, watch) }
        // A refusal's sentence can quote an object; what is left here never does.
        Logger.current.debug(
            "request without answer",
            metadata: [
                "http.method": "\(request.method.rawValue)", "http.target": "\(request.target)",
                "error": "\(failure)", "http.milliseconds": "\(watch.milliseconds)",
            ])
    }
}

/// Measures how long something took, for logs only: no decision depends on it.
private struct Stopwatch {
    private let start = ContinuousClock.now

    var milliseconds: Int { (ContinuousClock.now - start).wholeMilliseconds }
}
