public import KubeCore

/// Counts what is asked of an API server, by verb and answer.
public struct MeteredTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let requests: Counter
    private let seconds: Histogram

    /// - Parameters:
    ///   - base: What requests leave through.
    ///   - metrics: Gets two families; to be called once.
    public init(_ base: any HTTPTransport, in metrics: Metrics) {
        self.base = base
        requests = metrics.counter(
            "syncctl_api_requests_total", "Requests to the API server, by verb and status code.",
            labels: ["verb", "code"])
        seconds = metrics.histogram(
            "syncctl_api_request_seconds", "How long the API server took to answer.", labels: ["verb"])
    }

    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        let start = ContinuousClock.now
        do throws(TransportFailure) {
            let response = try await base.send(request)
            count(request, "\(response.status)", start)
            return response
        } catch {
            count(request, "\(error.reason)", start)
            throw error
        }
    }

    public func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        let start = ContinuousClock.now
        do throws(TransportFailure) {
            let stream = try await base.open(request)
            count(request, "\(stream.status)", start)
            return stream
        } catch {
            count(request, "\(error.reason)", start)
            throw error
        }
    }

    private func count(_ request: HTTPRequest, _ code: String, _ start: ContinuousClock.Instant) {
        let verb = Self.verb(request)
        requests.increment(verb, code)
        seconds.observe(ContinuousClock.now - start, verb)
    }

    /// As Kubernetes calls it, as far as the request tells: `get` is also the reading of a collection.
    private static func verb(_ request: HTTPRequest) -> String {
        switch request.method {
        case .get: request.timeout == nil || request.target.contains("watch=true") ? "watch" : "get"
        case .post: "create"
        case .put: "update"
        case .patch: "patch"
        case .delete: "delete"
        }
    }
}
