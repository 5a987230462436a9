public import KubeCore
import Synchronization

/// The right to write as the leader, which ends by itself.
///
/// Counted by our own clock from before the request was sent that renewed the Lease: it ends before anybody else may
/// begin, however long the answer took. Shared by all who write.
public final class LeaseToken: Sendable {
    private struct End {
        var time: Duration
        var isRevoked = false
    }

    /// Who leads, as the Lease names us.
    public let identity: String
    private let timeline: Timeline
    private let end: Mutex<End>

    init(identity: String, until time: Duration, on timeline: Timeline) {
        self.identity = identity
        self.timeline = timeline
        end = Mutex(End(time: time))
    }

    /// How long it may still be written; zero when it is over.
    public var remaining: Duration {
        end.withLock { $0.isRevoked ? .zero : max($0.time - timeline.now, .zero) }
    }

    public var isValid: Bool { remaining > .zero }

    /// When it ends, as things are.
    var endTime: Duration { end.withLock { $0.isRevoked ? .zero : $0.time } }

    func extend(until time: Duration) {
        end.withLock { $0.time = max($0.time, time) }
    }

    /// Ends it now, for good.
    func revoke() {
        end.withLock { $0.isRevoked = true }
    }
}

/// Lets nothing be written once the lease has ended.
///
/// Stands between all clients of a leader and the real transport: who writes need not know of leases.
public struct LeasedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let token: LeaseToken

    public init(_ base: any HTTPTransport, while token: LeaseToken) {
        self.base = base
        self.token = token
    }

    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        try await base.send(try permitted(request))
    }

    public func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try await base.open(try permitted(request))
    }

    /// The request, which must not take longer than the lease lasts if it writes.
    private func permitted(_ request: HTTPRequest) throws(TransportFailure) -> HTTPRequest {
        guard request.method != .get else { return request }
        let remaining = token.remaining
        guard remaining > .zero else {
            let path = request.target.prefix { $0 != "?" }
            throw TransportFailure(
                .cancelled,
                "\(request.method.rawValue) \(path): not sent, because \(token.identity) leads no more")
        }
        var request = request
        request.timeout = min(request.timeout ?? remaining, remaining)
        return request
    }
}
