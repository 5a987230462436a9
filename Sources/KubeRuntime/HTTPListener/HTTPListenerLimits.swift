/// What a client of an ``HTTPListener`` may cost it.
///
/// A client that goes beyond is told so with a `Status` where it can still be told, and loses its connection.
public struct HTTPListenerLimits: Hashable, Sendable {
    /// Bytes of a request's body; as many as kube-apiserver takes.
    public var bodyBytes = 3 << 20
    /// Bytes of a request's first line and header fields. One read from the socket may come on top.
    public var headBytes = 64 << 10
    /// Bytes of a request's path and query.
    public var targetBytes = 32 << 10
    /// How many connections are served at once.
    public var connections = 4096
    /// From the first byte of a request to the end of its head.
    public var headTime = Duration.seconds(10)
    /// From the end of a request's head to the end of its body.
    public var bodyTime = Duration.seconds(60)
    /// How long a connection may wait for the first byte of its next request. An open watch does not wait.
    public var idleTime = Duration.seconds(120)
    /// How long a client may leave unread what was sent to it.
    public var unreadTime = Duration.seconds(60)
    /// How long a client may take to close after its last answer; what it still sends is thrown away.
    public var closeTime = Duration.seconds(2)
    /// How long requests may take to end once the listener stops.
    public var stopTime = Duration.seconds(5)

    public init() {}
}
