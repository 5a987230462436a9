import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import Synchronization
import TestSupport
import Testing

/// Where one scenario is played: a sandbox with what is given in it, and a controller that comes with the first step.
final class ScenarioStage: Sendable {
    /// When the scenarios begin.
    private static let start = Timestamp(rfc3339: "2026-01-02T03:04:05Z") ?? Timestamp(seconds: 0)

    let scenario: ControllerScenario
    let own: ControllerSandbox
    let clock: LeapClock
    let wire: ScenarioWire
    let pulse: Pulse
    private let work = Mutex<Task<Void, any Error>?>(nil)

    var client: APIClient { own.client }

    private init(_ scenario: ControllerScenario, _ sandbox: Sandbox) throws {
        self.scenario = try scenario.placed(in: sandbox)
        let clock = LeapClock()
        self.clock = clock
        pulse = Pulse()
        wire = ScenarioWire(
            sandbox.cluster.transport, faults: self.scenario.faults,
            isConfined: !self.scenario.namespaces.isEmpty, pulse: pulse)
        var settings = ControllerSettings(namespace: sandbox.namespace)
        settings.syncTimeout = self.scenario.syncTimeout
        settings.persistsHealth = self.scenario.persistsHealth
        settings.destinationNamespaces = self.scenario.namespaces
        settings.clock = clock
        // So that one look at an Application comes after the other.
        settings.workers = 1
        let source = ShelfRenderer()
        let metrics = Metrics()
        own = ControllerSandbox(
            sandbox: sandbox, source: source, settings: settings,
            controller: Self.controller(sandbox, source, settings, wire, clock), metrics: metrics,
            telemetry: ControllerTelemetry(metrics))
    }

    private static func controller(
        _ sandbox: Sandbox, _ source: ShelfRenderer, _ settings: ControllerSettings, _ wire: ScenarioWire,
        _ clock: LeapClock
    ) -> ApplicationController {
        ControllerSandbox.controller(
            sandbox, source, settings, ControllerTelemetry(Metrics()), through: wire
        ) {
            Timestamp(seconds: Self.start.seconds + clock.ahead.components.seconds)
        }
    }

    /// Sets the stage, plays, and clears it.
    static func with(
        _ scenario: ControllerScenario, _ play: (ScenarioStage) async throws -> Void
    ) async throws {
        try await Sandbox.with(Kubelet { _ in .staysPending }) { sandbox in
            try await Definitions.install(sandbox.client)
            let stage = try ScenarioStage(scenario, sandbox)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for resource in [APIResource.applications, .configMaps, .jobs] {
                    group.addTask { try await stage.watch(resource) }
                }
                do {
                    try await stage.prepare()
                    try await play(stage)
                    try await stage.clear()
                } catch {
                    try? await stage.clear()
                    throw error
                }
                group.cancelAll()
            }
        }
    }

    private func watch(_ resource: APIResource) async throws {
        let request = APIRequest(
            .watch(APIRequest.ListOptions()), resource, namespace: own.sandbox.namespace)
        do {
            // A server ends a watch after some time.
            while !Task.isCancelled {
                for try await _ in try await client.watch(request) { pulse.beat() }
            }
        } catch  where Task.isCancelled {
            // The scenario is over.
        }
    }

    // MARK: What is given

    private func prepare() async throws {
        if let project = scenario.project {
            try await client.create(
                KubeObject([
                    "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
                    "metadata": ["name": "default", "namespace": .string(own.sandbox.namespace)],
                    "spec": project,
                ]), as: .appProjects)
        }
        for live in scenario.live { try await make(live) }
        own.source.push(scenario.revision, scenario.manifests)
        own.source.fail(scenario.renderProblem)
        try await own.make { object in
            object["spec", "source"] = [
                "repoURL": "https://example.test/repo.git", "path": "app", "targetRevision": "main",
            ]
            let whole = MergePatch(scenario.application).applied(to: .object(object.json))
            object = KubeObject(whole.object ?? [:])
        }
        if scenario.isBeingDeleted { try await delete() }
        try await own.make {
            $0["metadata", "name"] = .string(bell)
            $0["spec", "project"] = "bell"
        }
    }

    private func make(_ live: ControllerScenario.Live) async throws {
        var object = live.object
        let resource = try #require(ScenarioReference.resource(of: object))
        if object.kind == "Pod" { try await serviceAccount(in: object.namespace) }
        guard live.isTracked else {
            try await client.create(object, as: resource)
            return
        }
        let mark = object.annotation(AnnotationKey.trackingID)
        own.sandbox.tracking.mark(&object)
        // Another application's object.
        if let mark { object.setAnnotation(AnnotationKey.trackingID, mark) }
        try await client.apply(object, as: resource)
        if live.isComplete { try await own.sandbox.finish(object.name) }
        guard live.isGivenUp else { return }
        try await own.sandbox.waitUntil(resource) { objects in
            let conditions = objects.first { $0.name == object.name }?["status", "conditions"]?.array ?? []
            return conditions.contains { $0["reason"] == "ProgressDeadlineExceeded" }
        }
    }

    /// No Pod is made before it is there.
    private func serviceAccount(in namespace: String) async throws {
        try await own.sandbox.waitUntil(.serviceAccounts) { accounts in
            accounts.contains { $0.name == "default" }
        }
    }

    /// Takes away what does not go with the sandbox's namespace.
    private func clear() async throws {
        await stop()
        for live in scenario.live + scenario.manifests.map({ Self.unmade($0) }) {
            guard let resource = ScenarioReference.resource(of: live.object), !resource.isNamespaced else {
                continue
            }
            try await client.delete(resource, name: live.object.name)
        }
        guard
            try await client.get(
                .applications, namespace: own.sandbox.namespace, name: own.sandbox.application)
                != nil
        else { return }
        // Nobody is left who would take them away.
        try await own.patch(["metadata": ["finalizers": .null]])
    }

    private static func unmade(_ object: KubeObject) -> ControllerScenario.Live {
        ControllerScenario.Live(object: object, isTracked: false, isComplete: false, isGivenUp: false)
    }

    func delete() async throws {
        try await client.delete(
            .applications, namespace: own.sandbox.namespace, name: own.sandbox.application)
    }

    // MARK: The controller

    func start() {
        work.withLock { work in
            guard work == nil else { return }
            let controller = Self.controller(own.sandbox, own.source, own.settings, wire, clock)
            work = Task { try await controller.run() }
        }
    }

    var isWorking: Bool { work.withLock { $0 != nil } }

    func stop() async {
        let running = work.withLock { work in
            defer { work = nil }
            return work
        }
        running?.cancel()
        // It was told to end: how does not matter.
        _ = await running?.result
    }

    /// An Application that asks for nothing and can have nothing: its project is not there.
    private var bell: String { "\(own.sandbox.application)-bell" }

    /// Returns when the controller has looked at everything that it had been told of: it looks at one Application after
    /// the other, and at this one last.
    func settle() async throws {
        for round in 1...2 {
            let patch: JSONValue = [
                "metadata": [
                    "annotations": [
                        .init(AnnotationKey.refresh): "normal",
                        .init(AnnotationKey.refreshTimestamp): .string("\(clock.now) \(round)"),
                    ]
                ]
            ]
            try await client.patch(
                .merge(patch), of: .applications, namespace: own.sandbox.namespace, name: bell)
            try await own.wait(for: bell) { $0.metadata.refresh == nil }
        }
    }
}
