import Foundation
import KubeCore
import KubeNode
import KubeServer
import Testing

/// An embedded server whose Jobs run as processes, for the time of a test.
struct NodeWorld: Sendable {
    let server: KubeServer
    let folder: String
    let shelf: LogShelf

    static let pods = "/api/v1/namespaces/default/pods"
    static let jobs = "/apis/batch/v1/namespaces/default/jobs"

    /// Runs a test with a server and a node; the node has ended when it returns.
    static func run(
        restartDelay: Duration = .milliseconds(10),
        _ body: @escaping @Sendable (NodeWorld) async throws -> Void
    ) async throws {
        let shelf = LogShelf()
        let server = KubeServer(
            clock: ContinuousClock(), startingAt: Timestamp(seconds: Int64(Date().timeIntervalSince1970)),
            simulation: Simulation(podStart: .zero, jobRun: .zero, jobNode: "local"),
            logs: ServedLogs(shelf: shelf))
        let folder = FileManager.default.temporaryDirectory.appending(path: "node-\(UUID().uuidString)").path
        var settings = NodeSettings(folder: folder, path: "/usr/local/bin:/usr/bin:/bin")
        settings.restartDelay = restartDelay
        let node = ProcessNode(settings, transport: server, logs: shelf)
        let world = NodeWorld(server: server, folder: folder, shelf: shelf)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            group.addTask { try await node.run() }
            group.addTask {
                try await body(world)
                throw Done()
            }
            do {
                while try await group.next() != nil {}
            } catch is Done {
                group.cancelAll()
            }
        }
    }

    private struct Done: Error {}
    /// A watch that ended before it showed what was waited for.
    struct EndOfWatch: Error {}

    @discardableResult
    func ask(
        _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil,
        type: String = "application/json"
    ) async throws -> JSONValue {
        let response = try await server.send(
            HTTPRequest(
                method: method, target: target, headers: [HTTPHeader("Content-Type", type)],
                body: body?.serialized() ?? []))
        return try JSONValue(parsing: response.body)
    }

    /// The text of an answer, and its status.
    func text(_ target: String) async throws -> (status: Int, text: String) {
        let response = try await server.send(HTTPRequest(method: .get, target: target))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// The first state of a collection's object that is as it should be, or its last if it is deleted.
    func wait(
        in collection: String, for name: String, _ isRight: @Sendable (KubeObject) -> Bool
    ) async throws -> KubeObject {
        let target = "\(collection)?watch=1&fieldSelector=metadata.name%3D\(name)"
        return try await first(target) { type, object in type == "DELETED" || isRight(object) }
    }

    /// The first event of a watch that is as it should be.
    func first(_ target: String, _ isRight: @Sendable (String, KubeObject) -> Bool) async throws -> KubeObject
    {
        let stream = try await server.open(HTTPRequest(method: .get, target: target, timeout: nil))
        for try await piece in stream.body {
            for line in piece.split(separator: UInt8(ascii: "\n")) {
                let event = try JSONValue(parsing: Array(line))
                let object = KubeObject(event["object"]?.object ?? JSONObject())
                if isRight(event["type"]?.string ?? "", object) { return object }
            }
        }
        throw EndOfWatch()
    }

    /// The pod once it has ended.
    func ended(_ name: String) async throws -> KubeObject {
        try await wait(in: Self.pods, for: name) { $0.hasEnded }
    }

    /// Makes a pod of one shell script and waits for its end.
    func run(_ name: String, _ script: String, _ more: JSONObject = [:], spec: JSONObject = [:]) async throws
        -> KubeObject
    {
        try await ask(.post, Self.pods, Self.pod(name, [Self.container("main", script, more)], spec))
        return try await ended(name)
    }

    static func container(_ name: String, _ script: String, _ more: JSONObject = [:]) -> JSONValue {
        var container: JSONObject = [
            "name": .string(name), "image": "none", "command": ["/bin/sh", "-c", .string(script)],
        ]
        for member in more { container[member.key] = member.value }
        return .object(container)
    }

    static func pod(_ name: String, _ containers: [JSONValue], _ more: JSONObject = [:]) -> JSONValue {
        var spec: JSONObject = ["restartPolicy": "Never", "containers": .array(containers)]
        var metadata: JSONObject = ["name": .string(name)]
        for member in more where member.key != "annotations" { spec[member.key] = member.value }
        metadata["annotations"] = more["annotations"]
        return ["metadata": .object(metadata), "spec": .object(spec)]
    }

    func log(_ pod: String, _ query: String = "") async throws -> String {
        try await text("\(Self.pods)/\(pod)/log?\(query)").text
    }
}

/// The node's logs as the server asks for them.
struct ServedLogs: ContainerLogs {
    let shelf: LogShelf

    func log(
        _ request: ContainerLogRequest
    ) async -> (any AsyncSequence<[UInt8], any Error> & Sendable)? {
        var query = LogQuery(uid: request.uid, container: request.container)
        query.isPrevious = request.isPrevious
        query.follows = request.follows
        query.tailLines = request.tailLines
        query.limitBytes = request.limitBytes
        query.hasTimestamps = request.hasTimestamps
        query.since = request.since.map { NodeTime(seconds: Double($0.seconds)) }
        return shelf.output(query)
    }
}

extension KubeObject {
    var hasEnded: Bool { ["Succeeded", "Failed"].contains(self["status", "phase"]?.string ?? "") }
    var phase: String? { self["status", "phase"]?.string }

    func containerStatus(_ name: String = "main") -> JSONValue? {
        ["containerStatuses", "initContainerStatuses"].flatMap { self["status", $0]?.array ?? [] }
            .first { $0["name"]?.string == name }
    }

    func end(_ name: String = "main") -> JSONValue? { containerStatus(name)?["state"]?["terminated"] }
}
