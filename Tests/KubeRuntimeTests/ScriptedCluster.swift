import KubeClient
import KubeCore
import Synchronization

/// An API server of one collection, played by a script: what it answers to each list and each watch, in turn.
final class ScriptedCluster: HTTPTransport {
    enum Step: Sendable {
        /// A list with these objects, as of a version.
        case list([KubeObject], String)
        /// A watch with these lines, which then ends in good order, or as said.
        case watch([String], end: TransportFailure.Reason? = nil)
        case refuse(Int)
        case fail(TransportFailure.Reason)
        /// A watch that stays open and silent.
        case silence
    }

    private let steps: Mutex<[Step]>
    private let seen = Mutex<[String]>([])

    init(_ steps: [Step]) { self.steps = Mutex(steps) }

    /// What was asked, as verb and version: `list`, `watch 5`.
    var asked: [String] { seen.withLock { $0 } }

    private func next(_ request: HTTPRequest) -> Step {
        let isWatch = request.target.contains("watch=true")
        let version = request.target.split(separator: "&").first { $0.contains("resourceVersion=") }?.split(
            separator: "="
        ).last
        seen.withLock { $0.append(isWatch ? "watch \(version ?? "")" : "list") }
        return steps.withLock { $0.isEmpty ? .silence : $0.removeFirst() }
    }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        switch next(request) {
        case .list(let objects, let version):
            let list: JSONValue = [
                "metadata": ["resourceVersion": .string(version)],
                "items": .array(objects.map { .object($0.json) }),
            ]
            return HTTPResponse(status: 200, body: list.serialized())
        case .refuse(let code): return HTTPResponse(status: code)
        case .fail(let reason): throw TransportFailure(reason, "scripted")
        case .watch, .silence:
            throw TransportFailure(.misconfigured, "the script has a watch where a list is asked for")
        }
    }

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        let (stream, feed) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        switch next(request) {
        case .watch(let lines, let end):
            for line in lines { feed.yield(Array((line + "\n").utf8)) }
            feed.finish(throwing: end.map { TransportFailure($0, "scripted") })
        case .refuse(let code):
            feed.finish()
            return HTTPStream(status: code, headers: [], body: stream)
        case .fail(let reason): throw TransportFailure(reason, "scripted")
        case .silence: break
        case .list: throw TransportFailure(.misconfigured, "the script has a list where a watch is asked for")
        }
        return HTTPStream(status: 200, headers: [], body: stream)
    }
}

/// A clock on which every sleep is over at once, and remembered.
final class ImpatientClock: Clock {
    typealias Instant = ContinuousClock.Instant

    private let state = Mutex<(now: Instant, sleeps: [Duration])>((.now, []))

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(by time: Duration) {
        state.withLock { $0.now += time }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.sleeps.append(state.now.duration(to: deadline))
            state.now = max(state.now, deadline)
        }
    }
}

/// A ConfigMap of a test.
func map(_ name: String, _ version: Int, uid: String = "u", labels: JSONObject = [:]) -> KubeObject {
    KubeObject([
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": [
            "name": .string(name), "namespace": "n", "uid": .string(uid),
            "resourceVersion": .string("\(version)"),
            "labels": .object(labels),
        ],
    ])
}

let configMaps = APIResource(
    kind: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), plural: "configmaps",
    isNamespaced: true,
    verbs: ["list", "watch"])
