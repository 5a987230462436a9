import KubeCore
import SyncEngine
import Testing

@Suite("A hook's result is its own (I2)")
struct HookIdentityTests {
    private static let mig = ObjectReference("batch/Job demo/mig").key

    /// A Job of an earlier operation, completed, with every stamp that one can have.
    private func leftover(_ policy: String?) -> KubeObject {
        var old = Sample.hook(
            "mig", "PreSync", policy: policy,
            [
                AnnotationKey.syncID: "00deadbeef", AnnotationKey.syncPhase: "PreSync",
                AnnotationKey.syncStartedAt: "2025-12-31T00:00:00Z",
                AnnotationKey.syncOutcome: "00deadbeef:Succeeded",
                AnnotationKey.syncFinished: "00deadbeef",
            ])
        old["status"] = ["conditions": [["type": "Complete", "status": "True"]]]
        return old
    }

    @Test("I2, S69 a leftover is deleted, and its completion passes for nothing", arguments: [false, true])
    func renewed(isUnfinished: Bool) throws {
        var old = leftover("BeforeHookCreation")
        if isUnfinished { old.setAnnotation(AnnotationKey.syncFinished, nil) }
        var play = try ScenarioPlay(
            Sample.scenario(
                [
                    Sample.hook("mig", "PreSync", policy: "BeforeHookCreation"),
                    Sample.object("ConfigMap", "a"),
                ],
                live: [old]))
        try play.settle()
        #expect(play.progress.operation.message == "waiting for completion of hook batch/Job/mig")
        #expect(play.world.writes.map(\.word) == [.delete, .create])
        try play.restart()
        try play.settle()
        #expect(play.progress.operation.message == "waiting for completion of hook batch/Job/mig")
        try play.deliver(Sample.event("job-complete", "batch/Job demo/mig"))
        #expect(play.progress.operation.phase == .succeeded)
    }

    @Test("D1 without a policy the old result counts, and is called by its name")
    func once() throws {
        var play = try ScenarioPlay(
            Sample.scenario([Sample.hook("mig", "PreSync")], live: [leftover(nil)])
        ) { $0.reading.defaultHookPolicy = nil }
        try play.settle()
        #expect(play.world.writes.isEmpty)
        #expect(play.progress.operation.phase == .succeeded)
        #expect(
            play.progress.operation.syncResult.resources.first?.message
                == "ran in an earlier sync (created once)")
    }

    @Test("S85 with another policy it is applied in place, and says so; the stamp is this operation's")
    func inPlace() throws {
        var play = try ScenarioPlay(
            Sample.scenario(
                [Sample.hook("mig", "PreSync", policy: "HookFailed")], live: [leftover("HookFailed")]))
        try play.settle()
        #expect(play.progress.operation.phase == .succeeded)
        #expect(
            play.progress.operation.syncResult.resources.first?.message
                == "job.batch/mig configured (applied in place)")
        let id = play.plan.request.operationID.description
        #expect(play.world.objects[HookIdentityTests.mig]?.annotation(AnnotationKey.syncID) == id)
        #expect(play.world.creations.isEmpty)
    }

    @Test(
        "I1, I2 what an earlier sync noted of its end on a hook that is applied in place does not end this one"
    )
    func notedOutcome() throws {
        var play = try ScenarioPlay(
            Sample.scenario(
                [
                    Sample.hook("mig", "PreSync", policy: "HookFailed"), Sample.hook("post", "PostSync"),
                    Sample.object("ConfigMap", "a"),
                ], live: [leftover("HookFailed")]))
        // The process dies when the hook bears the stamp of this operation, and still the note of the one before.
        play.killPoints = [1]
        for _ in 0..<2 {
            try play.settle()
            #expect(play.progress.operation.message == "waiting for completion of hook batch/Job/post")
            try play.deliver(Sample.event("job-complete", "batch/Job demo/post"))
            #expect(play.progress.operation.phase == .succeeded)
            try play.start([:])
        }
        #expect(play.world.creations[ObjectReference("batch/Job demo/post").key] == 2)
    }

    @Test("I2 an object that somebody puts in a running hook's place counts for nothing")
    func replaced() throws {
        var play = try ScenarioPlay(
            Sample.scenario([Sample.hook("mig", "PreSync"), Sample.object("ConfigMap", "a")]))
        try play.settle()
        var twin = try #require(play.world.objects[HookIdentityTests.mig])
        twin["status"] = ["conditions": [["type": "Complete", "status": "True"]]]
        try play.deliver(Sample.event("finalize", "batch/Job demo/mig", ["quiet": true]))
        try play.deliver(Sample.event("create", "", ["manifest": .object(twin.json)]))
        #expect(play.progress.operation.phase == .failed)
        #expect(
            play.progress.operation.syncResult.resources.first?.message
                == "Resource batch/Job/mig is missing, it might have been deleted")
    }

    @Test(
        "D2 a hook that ended and was deleted at once is judged by its last state",
        arguments: ["job-complete", "job-fail"])
    func departed(action: String) throws {
        var play = try ScenarioPlay(Sample.scenario([Sample.hook("mig", "PreSync")]))
        try play.settle()
        try play.deliver(Sample.event(action, "batch/Job demo/mig", ["quiet": true]))
        try play.deliver(Sample.event("delete", "batch/Job demo/mig"))
        #expect(play.progress.operation.phase == (action == "job-complete" ? .succeeded : .failed))
    }

    @Test("S56 a plain resource that is deleted while it is awaited is missing, whatever its last state")
    func missingResource() throws {
        var play = try ScenarioPlay(
            Sample.scenario([
                Sample.object("Deployment", "web"),
                Sample.object("ConfigMap", "b", [AnnotationKey.syncWave: "1"]),
            ]))
        try play.settle()
        try play.deliver(Sample.event("delete", "apps/Deployment demo/web"))
        #expect(play.progress.operation.phase == .failed)
        #expect(
            play.progress.operation.message.hasSuffix(
                "Resource apps/Deployment/web is missing, it might have been deleted"))
    }

    @Test("S69 a leftover that somebody makes anew is deleted again")
    func madeAnew() throws {
        var old = leftover("BeforeHookCreation")
        old["metadata", "finalizers"] = ["example.test/hold"]
        var play = try ScenarioPlay(
            Sample.scenario([Sample.hook("mig", "PreSync", policy: "BeforeHookCreation")], live: [old]))
        try play.settle()
        try play.deliver(Sample.event("finalize", "batch/Job demo/mig", ["quiet": true]))
        try play.deliver(Sample.event("create", "", ["manifest": .object(Sample.object("Job", "mig").json)]))
        #expect(play.progress.operation.message == "waiting for completion of hook batch/Job/mig")
        #expect(play.world.creations[HookIdentityTests.mig] == 1)
    }

    @Test("D2 the time to live comes back when the operation ends")
    func timeToLive() throws {
        var hook = Sample.hook("mig", "PreSync")
        hook["spec"] = ["ttlSecondsAfterFinished": 30]
        var play = try ScenarioPlay(Sample.scenario([hook]))
        try play.settle()
        #expect(play.world.objects[HookIdentityTests.mig]?["spec", "ttlSecondsAfterFinished"] == nil)
        try play.deliver(Sample.event("job-complete", "batch/Job demo/mig"))
        #expect(play.world.objects[HookIdentityTests.mig]?["spec", "ttlSecondsAfterFinished"] == 30)
    }
}
