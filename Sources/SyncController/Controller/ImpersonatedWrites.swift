import KubeClient
import KubeCore

/// Writes in the name of another user, and reads in its own: what may be written is then what that user may write.
struct ImpersonatedWrites: HTTPTransport {
    private let base: any HTTPTransport
    private let user: String

    init(_ base: any HTTPTransport, as user: String) {
        self.base = base
        self.user = user
    }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        try await base.send(impersonated(request))
    }

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try await base.open(impersonated(request))
    }

    private func impersonated(_ request: HTTPRequest) -> HTTPRequest {
        guard request.method != .get else { return request }
        var request = request
        request.headers.append(HTTPHeader("Impersonate-User", user))
        return request
    }
}

extension Cluster {
    /// The same cluster, in which everything is written in that user's name.
    func writing(as user: String) -> Cluster {
        Cluster(client: client.over { ImpersonatedWrites($0, as: user) }, discovery: discovery)
    }
}
