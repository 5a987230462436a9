import Foundation
import KubeClient
import KubeCore
import KubeYAML
import SyncController
import SyncEngine
import TestSupport

/// An application and a namespace for one test alone, so that tests run side by side.
struct Sandbox: Sendable {
    let cluster: TestCluster
    let application: String
    let namespace: String

    var client: APIClient { cluster.client }
    var tracking: Tracking { Tracking(application: application, destinationNamespace: namespace) }

    /// Runs a test in a sandbox, with a kubelet at work, and removes it afterwards.
    static func with<Answer: Sendable>(
        _ kubelet: Kubelet = .healthy, _ test: (Sandbox) async throws -> Answer
    ) async throws -> Answer {
        let sandbox = try Sandbox()
        let client = sandbox.client
        try await client.create(
            KubeObject(["metadata": ["name": .string(sandbox.namespace)]]), as: .namespaces)
        do {
            let answer = try await withThrowingTaskGroup { group in
                group.addTask { try await kubelet.run(in: sandbox.namespace, of: client) }
                let answer = try await test(sandbox)
                group.cancelAll()
                try await group.waitForAll()
                return answer
            }
            // The namespace goes in its own time: no test looks at another's.
            try await client.delete(.namespaces, name: sandbox.namespace)
            return answer
        } catch {
            _ = try? await client.delete(.namespaces, name: sandbox.namespace)
            throw error
        }
    }

    private init() throws {
        cluster = try TestCluster.current
        let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
        application = "shop-\(suffix)"
        namespace = "control-\(suffix)"
    }

    // MARK: Syncs

    /// When the process with that number starts: far enough apart to be told apart, all of it in the past.
    static func start(of process: Int) -> Timestamp {
        Timestamp(seconds: firstStart.seconds + Int64(process) * 100)
    }

    private static let firstStart = Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 10_000)

    func request(process: Int = 0, revision: String = "one", prune: Bool = false) -> SyncRequest {
        var request = SyncRequest(
            tracking: tracking, revision: revision, startedAt: Sandbox.start(of: process))
        request.switches.prune = prune
        return request
    }

    /// What a process does: with a clock that stands still, prepare and run.
    func session(
        _ request: SyncRequest, through transport: any HTTPTransport, retry: RetryPolicy = .never
    ) -> SyncSession {
        let now = request.startedAt
        return SyncSession(cluster: cluster.seen(through: transport, retry: retry), request: request) { now }
    }

    /// A sync from start to end.
    @discardableResult
    func sync(
        _ objects: [KubeObject], _ request: SyncRequest? = nil, through transport: (any HTTPTransport)? = nil,
        retry: RetryPolicy = .never
    ) async throws -> SyncProgress {
        let session = session(
            request ?? self.request(), through: transport ?? cluster.transport, retry: retry)
        return try await session.run(session.prepare(Manifests.desired(objects))) { _ in }
    }

    // MARK: The world

    func object(_ resource: APIResource, _ name: String) async throws -> KubeObject? {
        try await client.get(resource, namespace: namespace, name: name)
    }

    /// Returns once the objects of a kind are as wanted; looks again at every change.
    func waitUntil(
        _ resource: APIResource, _ isFulfilled: ([KubeObject]) -> Bool
    ) async throws {
        let list = try await client.list(resource, namespace: namespace)
        var objects = Dictionary(list.items.map { ($0.name, $0) }) { first, _ in first }
        guard !isFulfilled(Array(objects.values)) else { return }
        var options = APIRequest.ListOptions()
        options.resourceVersion = list.resourceVersion
        for try await event in try await client.watch(
            APIRequest(.watch(options), resource, namespace: namespace))
        {
            switch event {
            case .added(let object), .modified(let object): objects[object.name] = object
            case .deleted(let object): objects[object.name] = nil
            case .bookmark, .failed, .unreadable: continue
            }
            if isFulfilled(Array(objects.values)) { return }
        }
    }

    /// Lets the Job's Pod succeed, and waits until the Job controller has said so: whoever wrote a Job's status beside
    /// the controller would find it overwritten.
    func finish(_ job: String) async throws {
        try await end(job, as: "Succeeded")
        _ = try await first(.jobs, APIRequest.ListOptions(fieldSelector: "metadata.name=\(job)")) { job in
            job["status", "conditions"]?.array?.contains {
                $0["type"] == "Complete" && $0["status"] == "True"
            }
                ?? false
        }
    }

    /// Lets the Job's Pod come to its end, `Succeeded` or `Failed`.
    func end(_ job: String, as phase: String) async throws {
        let pods = APIRequest.ListOptions(labelSelector: "job-name=\(job)")
        let pod = try await first(.pods, pods) { $0["status", "phase"] == "Pending" }
        try await client.patch(
            .merge(["status": ["phase": .string(phase)]]), of: .pods, namespace: namespace, name: pod.name,
            subresource: "status")
    }

    /// The first object that is, or becomes, as wanted.
    private func first(
        _ resource: APIResource, _ options: APIRequest.ListOptions, isWanted: (KubeObject) -> Bool
    ) async throws -> KubeObject {
        for try await event in try await client.watch(
            APIRequest(.watch(options), resource, namespace: namespace))
        {
            switch event {
            case .added(let found), .modified(let found):
                if isWanted(found) { return found }
            case .deleted, .bookmark, .failed, .unreadable:
                continue
            }
        }
        throw CancellationError()
    }
}

/// Manifests as values.
enum Manifests {
    /// The files of one of the examples in `manifests/`.
    static func example(_ name: String) throws -> [KubeObject] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../manifests/examples/\(name)").standardized
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.sorted { $0.path() < $1.path() }.flatMap { try parse(Array(Data(contentsOf: $0))) }
    }

    static func parse(_ text: String...) throws -> [KubeObject] {
        try text.flatMap { try parse(Array($0.utf8)) }
    }

    private static func parse(_ bytes: [UInt8]) throws -> [KubeObject] {
        try YAMLStream.documents(in: bytes).compactMap { $0.value.object.map { KubeObject($0) } }
    }

    static func desired(_ objects: [KubeObject]) -> [DesiredObject] {
        objects.enumerated().map { index, object in
            DesiredObject(
                object: object, origin: ManifestOrigin(file: "test.yaml", document: index + 1, line: 1))
        }
    }

    static func map(_ name: String, wave: Int? = nil, value: String = "1") throws -> KubeObject {
        let annotations = wave.map { ["sync-wave": "\($0)"] } ?? [:]
        return try parse(Manifest.configMap(name, value: value, annotations: annotations))[0]
    }

    static func hook(
        _ name: String, _ phase: String, _ policy: String? = nil, wave: Int? = nil
    ) throws -> KubeObject {
        var annotations = ["hook": phase]
        annotations["hook-delete-policy"] = policy
        annotations["sync-wave"] = wave.map(String.init)
        return try parse(Manifest.job(name, annotations: annotations))[0]
    }
}
