import Foundation
import KubeClient
import KubeCore
import SyncController
import SyncEngine
import Synchronization
import TestSupport
import Testing

/// Many objects.
@Suite(
    "Scale", .onEachServer, .timeLimit(.minutes(10)), .serialized)
struct ScaleTests {
    @Test("D3 5,000 objects that are as they should be: not one write, and few requests")
    func unchanged() async throws {
        try await Sandbox.with { sandbox in
            let objects = try (0..<5_000).map { try Manifests.map("settings-\($0)", wave: $0 % 2) }
            let clock = ContinuousClock()
            var request = sandbox.request()
            request.validation = .none
            var begun = clock.now
            let first = try await sandbox.sync(objects, request)
            print("5,000 ConfigMaps: first sync in \(clock.now - begun)")
            #expect(first.operation.phase == .succeeded)
            let wire = Wire(sandbox.cluster.transport)
            begun = clock.now
            let again = try await sandbox.sync(
                objects, sandbox.request(process: 1, prune: true), through: wire)
            print(
                "5,000 ConfigMaps: unchanged in \(clock.now - begun), \(wire.calls.count) requests, \(peak())"
            )
            #expect(again.operation.phase == .succeeded)
            #expect(again.operation.syncResult.resources.count == 5_000)
            #expect(wire.writes.isEmpty)
            #expect(wire.calls.allSatisfy { !$0.isDryRun })
            #expect(wire.calls.count < 200)
        }
    }

    @Test("I6 never more writes in flight than the executor's bound, and as many as that")
    func bounded() async throws {
        try await Sandbox.with { sandbox in
            let counting = CountingTransport(sandbox.cluster.transport)
            let objects = try (0..<200).map { try Manifests.map("settings-\($0)") }
            #expect(try await sandbox.sync(objects, through: counting).operation.phase == .succeeded)
            print("writes in flight: \(counting.most)")
            #expect((16...32).contains(counting.most))
        }
    }

    /// The most memory that the process has held, in the kernel's words.
    private func peak() -> String {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }.map(String.init) ?? ""
    }
}

/// Counts the writes, dry runs included, that have not been answered yet.
///
/// None is answered before the first 16 are there: a server in the same process answers before the next one comes.
private final class CountingTransport: HTTPTransport {
    private static let crowd = 16

    private let base: any HTTPTransport
    private let isCrowded = Latch()
    private let state = Mutex((now: 0, most: 0))

    init(_ base: any HTTPTransport) { self.base = base }

    var most: Int { state.withLock(\.most) }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        guard request.method != .get else { return try await base.send(request) }
        let most = state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
            return state.most
        }
        defer { state.withLock { $0.now -= 1 } }
        if most >= Self.crowd { isCrowded.open() }
        await isCrowded.wait()
        return try await base.send(request)
    }

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try await base.open(request)
    }
}
