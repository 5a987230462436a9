import Foundation
import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import Synchronization
import TestSupport
import Testing

/// Sources by their revisions, kept in memory: what a repository would hold.
final class ShelfRenderer: ManifestRenderer {
    private let shelf = Mutex<[String: [KubeObject]]>([:])
    private let head = Mutex("")
    private let renders = Mutex(0)
    private let forced = Mutex(0)
    private let asked = Mutex<[ManifestRequest]>([])
    private let problem = Mutex<String?>(nil)
    private let hanging = Mutex<Latch?>(nil)
    /// Opens when somebody waits.
    let isHanging = Latch()

    /// What `HEAD` and `main` name from now on.
    func push(_ revision: String, _ objects: [KubeObject]) {
        shelf.withLock { $0[revision] = objects }
        head.withLock { $0 = revision }
    }

    /// From now on nothing can be rendered, for that reason.
    func fail(_ reason: String?) { problem.withLock { $0 = reason } }

    /// From now on, whoever does not name a revision waits.
    func hang(until end: Latch) { hanging.withLock { $0 = end } }

    /// What was asked for, in its order.
    var requests: [ManifestRequest] { asked.withLock { $0 } }

    var count: Int { renders.withLock { $0 } }
    /// Of them, those that ask the source anew, whenever it was asked last.
    var forcedCount: Int { forced.withLock { $0 } }

    func manifests(for request: ManifestRequest) async throws(ManifestFailure) -> ApplicationManifests {
        renders.withLock { $0 += 1 }
        if request.resolvesAnew { forced.withLock { $0 += 1 } }
        asked.withLock { $0.append(request) }
        if let problem = problem.withLock({ $0 }) { throw ManifestFailure(problem, isTransient: true) }
        let wanted = request.revisions.first ?? ""
        if wanted.isEmpty, let end = hanging.withLock({ $0 }) {
            isHanging.open()
            await end.wait()
        }
        let named = ["", "HEAD", "main"].contains(wanted) ? head.withLock { $0 } : wanted
        guard let objects = shelf.withLock({ $0[named] }) else {
            throw ManifestFailure("no such revision: \(named)")
        }
        return ApplicationManifests(
            objects: Manifests.desired(objects), revisions: [named], sourceTypes: ["Directory"])
    }
}

/// A controller at work on the Applications of one test's namespace.
struct ControllerSandbox: Sendable {
    let sandbox: Sandbox
    let source: ShelfRenderer
    let settings: ControllerSettings
    /// The one that works beside the test.
    let controller: ApplicationController
    /// Its numbers.
    let metrics: Metrics
    let telemetry: ControllerTelemetry

    var client: APIClient { sandbox.client }

    /// Runs a test beside a controller, which is stopped afterwards.
    static func with(
        _ kubelet: Kubelet = .healthy, settings change: (inout ControllerSettings) -> Void = { _ in },
        _ test: (ControllerSandbox) async throws -> Void
    ) async throws {
        try await idle(kubelet, settings: change) { own in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await own.controller.run() }
                try await test(own)
                group.cancelAll()
            }
        }
    }

    /// Runs a test that starts its controllers itself.
    static func idle<Answer: Sendable>(
        _ kubelet: Kubelet = .healthy, settings change: (inout ControllerSettings) -> Void = { _ in },
        _ test: (ControllerSandbox) async throws -> Answer
    ) async throws -> Answer {
        try await Sandbox.with(kubelet) { sandbox in
            try await Definitions.install(sandbox.client)
            var settings = ControllerSettings(namespace: sandbox.namespace)
            change(&settings)
            let source = ShelfRenderer()
            let metrics = Metrics()
            let telemetry = ControllerTelemetry(metrics)
            return try await test(
                ControllerSandbox(
                    sandbox: sandbox, source: source, settings: settings,
                    controller: controller(
                        sandbox, source, settings, telemetry, through: sandbox.cluster.transport),
                    metrics: metrics, telemetry: telemetry))
        }
    }

    /// Another controller, until the task is cancelled.
    func control(
        through transport: any HTTPTransport,
        _ telemetry: ControllerTelemetry = ControllerTelemetry(Metrics())
    ) async throws {
        try await Self.controller(sandbox, source, settings, telemetry, through: transport).run()
    }

    /// A controller that does not work yet.
    static func controller(
        _ sandbox: Sandbox, _ source: ShelfRenderer, _ settings: ControllerSettings,
        _ telemetry: ControllerTelemetry, through transport: any HTTPTransport,
        now: @escaping @Sendable () -> Timestamp = {
            Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        }
    ) -> ApplicationController {
        let seen = sandbox.cluster.seen(through: transport, retry: .never)
        // Its own: the definitions of the test are not known to the others'.
        let cluster = Cluster(client: seen.client, discovery: Discovery(seen.client))
        return ApplicationController(
            cluster: cluster, settings: settings, renderer: source, telemetry: telemetry,
            now: now)
    }

    // MARK: Applications

    /// An Application whose source is the shelf, and whose destination is the test's namespace.
    func make(
        policy: JSONValue = [:], _ change: (inout KubeObject) -> Void = { _ in }
    ) async throws {
        var object = KubeObject([
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": .string(sandbox.application), "namespace": .string(sandbox.namespace)],
            "spec": [
                "project": "default", "source": ["repoURL": "https://git.test/shop.git", "path": "."],
                "destination": [
                    "server": "https://kubernetes.default.svc", "namespace": .string(sandbox.namespace),
                ],
                "syncPolicy": policy,
            ],
        ])
        change(&object)
        try await client.create(object, as: .applications)
    }

    /// Asks for a sync, as a person does.
    func sync(_ sync: JSONValue = [:]) async throws {
        try await patch(
            ["operation": ["sync": sync, "initiatedBy": ["username": "somebody"]]])
    }

    /// Asks for a look with the newest of the source, and waits for it.
    func refresh() async throws {
        try await patch(["metadata": ["annotations": ["argocd.argoproj.io/refresh": "normal"]]])
        try await wait { $0.metadata.refresh == nil }
    }

    func patch(_ patch: JSONValue) async throws {
        try await client.patch(
            .merge(patch), of: .applications, namespace: sandbox.namespace, name: sandbox.application)
    }

    /// The Application once it is as wanted.
    @discardableResult
    func wait(
        for name: String? = nil, until isSo: @escaping (Application) -> Bool
    ) async throws -> Application {
        var found: Application?
        try await sandbox.waitUntil(.applications) { objects in
            guard let object = objects.first(where: { $0.name == name ?? sandbox.application }) else {
                return false
            }
            let application = Application(object)
            guard isSo(application) else { return false }
            found = application
            return true
        }
        // A watch that is given up ends like one that has shown what was waited for.
        try Task.checkCancellation()
        return try #require(found)
    }
}
