import Foundation
import KubeClient
import KubeCore
import Synchronization
import Testing

/// `cluster serve --data`, killed in the middle of its work.
@Suite("a killed server")
struct ServerKillTests {
    /// How often the server is killed.
    static let rounds = ProcessInfo.processInfo.environment["SYNCCTL_TEST_KILLS"].flatMap { Int($0) } ?? 3
    private static let writers = 32
    private static let writesPerRound = 1000

    @Test(
        "kill -9 during 1,000 concurrent writes: every acknowledged write is there, whole",
        .timeLimit(.minutes(10)))
    func killed() async throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "killed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let seed = UInt64.random(in: .min ... .max)
        let ledgers = (0..<Self.writers).map { Ledger(writer: $0, seed: seed &+ UInt64($0)) }
        var acknowledged = 0
        var cutOff = 0
        for round in 0..<Self.rounds {
            // Early, late, and in between.
            let limit = 1 + Int((seed &+ UInt64(round) &* 0x9E37_79B9) % 900)
            let count = Counter(limit)
            try await ServedCluster.with(place) { server in
                for ledger in ledgers { try await ledger.check(on: server.transport) }
                await withTaskGroup { group in
                    for ledger in ledgers {
                        group.addTask {
                            await ledger.write(
                                Self.writesPerRound / Self.writers + 1, on: server.transport
                            ) { if count.next() { server.kill() } }
                        }
                    }
                }
                server.kill()
            }
            acknowledged += count.value
            cutOff += ledgers.count(where: \.isUncertain)
        }
        try await ServedCluster.with(place) { server in
            for ledger in ledgers { try await ledger.check(on: server.transport) }
        }
        #expect(acknowledged > 0 && cutOff > 0)
        print("seed \(seed): \(Self.rounds) kills, \(acknowledged) writes acknowledged, \(cutOff) cut off")
    }
}

/// Counts, and tells once when it has come to a number.
private final class Counter: Sendable {
    private let count = Mutex(0)
    private let limit: Int

    init(_ limit: Int) { self.limit = limit }

    var value: Int { count.withLock { $0 } }

    func next() -> Bool {
        count.withLock {
            $0 += 1
            return $0 == limit
        }
    }
}

/// What one writer knows of its own ConfigMaps, which nobody else writes.
private final class Ledger: Sendable {
    /// A state of an object that the server acknowledged, or may have kept.
    private enum Entry: Equatable {
        case absent
        case there(text: String, version: String, uid: String)
    }

    private struct State {
        var random: SplitMix
        var entries: [String: Entry] = [:]
        /// The write that got no answer: the object has this text (`nil`: it is gone), or is as it was.
        var uncertain: (name: String, text: String?)?
    }

    private static let configs = "/api/v1/namespaces/default/configmaps"
    private let writer: Int
    private let state: Mutex<State>

    init(writer: Int, seed: UInt64) {
        self.writer = writer
        state = Mutex(State(random: SplitMix(state: seed)))
    }

    var isUncertain: Bool { state.withLock { $0.uncertain != nil } }

    /// Writes until it has written enough or the server is gone.
    func write(_ count: Int, on transport: CurlTransport, acknowledged: () -> Void) async {
        for _ in 0..<count {
            let (name, text) = next()
            // No answer is what this is about: what the write did is seen after the restart.
            guard let response = try? await transport.send(request(name, text)) else { return }
            note(response, name, text)
            acknowledged()
        }
    }

    /// Compares all that was acknowledged with what is there.
    func check(on transport: CurlTransport) async throws {
        let (entries, uncertain) = state.withLock { ($0.entries, $0.uncertain) }
        for (name, entry) in entries {
            let found = try await look(name, on: transport)
            if let uncertain, uncertain.name == name, found != entry {
                switch (found, uncertain.text) {
                case (.absent, nil): break
                case (.there(let text, _, _), let wanted?): #expect(text == wanted, "\(name) is half-written")
                default: Issue.record("\(name) is neither as it was nor as it was to be")
                }
                state.withLock { $0.entries[name] = found }
            } else {
                let isSame = found == entry
                #expect(isSame, "\(name): an acknowledged write is not there")
            }
        }
        state.withLock { $0.uncertain = nil }
    }

    private func next() -> (name: String, text: String?) {
        state.withLock { state in
            let name = "w\(writer)-\(state.random.next() % 8)"
            let isThere = state.entries[name, default: .absent] != .absent
            let isDeletion = isThere && state.random.next() % 4 == 0
            let letter = Array("abcdefghij")[Int(state.random.next() % 10)]
            let text = "\(state.random.next()) " + String(repeating: letter, count: 1000)
            state.entries[name, default: .absent] = state.entries[name] ?? .absent
            state.uncertain = (name, isDeletion ? nil : text)
            return (name, isDeletion ? nil : text)
        }
    }

    private func request(_ name: String, _ text: String?) -> HTTPRequest {
        let target = "\(Self.configs)/\(name)"
        guard let text else { return HTTPRequest(method: .delete, target: target) }
        let body: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)],
            "data": ["text": .string(text)],
        ]
        return HTTPRequest(
            method: .patch, target: "\(target)?fieldManager=test&force=true",
            headers: [HTTPHeader("Content-Type", "application/apply-patch+yaml")], body: body.serialized())
    }

    private func note(_ response: HTTPResponse, _ name: String, _ text: String?) {
        #expect([200, 201].contains(response.status))
        let entry: Entry = text == nil ? .absent : Self.entry(response)
        state.withLock {
            $0.entries[name] = entry
            $0.uncertain = nil
        }
    }

    private func look(_ name: String, on transport: CurlTransport) async throws -> Entry {
        let response = try await transport.send(HTTPRequest(method: .get, target: "\(Self.configs)/\(name)"))
        return response.status == 404 ? .absent : Self.entry(response)
    }

    private static func entry(_ response: HTTPResponse) -> Entry {
        // What is no object has no text, and is found to be different.
        let object = try? JSONValue(parsing: response.body)
        return .there(
            text: object?["data"]?["text"]?.string ?? "",
            version: object?["metadata"]?["resourceVersion"]?.string ?? "",
            uid: object?["metadata"]?["uid"]?.string ?? "")
    }
}

/// Numbers that a seed repeats.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
