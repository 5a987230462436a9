public import KubeClient
public import KubeCore
public import KubeRuntime
import Logging
public import SyncSources

/// Where git hosts tell of pushes: `POST /api/webhook`, open to everybody, and heard only with the proof of a host.
///
/// Answers 202 for what was taken, 503 for what could not be passed on, 401 for what is not proven, 400 for what can't be
/// read, 413 for what is too large.
public struct PushRoute: HTTPTransport {
    private static let path = "/api/webhook"

    private let secrets: @Sendable () async -> WebhookSecrets
    private let pushed: @Sendable (PushEvent) async throws(ClientFailure) -> Void

    /// - Parameters:
    ///   - secrets: What was agreed upon with git hosts, as it is now.
    ///   - pushed: Takes what is proven.
    public init(
        secrets: @escaping @Sendable () async -> WebhookSecrets,
        pushed: @escaping @Sendable (PushEvent) async throws(ClientFailure) -> Void
    ) {
        self.secrets = secrets
        self.pushed = pushed
    }

    /// Serves to everybody while `body` runs.
    ///
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - body: What is done meanwhile.
    /// - Returns: What `body` returned.
    /// - Throws: ``KubeRuntime/ListenFailure`` if the port cannot be had, and what `body` throws.
    public func serve<Result: Sendable>(
        onPort port: Int, while body: (HTTPListener) async throws -> Result
    ) async throws -> Result {
        var limits = HTTPListenerLimits()
        // Held in memory before anything is proven: connections times bytes is what strangers can cost.
        limits.bodyBytes = PushEvent.bodyLimit
        limits.connections = 16
        limits.headBytes = 16 << 10
        limits.targetBytes = 1 << 10
        limits.bodyTime = .seconds(20)
        limits.idleTime = .seconds(10)
        limits.stopTime = .seconds(1)
        return try await HTTPListener.serveEverybody(
            self, onPort: port, methods: [.post], limits: limits, while: body)
    }

    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        guard request.target.prefix(while: { $0 != "?" }) == Self.path else {
            return Self.answer(404, "there is \(Self.path)")
        }
        let secrets = await secrets()
        let event: PushEvent?
        do throws(WebhookFailure) {
            event = try PushEvent.read(request.body) { name in
                request.headers.first { $0.name.lowercased() == name }?.value
            } secret: {
                secrets[$0]
            }
        } catch {
            Logger.current.debug("a push was refused", metadata: ["error": "\(error)"])
            return Self.answer(error.status, error.description)
        }
        guard let event else { return Self.answer(202, "not a push: nothing to do") }
        do throws(ClientFailure) {
            try await pushed(event)
        } catch {
            Logger.current.warning("a push could not be passed on", metadata: ["error": "\(error)"])
            return Self.answer(503, "the API server can't be asked now: send it again")
        }
        return Self.answer(202, "accepted")
    }

    public func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        HTTPStream(try await send(request))
    }

    private static func answer(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, text: "\(text)\n")
    }
}
