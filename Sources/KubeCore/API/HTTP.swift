/// One HTTP request as a value. What sends it is an ``HTTPTransport``.
public struct HTTPRequest: Hashable, Sendable {
    public enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public var method: Method
    /// Path and query, percent-encoded, beginning with `/`.
    public var target: String
    /// Without those that the transport sets: host, length, credentials.
    public var headers: [HTTPHeader]
    public var body: [UInt8]
    /// How long the answer may take as a whole; `nil` for a stream that stays open.
    public var timeout: Duration?

    public init(
        method: Method, target: String, headers: [HTTPHeader] = [], body: [UInt8] = [],
        timeout: Duration? = .seconds(60)
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

/// A header field; names compare without case.
public struct HTTPHeader: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A whole answer.
public struct HTTPResponse: Hashable, Sendable {
    public var status: Int
    public var headers: [HTTPHeader]
    public var body: [UInt8]

    public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, compared without case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// An answer whose body comes in pieces: a watch.
///
/// Not reading holds the sender back; letting go of the stream, or cancelling the reading task, closes it.
public struct HTTPStream: Sendable {
    public var status: Int
    public var headers: [HTTPHeader]
    /// Pieces of the body as they come, bounded in memory by the transport.
    public var body: any AsyncSequence<[UInt8], any Error> & Sendable

    public init(
        status: Int, headers: [HTTPHeader], body: any AsyncSequence<[UInt8], any Error> & Sendable
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A whole answer, in one piece.
    public init(_ response: HTTPResponse) {
        let (body, pieces) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        pieces.yield(response.body)
        pieces.finish()
        self.init(status: response.status, headers: response.headers, body: body)
    }
}

/// The port through which requests leave: libcurl, or the embedded API server in the same process.
public protocol HTTPTransport: Sendable {
    /// Sends a request and collects the answer. Every HTTP status is an answer, not an error.
    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse

    /// Sends a request and answers as soon as the header is there.
    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream
}

/// No answer came.
public struct TransportFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// The name does not resolve, nothing listens, or the network does not reach it: nothing was sent.
        case unreachable
        /// The server's certificate is not one we trust, or ours was refused.
        case untrusted
        /// The connection ended before the whole answer was there: the request may have been carried out.
        case interrupted
        /// The answer did not come in time: the request may have been carried out.
        case timedOut
        /// Our own files (certificate, key, CA, token) or the address cannot be used.
        case misconfigured
        /// The answer was larger than the bound.
        case tooLarge
        /// The caller no longer wants it.
        case cancelled
    }

    public var reason: Reason
    /// For people: what was attempted and what went wrong, without a secret.
    public var message: String

    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
