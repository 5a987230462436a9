import KubeCore
import Logging
import Synchronization
import Testing

@testable import KubeClient

@Suite("the client of an API server")
struct APIClientTests {
    private let clock = ImpatientClock()

    private func client(_ transport: ScriptedTransport, retry: RetryPolicy = .standard) -> APIClient {
        APIClient(transport: transport, retry: retry, clock: clock, random: { 0 })
    }

    private static let map = LiveCluster.configMap("a", namespace: "n", [("k", "v")])
    private static let mapJSON =
        #"{"kind":"ConfigMap","metadata":{"name":"a","namespace":"n","resourceVersion":"5"}}"#

    @Test("a success is the object and whether it is new")
    func perform() async throws {
        let created = try await client(ScriptedTransport(.json(Self.mapJSON, status: 201)))
            .apply(Self.map, as: LiveCluster.configMaps)
        #expect(created.created && created.object.resourceVersion == "5")
        let changed = try await client(ScriptedTransport(.json(Self.mapJSON)))
            .apply(Self.map, as: LiveCluster.configMaps)
        #expect(!changed.created)
    }

    @Test("a refusal is typed, and not repeated")
    func refused() async throws {
        let transport = ScriptedTransport(.status(403, "Forbidden", message: "not you"))
        let failure = await #expect(throws: ClientFailure.self) {
            try await client(transport).apply(Self.map, as: LiveCluster.configMaps)
        }
        #expect(failure?.refusal?.isForbidden == true)
        #expect(failure?.description == "not you")
        #expect(transport.requests.count == 1)
        #expect(clock.sleeps.isEmpty)
    }

    @Test("an interrupted apply is sent again at once, then after growing waits, and not for ever")
    func interrupted() async throws {
        let transport = ScriptedTransport(.broken(.interrupted))
        await #expect(throws: ClientFailure.self) {
            try await client(transport).apply(Self.map, as: LiveCluster.configMaps)
        }
        #expect(transport.requests.count == 6)
        #expect(clock.sleeps == [250, 500, 1000, 2000].map { .milliseconds($0) })
    }

    @Test("an interrupted create is not sent again; one that was not sent is")
    func create() async throws {
        var transport = ScriptedTransport(.broken(.interrupted))
        await #expect(throws: ClientFailure.self) {
            try await client(transport).create(Self.map, as: LiveCluster.configMaps)
        }
        #expect(transport.requests.count == 1)
        transport = ScriptedTransport(
            .broken(.unreachable), .broken(.unreachable), .json(Self.mapJSON, status: 201))
        try await client(transport).create(Self.map, as: LiveCluster.configMaps)
        #expect(transport.requests.count == 3)
    }

    @Test("429 is waited for as long as the server asks")
    func tooMany() async throws {
        let wait = HTTPHeader("Retry-After", "2")
        let transport = ScriptedTransport(
            .status(429, "TooManyRequests", headers: [wait]), .json(Self.mapJSON, status: 201))
        try await client(transport).create(Self.map, as: LiveCluster.configMaps)
        #expect(clock.sleeps == [.milliseconds(2125)])
    }

    @Test("a cancelled caller does not wait for the next attempt", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let transport = ScriptedTransport(.broken(.unreachable))
        let patient = APIClient(
            transport: transport, retry: RetryPolicy(firstDelay: .seconds(3600), longestDelay: .seconds(3600))
        )
        let task = Task { try await patient.get(LiveCluster.configMaps, namespace: "n", name: "a") }
        while transport.requests.isEmpty { await Task.yield() }
        task.cancel()
        let failure = await #expect(throws: ClientFailure.self) { try await task.value }
        #expect(failure?.isCancelled == true)
    }

    @Test("what is not there is nil, and deleting it is no failure")
    func absent() async throws {
        let transport = ScriptedTransport(.status(404, "NotFound"))
        #expect(try await client(transport).get(LiveCluster.configMaps, namespace: "n", name: "a") == nil)
        #expect(
            try await client(transport).delete(LiveCluster.configMaps, namespace: "n", name: "a") == false)
    }

    @Test(
        "I9 a name that no path can carry is refused before anything is sent",
        arguments: ["", ".", "..", "a/b", "a%2Fb"])
    func badName(_ name: String) async throws {
        let transport = ScriptedTransport(.json("{}"))
        await #expect(throws: ClientFailure.self) {
            try await client(transport).delete(LiveCluster.configMaps, namespace: "n", name: name)
        }
        #expect(transport.requests.isEmpty)
    }

    @Test(
        "an answer that is no object is named, not trapped on", arguments: ["", "[]", "{", "\"x\"", "null"])
    func undecodable(_ body: String) async throws {
        let failure = await #expect(throws: ClientFailure.self) {
            try await client(ScriptedTransport(.json(body))).get(
                LiveCluster.configMaps, namespace: "n", name: "a")
        }
        guard case .undecodable(let problem) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(problem.hasPrefix("get ConfigMap n/a: "))
    }

    @Test("a list is read page by page, its items know their kind, and a bad item is one bad item")
    func pages() async throws {
        let transport = ScriptedTransport { request, _ in
            let first =
                #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"9","continue":"t"},"items":[{"metadata":{"name":"a"}},7]}"#
            let second =
                #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"b"}}]}"#
            return .json(request.target.contains("continue=t") ? second : first)
        }
        let list = try await client(transport).list(LiveCluster.configMaps)
        #expect(list.items.map(\.name) == ["a", "b"])
        #expect(list.items.allSatisfy { $0.kind == "ConfigMap" && $0.apiVersion == "v1" })
        #expect(list.resourceVersion == "9")
        #expect(list.unreadable.count == 1)
        #expect(
            transport.requests.map(\.target) == [
                "/api/v1/configmaps?limit=500", "/api/v1/configmaps?limit=500&continue=t",
            ])
    }

    @Test("pages that took too long are read again in one piece")
    func expiredPages() async throws {
        let transport = ScriptedTransport { request, _ in
            if request.target.contains("continue") { return .status(410, "Expired") }
            if request.target.contains("limit") { return .json(#"{"metadata":{"continue":"t"},"items":[]}"#) }
            return .json(#"{"metadata":{"resourceVersion":"10"},"items":[{"metadata":{"name":"a"}}]}"#)
        }
        let list = try await client(transport).list(LiveCluster.configMaps)
        #expect(list.items.count == 1 && list.resourceVersion == "10")
    }

    @Test("a watch that is refused says why")
    func refusedWatch() async throws {
        let transport = ScriptedTransport(.status(410, "Expired", message: "too old"))
        let failure = await #expect(throws: ClientFailure.self) {
            try await client(transport).watch(
                APIRequest(.watch(APIRequest.ListOptions()), LiveCluster.configMaps))
        }
        #expect(failure?.isExpired == true)
    }

    @Test("a watch is its events, the bad one among them, and ends where half a line is left")
    func watch() async throws {
        let lines = """
            {"type":"ADDED","object":{"metadata":{"name":"a"}}}
            nonsense
            {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"12"}}}
            {"type":"DEL
            """
        let stream = try await client(ScriptedTransport(.json(lines))).watch(
            APIRequest(.watch(APIRequest.ListOptions()), LiveCluster.configMaps))
        var events: [WatchEvent] = []
        for try await event in stream { events.append(event) }
        #expect(events.count == 3)
        #expect(events.first?.object?.name == "a")
        #expect(events.last == .bookmark(resourceVersion: "12"))
    }

    @Test("I8 logs hold method, target, status and time, and nothing of what was sent or answered")
    func logs() async throws {
        let lines = Mutex<[String]>([])
        let logger = Logger(label: "test") { _ in LineCollector { line in lines.withLock { $0.append(line) } }
        }
        let secret = LiveCluster.configMap("a", namespace: "n", [("k", "hush")])
        try await withLogger(logger) { _ in
            let transport = ScriptedTransport(
                .broken(.unreachable), .json(#"{"data":"hush","metadata":{"name":"a"}}"#))
            try await client(transport).apply(secret, as: LiveCluster.configMaps)
        }
        let all = lines.withLock { $0 }
        #expect(all.count == 2)
        #expect(all.last?.contains("http.method=PATCH") == true)
        #expect(all.last?.contains("http.status=200") == true)
        #expect(all.last?.contains("/api/v1/namespaces/n/configmaps/a") == true)
        #expect(!all.contains { $0.contains("hush") })
    }
}

/// Hands every line to a closure.
private struct LineCollector: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace
    private let take: @Sendable (String) -> Void

    init(_ take: @escaping @Sendable (String) -> Void) { self.take = take }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let values = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        take("\(event.level) \(event.message) \(values)")
    }
}
