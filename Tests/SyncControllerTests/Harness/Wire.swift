import Foundation
import KubeClient
import KubeCore
import Synchronization

/// A request as the tests look at it.
struct Call: Sendable, CustomStringConvertible {
    let request: HTTPRequest

    var method: HTTPRequest.Method { request.method }
    var path: String { String(request.target.prefix { $0 != "?" }) }
    var query: String { String(request.target.dropFirst(path.count)) }
    /// `jobs/before`, or `jobs` for the collection.
    var object: String {
        let parts = path.split(separator: "/").map(String.init)
        guard let start = parts.firstIndex(of: "namespaces"), parts.count > start + 2 else {
            return parts.suffix(2).joined(separator: "/")
        }
        return parts[(start + 2)...].joined(separator: "/")
    }
    var isDryRun: Bool { query.contains("dryRun=") }
    /// Whether the server changes something when it carries this out.
    var isWrite: Bool { method != .get && !isDryRun }
    var isWatch: Bool { query.contains("watch=true") }
    var body: JSONValue { (try? JSONValue(parsing: request.body)) ?? .null }

    var description: String { "\(method.rawValue) \(object)" }
}

/// A write that was carried out, and the status it was answered with.
struct Write: Sendable, CustomStringConvertible {
    let call: Call
    let status: Int

    /// `create jobs/before`, `apply services/web`, `delete jobs/before`, `record jobs/before`.
    var description: String {
        switch call.method {
        case .patch where status == 201: "create \(call.object)"
        case .patch where call.request.headers.contains { $0.value.contains("apply-patch") }:
            "apply \(call.object)"
        case .patch: "record \(call.object)"
        case .post: "create \(call.object)/\(call.body["metadata"]?["name"]?.string ?? "")"
        case .put: "replace \(call.object)"
        case .delete: "delete \(call.object)"
        case .get: "get \(call.object)"
        }
    }
}

/// A transport over a real one that does to requests what a test wants, and notes what was written.
final class Wire: HTTPTransport {
    /// What becomes of a request.
    enum Fate: Sendable {
        case passes
        case fails(TransportFailure.Reason)
        case isAnswered(HTTPResponse)
        /// It is carried out, and nobody hears of it.
        case losesAnswer(TransportFailure.Reason)
        /// It is carried out; the answer's body ends after so many bytes.
        case isCut(Int)
    }

    /// What becomes of a watch.
    enum WatchFate: Sendable {
        case passes
        /// It is accepted, and then nothing is ever heard.
        case isSilent
        case isRefused(Int)
        /// It ends, in good order, as soon as it is open.
        case ends
        /// Its events are put through that, line by line.
        case isFiltered(@Sendable ([UInt8]) async -> [[UInt8]])
    }

    private let base: any HTTPTransport
    private let fate: @Sendable (Call) async -> Fate
    private let watchFate: @Sendable (Call) -> WatchFate
    private let noted = Mutex<(calls: [Call], writes: [Write])>(([], []))

    init(
        _ base: any HTTPTransport, watches: @escaping @Sendable (Call) -> WatchFate,
        requests: @escaping @Sendable (Call) async -> Fate = { _ in .passes }
    ) {
        self.base = base
        fate = requests
        watchFate = watches
    }

    /// A transport whose watches work.
    convenience init(
        _ base: any HTTPTransport, requests: @escaping @Sendable (Call) async -> Fate = { _ in .passes }
    ) {
        self.init(base, watches: { _ in .passes }, requests: requests)
    }

    /// All requests, carried out or not.
    var calls: [Call] { noted.withLock(\.calls) }
    /// All writes that were carried out, in the order of the answers.
    var writes: [Write] { noted.withLock(\.writes) }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        let call = Call(request: request)
        noted.withLock { $0.calls.append(call) }
        switch await fate(call) {
        case .passes: return try await carryOut(call)
        case .fails(let reason): throw TransportFailure(reason, "\(call): a test's fault")
        case .isAnswered(let response): return response
        case .losesAnswer(let reason):
            _ = try await carryOut(call)
            throw TransportFailure(reason, "\(call): a test took the answer")
        case .isCut(let bytes):
            var response = try await carryOut(call)
            response.body = Array(response.body.prefix(bytes))
            return response
        }
    }

    /// A write that has left is not called back: what is counted is what the server has done.
    private func carryOut(_ call: Call) async throws(TransportFailure) -> HTTPResponse {
        guard call.isWrite else { return try await base.send(call.request) }
        let base = base
        let result = await Task { () -> Result<HTTPResponse, TransportFailure> in
            do throws(TransportFailure) {
                return .success(try await base.send(call.request))
            } catch {
                return .failure(error)
            }
        }.value
        let response = try result.get()
        if response.status < 300 {
            noted.withLock { $0.writes.append(Write(call: call, status: response.status)) }
        }
        return response
    }

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        let call = Call(request: request)
        noted.withLock { $0.calls.append(call) }
        switch watchFate(call) {
        case .passes: return try await base.open(request)
        case .isSilent: return stream(200, AsyncThrowingStream { _ in })
        case .isRefused(let code): return stream(code, AsyncThrowingStream { $0.finish() })
        case .ends: return stream(200, AsyncThrowingStream { $0.finish() })
        case .isFiltered(let filter):
            let original = try await base.open(request)
            guard original.status == 200 else { return original }
            return stream(200, Wire.filtered(original.body, filter))
        }
    }

    private func stream(_ status: Int, _ body: AsyncThrowingStream<[UInt8], any Error>) -> HTTPStream {
        HTTPStream(status: status, headers: [], body: body)
    }

    private static func filtered(
        _ body: any AsyncSequence<[UInt8], any Error> & Sendable,
        _ filter: @escaping @Sendable ([UInt8]) async -> [[UInt8]]
    ) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { feed in
            let reading = Task {
                var rest: [UInt8] = []
                do {
                    for try await piece in body {
                        rest += piece
                        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                            let line = Array(rest[...end])
                            rest.removeSubrange(...end)
                            for line in await filter(line) { feed.yield(line) }
                        }
                    }
                    feed.finish()
                } catch {
                    feed.finish(throwing: error)
                }
            }
            feed.onTermination = { _ in reading.cancel() }
        }
    }
}

/// An event of a watch, read out of its line.
struct WatchLine: Sendable {
    let type: String
    let object: KubeObject

    init?(_ line: [UInt8]) {
        guard let json = try? JSONValue(parsing: line), let type = json["type"]?.string,
            let object = json["object"]?.object
        else { return nil }
        self.type = type
        self.object = KubeObject(object)
    }
}
