public import KubeCore

/// Something that has to be in order.
public struct HealthCheck: Sendable {
    /// As people see it: `watches`.
    public var name: String
    /// What is wrong, without a secret; `nil` if nothing is. Quick: it is asked at each probe.
    public var problem: @Sendable () -> String?

    public init(_ name: String, problem: @escaping @Sendable () -> String?) {
        self.name = name
        self.problem = problem
    }
}

/// Answers probes and hands out metrics: `/healthz`, `/readyz`, `/metrics`.
///
/// A process that is not healthy is to be started anew; one that is not ready has yet to begin.
public struct ProbeServer: HTTPTransport {
    private let healthy: [HealthCheck]
    private let ready: [HealthCheck]
    private let metrics: Metrics

    public init(healthy: [HealthCheck], ready: [HealthCheck], metrics: Metrics) {
        self.healthy = healthy
        self.ready = ready
        self.metrics = metrics
    }

    /// Serves to everybody while `body` runs.
    ///
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - body: What is done meanwhile.
    /// - Returns: What `body` returned.
    /// - Throws: ``ListenFailure`` if the port cannot be had, and what `body` throws.
    public func serve<Result: Sendable>(
        onPort port: Int, while body: (HTTPListener) async throws -> Result
    ) async throws -> Result {
        var limits = HTTPListenerLimits()
        limits.bodyBytes = 0
        limits.headBytes = 8 << 10
        limits.targetBytes = 1 << 10
        limits.connections = 64
        limits.stopTime = .seconds(1)
        return try await HTTPListener.serveEverybody(self, onPort: port, limits: limits, while: body)
    }

    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        switch request.target.prefix(while: { $0 != "?" }) {
        case "/healthz", "/livez": Self.answer(healthy)
        case "/readyz": Self.answer(ready)
        case "/metrics":
            HTTPResponse(status: 200, text: metrics.text, type: "text/plain; version=0.0.4; charset=utf-8")
        default: HTTPResponse(status: 404, text: "there are /healthz, /readyz and /metrics\n")
        }
    }

    public func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        HTTPStream(try await send(request))
    }

    /// One line a check, those that failed with the reason.
    private static func answer(_ checks: [HealthCheck]) -> HTTPResponse {
        var isGood = true
        var lines = ""
        for check in checks {
            if let problem = check.problem() {
                isGood = false
                lines += "\(check.name): \(problem)\n"
            } else {
                lines += "\(check.name): ok\n"
            }
        }
        return HTTPResponse(status: isGood ? 200 : 503, text: lines + (isGood ? "ok\n" : "failed\n"))
    }
}
