import KubeCore
import SyncEngine
import Testing

@Suite("A plan that is shown")
struct PlanRowTests {
    /// `phase/wave action name: why` of a dry run.
    private func rows(_ scenario: Scenario, createsOnce: Bool = false) throws -> [String] {
        var play = try ScenarioPlay(scenario) { request in
            request.switches.dryRun = true
            request.switches.prune = true
            if createsOnce { request.reading.defaultHookPolicy = nil }
        }
        try play.run()
        #expect(play.world.writes.isEmpty)
        return play.plan.rows(live: play.view.live, operation: play.progress.operation).map {
            "\($0.phase.rawValue)/\($0.wave) \($0.action) \($0.key.name): \($0.why)"
        }
    }

    @Test("S91 a row says what becomes of each object, and why")
    func actions() throws {
        var changed = Sample.object("ConfigMap", "changed")
        let old = changed
        changed["data"] = ["k": "v"]
        let manifests = [
            Sample.hook("before", "PreSync", policy: "HookSucceeded"), Sample.object("ConfigMap", "new"),
            changed,
            Sample.hook("rescue", "SyncFail"),
        ]
        let kept = Sample.object("ConfigMap", "kept", [AnnotationKey.syncOptions: "Prune=false"])
        let found = try rows(
            Sample.scenario(manifests, live: [old, Sample.object("ConfigMap", "gone"), kept]))
        #expect(
            found == [
                "PreSync/0 run before: PreSync hook (HookSucceeded)",
                "Sync/0 configure changed: the manifest differs from the cluster",
                "Sync/0 prune gone: no longer in the manifests",
                "Sync/0 keep kept: no longer in the manifests; ignored (no prune)",
                "Sync/0 create new: not in the cluster",
                "SyncFail/0 run rescue: SyncFail hook (BeforeHookCreation); runs only if the sync fails",
            ])
    }

    @Test("D1 S69 S85 a hook that is there: kept, renewed, or applied in place")
    func existingHooks() throws {
        let hooks = [
            Sample.hook("inplace", "Sync", policy: "HookFailed"), Sample.hook("once", "Sync"),
            Sample.hook("renewed", "Sync", policy: "BeforeHookCreation"),
        ]
        let found = try rows(Sample.scenario(hooks, live: hooks), createsOnce: true)
        #expect(
            found == [
                "Sync/0 apply inplace: Sync hook (HookFailed); applied in place; its old result counts",
                "Sync/0 keep once: Sync hook ran in an earlier sync (created once)",
                "Sync/0 run renewed: Sync hook (BeforeHookCreation); the object of the last run is deleted first",
            ])
    }

    @Test("S98 S99 what will be replaced or made anew is shown as that")
    func recreated() throws {
        let options = { (items: String) in [AnnotationKey.syncOptions: items] }
        let live = ["a", "b"].map { Sample.object("ConfigMap", $0) }
        let manifests = [
            Sample.object("ConfigMap", "a", options("Replace=true")),
            Sample.object("ConfigMap", "b", options("Replace=true,Force=true")),
        ]
        #expect(
            try rows(Sample.scenario(manifests, live: live)) == [
                "Sync/0 replace a: replaced as a whole",
                "Sync/0 recreate b: deleted and created again, by force",
            ])
    }

    @Test("S36 a refusal is shown at its object")
    func refusal() throws {
        let found = try rows(Sample.scenario([Sample.object("Widget", "w")]))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("Sync/0 refuse w: ") == true)
    }

    @Test("S105 the destination namespace comes first")
    func namespace() throws {
        var scenario = Sample.scenario([Sample.object("ConfigMap", "a")])
        var given = scenario.json["given"]?.object ?? JSONObject()
        given["live"] = []
        given["operation"] = ["syncOptions": ["CreateNamespace=true"]]
        var json = scenario.json.object ?? JSONObject()
        json["given"] = .object(given)
        scenario.json = .object(json)
        #expect(
            try rows(scenario) == [
                "PreSync/0 create demo: CreateNamespace=true", "Sync/0 create a: not in the cluster",
            ])
    }
}
