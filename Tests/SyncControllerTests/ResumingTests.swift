import KubeClient
import KubeCore
import SyncEngine
import TestSupport
import Testing

/// A process that goes on where another ended, step by step, without a cluster.
@Suite("Resuming") struct ResumingTests {
    @Test("I1 a finished hook that is on its way out when the next process starts is not made again")
    func leaving() throws {
        let hook = try Manifests.hook("after", "PostSync", "HookSucceeded")
        var request = SyncRequest(
            tracking: Tracking(application: "shop", destinationNamespace: "shop"), revision: "one",
            startedAt: Timestamp(seconds: 1_767_323_045))
        request.validation = .none
        var kinds = KindCatalog()
        for (kind, plural) in [("Job", "jobs"), ("ConfigMap", "configmaps")] {
            kinds.add(
                APIResource(
                    kind: GroupVersionKind(apiVersion: kind == "Job" ? "batch/v1" : "v1", kind: kind),
                    plural: plural, isNamespaced: true, verbs: []))
        }
        let targets = try TargetSet(
            Manifests.desired([try Manifests.map("settings"), hook]), for: request, kinds: kinds
        ).targets
        let fresh = try SyncPlan(request, targets: targets, live: [:], kinds: kinds)
        var left = try #require(fresh.tasks.last?.target)
        left["metadata", "uid"] = "a"
        left["metadata", "deletionTimestamp"] = "2026-01-02T03:04:05Z"
        left["metadata", "finalizers"] = ["foregroundDeletion"]
        left["status"] = ["conditions": [["type": "Complete", "status": "True"]]]
        let plan = try SyncPlan(request, targets: targets, live: [left.key: left], kinds: kinds)

        // It goes right after the first look.
        var progress = plan.start
        var seen = Observation(live: [left.key: left], now: request.startedAt)
        var written: [SyncAction] = []
        for _ in 0..<20 where !progress.isFinished {
            let (next, actions) = plan.next(after: progress, seeing: seen)
            progress = next
            written += actions
            seen.outcomes = Dictionary(
                actions.map { ($0.task, ActionOutcome.done(.created, fresh.task($0.task)?.target)) }
            ) { first, _ in first }
            seen.live = [:]
            seen.departed = [left.key: left]
        }
        #expect(progress.operation.phase == .succeeded)
        #expect(written.map(\.task.key.name) == ["settings"])
    }
}
