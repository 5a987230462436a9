import KubeClient
import KubeCore
import Synchronization

/// Stands between a controller and the API server, and does something to the controller with its so many-th write: it
/// is carried out, and the answer never comes.
final class KillingProxy: HTTPTransport {
    private enum Fate {
        case alive(writesLeft: Int)
        case due
        case dead
    }

    private struct State {
        var fate: Fate
        var blow: (@Sendable () -> Void)?
        var writes: [String] = []
    }

    /// What the record of writes calls the controller.
    let name: String
    private let base: any HTTPTransport
    private let state: Mutex<State>
    private let deaths: AsyncStream<Void>
    private let tell: AsyncStream<Void>.Continuation
    private let sightings: AsyncStream<Void>
    private let tellOfSighting: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - name: What the record of writes calls the controller.
    ///   - connection: Leads to the API server.
    ///   - limit: With which write; from 1.
    /// - Throws: Why nothing can be sent there.
    init(_ name: String, _ connection: ClusterConnection, afterWrites limit: Int) throws {
        self.name = name
        base = try CurlTransport(connection, userAgent: name)
        state = Mutex(State(fate: .alive(writesLeft: limit)))
        (deaths, tell) = AsyncStream.makeStream()
        (sightings, tellOfSighting) = AsyncStream.makeStream()
    }

    /// What was written and carried out, but for Leases and Events: `PATCH /path`.
    var writes: [String] { state.withLock { $0.writes } }

    /// Says what is done to the controller.
    func arm(_ blow: @escaping @Sendable () -> Void) {
        let isDue = state.withLock { state in
            state.blow = blow
            return if case .due = state.fate { true } else { false }
        }
        if isDue { strike() }
    }

    /// Returns once it has been done, or the task is cancelled.
    func struck() async { for await _ in deaths {} }

    /// Returns once the controller watches Leases, as one does that waits for its turn; or the task is cancelled.
    func watchesLeases() async { for await _ in sightings {} }

    /// Does it now, if it has not been done.
    func strike() {
        let blow = state.withLock { state in
            if case .dead = state.fate { return nil as (@Sendable () -> Void)? }
            state.fate = state.blow == nil ? .due : .dead
            return state.blow
        }
        guard let blow else { return }
        blow()
        tell.finish()
    }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        var request = request
        request.headers = request.headers.filter {
            ["accept", "content-type"].contains($0.name.lowercased())
        }
        let response = try await base.send(request)
        guard request.method != .get, response.status < 300, !request.target.contains("dryRun="),
            !request.target.contains("/leases"), !request.target.contains("/events")
        else { return response }
        let isLast = state.withLock { state in
            state.writes.append("\(request.method.rawValue) \(request.target.prefix { $0 != "?" })")
            guard case .alive(let left) = state.fate else { return false }
            state.fate = left > 1 ? .alive(writesLeft: left - 1) : .due
            return left == 1
        }
        guard isLast else { return response }
        strike()
        throw TransportFailure(.interrupted, "the answer is lost")
    }

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        guard !request.target.contains("watch=true") else {
            var request = request
            request.headers = request.headers.filter { $0.name.lowercased() == "accept" }
            let stream = try await base.open(request)
            if request.target.contains("/leases") { tellOfSighting.finish() }
            return stream
        }
        return HTTPStream(try await send(request))
    }
}
