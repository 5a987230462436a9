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

    @Test("S35 an object of a namespace, for which nobody names one, is refused before the server is asked")
    func noNamespace() throws {
        var request = Sample.request()
        request.tracking.destinationNamespace = ""
        var map = Sample.object("ConfigMap", "a")
        map["metadata", "namespace"] = nil
        let plan = try Sample.plan([map], request: request)
        #expect(
            plan.refusals.values.first?.hasPrefix("Namespace for a v1, Kind=ConfigMap is missing") == true)
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

    @Test("S6 D1 a hook without policy runs in each of its phases, and in a later sync in none")
    func phases() throws {
        let hook = Sample.hook("h", "PreSync,PostSync")
        var play = try ScenarioPlay(Sample.scenario([hook])) { $0.reading.defaultHookPolicy = nil }
        try play.settle()
        try play.deliver(Sample.event("job-complete", "batch/Job demo/h"))
        #expect(
            play.world.writes.map(\.description) == [
                "create batch/Job demo/h", "delete batch/Job demo/h", "create batch/Job demo/h",
            ])
        try play.deliver(Sample.event("job-complete", "batch/Job demo/h"))
        #expect(play.progress.operation.phase == .succeeded)
        #expect(play.progress.operation.syncResult.resources.allSatisfy { !$0.message.contains("earlier") })

        var again = try ScenarioPlay(Sample.scenario([hook], live: [hook])) {
            $0.reading.defaultHookPolicy = nil
        }
        try again.settle()
        #expect(again.world.writes.isEmpty)
    }

    @Test(
        "S98 S99 I9 force never deletes what holds other objects",
        arguments: [Sample.object("Namespace", "team"), Sample.object("CustomResourceDefinition", "a.b.c")])
    func holders(_ holder: KubeObject) throws {
        var play = try ScenarioPlay(
            Sample.scenario([holder], live: [holder], operation: ["force": true, "replace": true]))
        try play.run()
        #expect(!play.world.writes.contains { $0.description.hasPrefix("delete") })
        #expect(play.progress.operation.phase == .succeeded)
    }

    @Test("S30 a revision that no name can hold is made one")
    func revisions() throws {
        var hook = Sample.hook("", "PreSync")
        hook["metadata", "name"] = nil
        hook["metadata", "generateName"] = "mig-"
        let plan = try Sample.plan([hook], request: Sample.request(revision: "Fix/a_b"))
        #expect(plan.tasks.map(\.key.name) == ["mig-fix-a-b-presync-1767323045"])
    }

    @Test("I7 a name with control characters is refused", arguments: ["a\u{1b}[31m", "a\nb", "a\u{7f}"])
    func names(_ name: String) {
        #expect(throws: PlanFailure.self) { try Sample.plan([Sample.object("ConfigMap", name)]) }
    }

    @Test("S4 S17 what means nothing, though it looks as if it did, is told")
    func warnings() throws {
        let desired = [
            Sample.object("ConfigMap", "a", [AnnotationKey.syncOptions: "Prune=False,PruneLast=true"]),
            Sample.object("ConfigMap", "b", [AnnotationKey.helmHook: "test"]),
        ].map { DesiredObject(object: $0, origin: ManifestOrigin(file: "a.yaml", document: 1, line: 1)) }
        let targets = try TargetSet(desired, for: Sample.request(), kinds: KindCatalog())
        #expect(
            targets.warnings.map(\.description) == [
                "a.yaml, document 1 (line 1): ConfigMap demo/a: annotation argocd.argoproj.io/sync-options: "
                    + "\"Prune=False\" is no sync option and means nothing",
                "a.yaml, document 1 (line 1): ConfigMap demo/b is left out: it is a hook of no type that runs in a sync",
            ])
    }
}
