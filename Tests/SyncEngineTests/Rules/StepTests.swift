import KubeCore
import SyncEngine
import Testing

@Suite("Steps")
struct StepTests {
    @Test("S48 D4 validation comes once, before anything is recorded, and not again after a restart")
    func validatesOnce() throws {
        let scenario = Sample.scenario([Sample.hook("mig", "PreSync"), Sample.object("ConfigMap", "a")])
        var play = try ScenarioPlay(scenario) { $0.validation = .server }
        try play.settle()
        #expect(play.progress.operation.message.hasPrefix("waiting for completion of hook"))
        let plan = play.plan
        let live = play.world.objects
        let seen = Observation(
            live: live, departed: [:], outcomes: [:], isTerminationRequested: false, now: Sample.start)
        let (_, actions) = plan.next(after: plan.start, seeing: seen)
        #expect(!actions.contains { if case .validate = $0.work { true } else { false } })
    }

    @Test("S61 S64 D5 the next wave begins in the very step in which the one before is seen to be done")
    func noPause() throws {
        let manifests = [
            Sample.object("Deployment", "web"),
            Sample.object("ConfigMap", "late", [AnnotationKey.syncWave: "1"]),
        ]
        var play = try ScenarioPlay(Sample.scenario(manifests))
        try play.settle()
        #expect(play.world.writes.map(\.description) == ["create apps/Deployment demo/web"])
        let before = play.world.now
        try play.deliver(Sample.event("deploy-available", "apps/Deployment demo/web"))
        #expect(play.world.writes.map(\.description).last == "create ConfigMap demo/late")
        // The second that the event itself takes.
        #expect(play.world.now.seconds == before.seconds + 1)
    }

    @Test(
        "S60 S71 S74 an entry says how its apply went: Synced and Running, or SyncFailed and Failed with the server's words"
    )
    func entries() throws {
        var play = try ScenarioPlay(
            Sample.scenario([Sample.object("ConfigMap", "bad"), Sample.object("ConfigMap", "good")]))
        play.refuse("apply", "ConfigMap demo/bad", "no room")
        try play.run()
        let entries = play.progress.operation.syncResult.resources.map {
            "\($0.key.name) \($0.status?.rawValue ?? "") \($0.hookPhase?.rawValue ?? "") \($0.message)"
        }
        #expect(entries.contains("bad SyncFailed Failed no room"))
        #expect(entries.contains { $0.hasPrefix("good Synced") })
        #expect(
            play.progress.operation.message
                == "one or more synchronization tasks completed unsuccessfully, reason: no room")
    }

    @Test(
        "S84 a hook that cannot be deleted at the end is noted, and the operation has succeeded all the same")
    func undeletable() throws {
        var play = try ScenarioPlay(
            Sample.scenario([Sample.hook("mig", "PreSync", policy: "HookSucceeded")]))
        try play.settle()
        play.refuse("delete", "batch/Job demo/mig", "not now")
        try play.deliver(Sample.event("job-complete", "batch/Job demo/mig"))
        #expect(play.progress.operation.phase == .succeeded)
        let entry = play.progress.operation.syncResult.resources.first
        #expect(entry?.hookPhase == .error)
        #expect(entry?.message == "failed to delete resource: not now")
    }
}
