/// The bounds within which a ``CurlTransport`` works.
public struct TransportLimits: Hashable, Sendable {
    /// Requests on their way at once; more wait for their turn. Streams do not count.
    public var requestsInFlight = 128
    /// The same without TLS, hence with HTTP/1.1, where each request at a time is a connection of its own: a small
    /// server or proxy drops what does not fit its backlog, and each drop costs a second.
    public var requestsInFlightWithoutTLS = 6
    /// Requests and streams that share one HTTP/2 connection. API servers allow 250; above that libcurl would open
    /// a connection for each.
    public var streamsPerConnection = 240
    /// The largest whole answer, in bytes, after decompression.
    public var answerBytes = 128 << 20
    /// How much of a stream is kept for a slow reader, in bytes; the server is held back beyond.
    public var bufferedBytes = 256 << 10
    /// How long a whole answer may take, instead of what each request says; zero for as long as it likes.
    public var requestTimeout: Duration?
    public var connectTimeout: Duration = .seconds(10)
    /// How long the head of a stream's answer may take.
    public var headTimeout: Duration = .seconds(30)
    /// How long a peer may acknowledge nothing before its connection is given up.
    public var deadPeerTimeout: Duration = .seconds(15)
    /// After so many requests in a row without any answer the connection is given up for a new one.
    public var timeoutsBeforeReconnect = 3

    public init() {}
}
