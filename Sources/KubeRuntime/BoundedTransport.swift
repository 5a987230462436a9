public import KubeCore

/// Lets so many requests be under way at a time; others wait in the order in which they come, before their time-outs
/// begin to count. Watches are not counted: they last.
///
/// Without a bound, whoever has much to do at once holds up everybody whom the API server serves, and itself first of
/// all: the Lease that it leads by is renewed by the same server. Renewals do not come through here.
///
/// - Rule: I6.
public struct BoundedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let slots: RunSlots

    /// - Parameters:
    ///   - base: What requests leave through.
    ///   - limit: How many at a time.
    public init(_ base: any HTTPTransport, limit: Int) {
        self.base = base
        slots = RunSlots(limit)
    }

    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        try await slots.with { () throws(TransportFailure) in try await base.send(request) }
    }

    public func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try await base.open(request)
    }
}
