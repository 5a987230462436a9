public import KubeCore
import Synchronization

/// A Kubernetes API server in this process.
///
/// It answers requests as kube-apiserver v1.20 answers them, without a socket, a file or a thread of its own: a
/// request is answered on the caller's task. Watches hold no buffers: each reads from the history of its collection at
/// its own pace, and is told `410 Expired` if it falls behind further than the history reaches.
///
/// ```swift
/// let server = KubeServer(clock: ContinuousClock(), startingAt: Timestamp(seconds: now))
/// let answer = try await server.send(HTTPRequest(method: .get, target: "/api/v1/namespaces"))
/// ```
public final class KubeServer: Sendable {
    private let core: ServerCore
    let logs: (any ContainerLogs)?

    /// - Parameters:
    ///   - clock: What time passes by: the real one, or one that a test moves.
    ///   - start: The date at the moment of this call.
    ///   - simulation: What stands in for machines.
    ///   - logs: Who has what containers have written; without it only the simulation's word for it is answered.
    ///   - seed: Of uids and generated names; the same seed and requests give the same objects.
    public init<C: Clock<Duration>>(
        clock: C, startingAt start: Timestamp, simulation: Simulation = Simulation(),
        logs: (any ContainerLogs)? = nil, seed: UInt64 = .random(in: 0 ... .max)
    ) {
        self.logs = logs
        let origin = clock.now
        core = ServerCore(
            state: ServerState(seed: seed, now: start, simulation: simulation), archive: nil,
            now: { start.advanced(by: origin.duration(to: clock.now)) },
            sleep: { try await clock.sleep(for: $0) })
    }

    /// A server that goes on with what an archive holds, and answers a write only when the archive has it.
    ///
    /// A write that the archive does not take is answered with a `Status` of code 500, and has not happened. Watches
    /// from before this call are told `410 Expired`.
    ///
    /// - Parameters:
    ///   - archive: Where objects are kept. No other server may have it.
    ///   - clock: What time passes by: the real one, or one that a test moves.
    ///   - start: The date at the moment of this call. It may be earlier than that of an earlier run.
    ///   - simulation: What stands in for machines.
    ///   - logs: Who has what containers have written.
    ///   - seed: Of uids and generated names; those of earlier runs do not come again.
    /// - Throws: Why the archive cannot be read, or does not take what a server begins with.
    public init<C: Clock<Duration>>(
        keepingIn archive: any ObjectArchive, clock: C, startingAt start: Timestamp,
        simulation: Simulation = Simulation(), logs: (any ContainerLogs)? = nil,
        seed: UInt64 = .random(in: 0 ... .max)
    ) throws(ArchiveFailure) {
        self.logs = logs
        let origin = clock.now
        core = try ServerCore(
            restoring: archive, seed: seed, simulation: simulation,
            now: { start.advanced(by: origin.duration(to: clock.now)) },
            sleep: { try await clock.sleep(for: $0) })
    }

    /// Lets time do its work until the task is cancelled: pods start and end, deadlines pass.
    ///
    /// Without it, what is due happens with the next request.
    public func run() async {
        while !Task.isCancelled { await core.waitForAlarm() }
    }

    /// Does what is due by now, for those who move the clock themselves.
    public func catchUp() {
        // What cannot be kept stays due, and is tried again.
        try? core.catchUp()
    }
}

extension KubeServer: HTTPTransport {
    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        switch core.answer(request) {
        case .response(let response):
            return response
        case .watch(let watch):
            // Without a stream, a watch is what comes until the server ends it.
            return try await core.collect(watch)
        case .log(let log):
            return try await collect(log)
        }
    }

    public func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        switch core.answer(request) {
        case .response(let response):
            // The length tells who passes it on that the end is near.
            let length = HTTPHeader("Content-Length", "\(response.body.count)")
            return HTTPStream(
                status: response.status, headers: response.headers + [length],
                body: SinglePiece(bytes: response.body))
        case .watch(let watch):
            return HTTPStream(
                status: 200, headers: [HTTPHeader("Content-Type", "application/json")],
                body: WatchStream(core: core, request: watch))
        case .log(let log):
            return HTTPStream(
                status: 200, headers: [HTTPHeader("Content-Type", "text/plain")],
                body: await output(of: log))
        }
    }
}

/// A body that is there at once.
struct SinglePiece: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let bytes: [UInt8]

    struct AsyncIterator: AsyncIteratorProtocol {
        var left: [UInt8]?

        mutating func next() async throws -> [UInt8]? {
            defer { left = nil }
            return left
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(left: bytes) }
}
