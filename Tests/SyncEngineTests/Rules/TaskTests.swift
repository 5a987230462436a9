import KubeCore
import SyncEngine
import Testing

@Suite("Tasks")
struct TaskTests {
    private func orphan(_ name: String) -> KubeObject { Sample.live(Sample.object("ConfigMap", name)) }

    @Test(
        "S18 S33 a namespaced object without a namespace gets the destination's, a cluster-scoped one loses its own"
    )
    func namespaces() throws {
        let plan = try Sample.plan([
            Sample.object("ConfigMap", "a", namespace: ""),
            Sample.object("ConfigMap", "b", namespace: "other"),
            Sample.object("ClusterRole", "c", namespace: "other"),
            Sample.object("Namespace", "d", namespace: "x"),
        ])
        let places = Dictionary(uniqueKeysWithValues: plan.tasks.map { ($0.key.name, $0.key.namespace) })
        #expect(places == ["a": "demo", "b": "other", "c": "", "d": ""])
        #expect(plan.tasks.allSatisfy { $0.target?.namespace == $0.key.namespace })
    }

    @Test("S29 S6 one task for each managed key, one for each phase of a hook")
    func tasks() throws {
        let wanted = Sample.object("ConfigMap", "wanted")
        let hook = Sample.hook("h", "PreSync,PostSync")
        let plan = try Sample.plan([wanted, hook], live: [Sample.live(wanted), orphan("gone")])
        let found = plan.tasks.map { "\($0.phase.rawValue) \($0.key.name) \($0.isPrune ? "prune" : "apply")" }
        #expect(
            Set(found) == ["PreSync h apply", "PostSync h apply", "Sync wanted apply", "Sync gone prune"])
        #expect(found.count == 4)
    }

    @Test(
        "S21 S34 what exists under a target's key is its live object, tracked or not, in whatever namespace is shown"
    )
    func liveObjects() throws {
        let untracked = Sample.object("ConfigMap", "theirs")
        var role = Sample.object("ClusterRole", "reader")
        role["metadata", "uid"] = "7"
        let manifests = [
            Sample.object("ConfigMap", "theirs", namespace: ""),
            Sample.object("ClusterRole", "reader", namespace: "x"),
        ]
        var play = try ScenarioPlay(
            Sample.scenario(manifests, untracked: [untracked, role], operation: ["prune": true]))
        try play.run()
        #expect(play.progress.operation.phase == .succeeded)
        #expect(
            Set(play.world.writes.map(\.description)) == [
                "apply ConfigMap demo/theirs", "apply rbac.authorization.k8s.io/ClusterRole reader",
            ])
    }

    @Test("S35 a kind that the server does not know is asked about once, and refuses each of its objects")
    func discovery() throws {
        let plan = try Sample.plan([Sample.object("Widget", "a"), Sample.object("Widget", "b")])
        #expect(Set(plan.refusals.values).count == 1)
        #expect(Set(plan.refusals.keys.map(\.key.name)) == ["a", "b"])
    }

    @Test(
        "S108 an object of another application is taken only by --force-adopt, and with FailOnSharedResource never"
    )
    func shared() throws {
        let map = Sample.object("ConfigMap", "a")
        var foreign = map
        Tracking(application: "other", destinationNamespace: "demo").mark(&foreign)
        var request = Sample.request()
        let message = "Shared resource found: ConfigMap/a is part of applications demo and other"
        #expect(try Sample.plan([map], live: [foreign], request: request).refusals.values.first == message)
        request.switches.forceAdopt = true
        #expect(try Sample.plan([map], live: [foreign], request: request).refusals.isEmpty)
        request.options = SyncOptions(["FailOnSharedResource=true"])
        #expect(try Sample.plan([map], live: [foreign], request: request).refusals.values.first == message)
    }

    @Test(
        "S111 options of the operation mean nothing on an object",
        arguments: ["CreateNamespace=true", "PrunePropagationPolicy=background", "ApplyOutOfSyncOnly=true"])
    func levels(_ option: String) throws {
        let map = Sample.object("ConfigMap", "a", [AnnotationKey.syncOptions: option])
        let scenario = Sample.scenario([map], live: [map])
        var play = try ScenarioPlay(scenario)
        try play.run()
        #expect(play.plan.namespaceTask == nil)
        #expect(play.request.propagation == .foreground)
        #expect(play.progress.operation.syncResult.resources.map(\.key.name) == ["a"])
    }

    @Test("S5 S16 S27 S28 what has no task is named, with the reason")
    func omissions() throws {
        let manifests = [
            Sample.hook("bye", "PreDelete"), Sample.hook("left", "Skip"), Sample.hook("pre", "PreSync"),
            Sample.object("ConfigMap", "a"), Sample.object("ConfigMap", "b"),
        ]
        func reasons(_ change: (inout SyncRequest) -> Void) throws -> [String: Omission.Reason] {
            var request = Sample.request()
            change(&request)
            let plan = try Sample.plan(manifests, request: request)
            return Dictionary(uniqueKeysWithValues: plan.omissions.map { ($0.key.name, $0.reason) })
        }
        #expect(try reasons { _ in } == ["bye": .deletionHook, "left": .skipped])
        #expect(
            try reasons { $0.strategy = .apply }
                == ["bye": .deletionHook, "left": .skipped, "pre": .applyStrategy])
        let one = try #require(ResourceSelection.Pattern(":ConfigMap:a"))
        #expect(
            try reasons { $0.selection = ResourceSelection([one]) }
                == ["bye": .deletionHook, "left": .skipped, "pre": .selectiveSync, "b": .notSelected])
    }
}
