import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import TestSupport
import Testing

/// What people learn of a controller from outside.
@Suite("telemetry", .onEachServer, .timeLimit(.minutes(2)))
struct TelemetryTests {
    private static let events = APIResource(
        kind: GroupVersionKind(group: "", version: "v1", kind: "Event"), plural: "events", isNamespaced: true,
        verbs: [])

    @Test("S114 S160 phases and changes of the status are events, once each")
    func events() async throws {
        try await ControllerSandbox.with { own in
            own.source.push("c0ffee00c0ffee00", try Manifests.example("hooks"))
            try await own.make()
            try await own.wait { $0.status.sync.status == .outOfSync }
            try await own.sync()
            try await own.wait {
                $0.operation == nil && $0.status.sync.status == .synced
                    && $0.status.health.status == .healthy
            }
            var messages: [String: Int64] = [:]
            try await own.sandbox.waitUntil(Self.events) { events in
                let told = events.filter {
                    $0["involvedObject", "kind"]?.string == "Application"
                        && $0["involvedObject", "name"]?.string == own.sandbox.application
                }
                let pairs = told.map { ($0["message"]?.string ?? "", $0["count"]?.int ?? 0) }
                messages = Dictionary(pairs, uniquingKeysWith: +)
                return messages.keys.contains("Updated health status: Missing -> Healthy")
                    || messages.keys.contains("Updated health status: Progressing -> Healthy")
            }
            for message in [
                "Initiated sync by somebody to the target revision", "PreSync started", "Sync started",
                "PostSync started", "Sync to c0ffee00c0ffee00 succeeded",
                "Updated sync status: OutOfSync -> Synced",
            ] {
                #expect(messages[message] == 1, "\(message) among \(messages)")
            }
        }
    }

    @Test("I6 numbers of operations, looks and hooks, and a healthy process that is ready")
    func metrics() async throws {
        try await ControllerSandbox.with { own in
            own.source.push("c0ffee00c0ffee00", try Manifests.example("hooks"))
            try await own.make()
            try await own.sync()
            try await own.wait {
                $0.operation == nil && $0.status.operation?.phase == .succeeded
                    && $0.status.sync.status == .synced
            }
            let text = own.metrics.text
            #expect(text.contains(#"syncctl_operations_total{phase="Succeeded"} 1"#))
            #expect(text.contains(#"syncctl_operation_seconds_count{phase="Succeeded"} 1"#))
            #expect(text.contains("syncctl_applications 1\n"))
            #expect(text.contains(#"syncctl_hook_detection_seconds_count{kind="Job"} 2"#))
            #expect(text.contains(#"syncctl_watch_silence_seconds{kind="argoproj.io/Application"}"#))
            #expect(text.contains(#"syncctl_watch_silence_seconds{kind="batch/Job"}"#))
            #expect(text.contains(#"syncctl_reconcile_seconds_count{outcome="done"}"#))
            // Bounded: no application is named.
            #expect(!text.contains(own.sandbox.application))
            #expect(own.telemetry.isReady.problem() == nil)
            #expect(own.telemetry.isHealthy.problem() == nil)
        }
    }

    @Test("I4 who cannot list Applications is not ready, and says why")
    func unready() async throws {
        try await Sandbox.with { sandbox in
            let wire = Wire(sandbox.cluster.transport) { call in
                // What is asked of all kinds at the start is answered.
                let isSweep = call.query.contains("labelSelector")
                return call.path.hasSuffix("/applications") && !isSweep ? .fails(.unreachable) : .passes
            }
            let client = APIClient(transport: wire, retry: .never)
            let telemetry = ControllerTelemetry(Metrics())
            #expect(telemetry.isReady.problem() == nil)
            let controller = ApplicationController(
                cluster: Cluster(client: client, discovery: Discovery(client)),
                settings: ControllerSettings(namespace: sandbox.namespace), renderer: ShelfRenderer(),
                telemetry: telemetry, now: { Timestamp(seconds: 1_767_323_045) })
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await controller.run() }
                while telemetry.isReady.problem()?.hasPrefix("argoproj.io/Application not listed yet: ")
                    != true, !Task.isCancelled
                {
                    await Task.yield()
                }
                group.cancelAll()
            }
            #expect(telemetry.isReady.problem() == nil)
        }
    }
}
