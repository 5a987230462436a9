import KubeCore
import SyncEngine
import Testing

@Suite("Operations that were left unfinished (I1)")
struct ResumptionTests {
    private func hook(
        _ name: String, at seconds: Int64, revision: String = "r1", isFinished: Bool = false,
        application: String = "demo"
    ) -> KubeObject {
        let start = Timestamp(seconds: seconds)
        let id = OperationID(application: application, startedAt: start, revision: revision).description
        var hook = Sample.hook(name, "PreSync")
        hook.setAnnotation(AnnotationKey.syncID, id)
        hook.setAnnotation(AnnotationKey.syncStartedAt, start.rfc3339)
        if isFinished { hook.setAnnotation(AnnotationKey.syncFinished, id) }
        return Sample.live(hook)
    }

    private func found(_ live: [KubeObject], revision: String = "r1") -> Int64? {
        Resumption.startedAt(in: live, of: Sample.tracking, revision: revision)?.seconds
    }

    @Test("I1 one hook without the mark of the end is enough")
    func unfinished() {
        #expect(found([hook("a", at: 100)]) == 100)
        #expect(found([hook("a", at: 100), hook("b", at: 100, isFinished: true)]) == 100)
        #expect(found([hook("a", at: 100, isFinished: true)]) == nil)
        #expect(found([]) == nil)
    }

    @Test("I1 an operation for another revision is not gone on with")
    func otherRevision() {
        #expect(found([hook("a", at: 100, revision: "r2")]) == nil)
    }

    @Test("I1, I2 nor is one after which another came, whatever its revision")
    func superseded() {
        #expect(found([hook("a", at: 100), hook("b", at: 200, revision: "r2", isFinished: true)]) == nil)
        #expect(found([hook("a", at: 100), hook("b", at: 200, isFinished: true)]) == nil)
        #expect(found([hook("a", at: 100), hook("b", at: 200)]) == 200)
    }

    @Test("I2 a new operation starts in a second that no stamp bears")
    func newStart() {
        let start = { (live: [KubeObject]) in
            Resumption.newStart(Timestamp(seconds: 100), in: live, of: Sample.tracking).seconds
        }
        #expect(start([]) == 100)
        #expect(start([hook("a", at: 99, isFinished: true)]) == 100)
        #expect(start([hook("a", at: 100, isFinished: true)]) == 101)
        #expect(start([hook("a", at: 160, isFinished: true), hook("b", at: 100)]) == 161)
        #expect(start([hook("a", at: 100_000)]) == 100)
        #expect(start([hook("a", at: 100, application: "other")]) == 101, "the label says that it is ours")
    }

    @Test("I2 stamps that lie, or are copied, or belong to others, say nothing")
    func nonsense() {
        var lying = hook("a", at: 100)
        lying.setAnnotation(AnnotationKey.syncStartedAt, "1970-01-01T00:05:00Z")
        var untimely = hook("b", at: 100)
        untimely.setAnnotation(AnnotationKey.syncStartedAt, "yesterday")
        var copied = hook("original", at: 100)
        copied.name = "copy"
        #expect(found([lying]) == nil)
        #expect(found([untimely]) == nil)
        #expect(found([copied]) == nil)
    }

    @Test("I1, S87 an operation that has started SyncFail hooks has failed, even if all would go well by now")
    func rescued() throws {
        var play = try ScenarioPlay(
            Sample.scenario([
                Sample.object("ConfigMap", "a"), Sample.hook("rescue", "SyncFail"),
                Sample.object("ConfigMap", "late", [AnnotationKey.syncWave: "1"]),
            ]))
        play.refuse("apply", "ConfigMap demo/a")
        try play.settle()
        #expect(play.progress.operation.message == "waiting for completion of hook batch/Job/rescue")
        try play.deliver(Sample.event("clear-faults", "", ["quiet": true]))
        try play.restart()
        try play.settle()
        try play.deliver(Sample.event("job-complete", "batch/Job demo/rescue"))
        #expect(play.progress.operation.phase == .failed)
        #expect(play.world.writes.map(\.description) == ["create batch/Job demo/rescue"])
    }

    @Test("I1 the end of an operation lays those to rest that never came to one")
    func laidToRest() throws {
        var stray = hook("stray", at: 1_700_000_000, revision: "0123456789abcdef")
        stray.setAnnotation(AnnotationKey.heldTTL, "30")
        var play = try ScenarioPlay(
            Sample.scenario([Sample.hook("mig", "PreSync")], live: [stray]))
        try play.settle()
        try play.deliver(Sample.event("job-complete", "batch/Job demo/mig"))
        #expect(play.progress.operation.phase == .succeeded)
        let left = try #require(play.world.objects[stray.key])
        #expect(left.annotation(AnnotationKey.syncFinished) == left.annotation(AnnotationKey.syncID))
        #expect(left["spec", "ttlSecondsAfterFinished"] == 30)
    }

    @Test("I1 a hook that is no longer in the manifests does not keep its operation alive for ever")
    func removedHook() throws {
        let stray = Sample.hook("old", "PreSync")
        var play = try ScenarioPlay(Sample.scenario([stray, Sample.hook("mig", "PreSync")]))
        try play.settle()
        try play.deliver(
            Sample.event(
                "set-manifests", "",
                ["quiet": true, "manifests": [.object(Sample.hook("mig", "PreSync").json)]]))
        try play.restart()
        try play.settle()
        try play.deliver(Sample.event("job-complete", "batch/Job demo/mig"))
        #expect(play.progress.operation.phase == .succeeded)
        try play.start([:])
        try play.restart()
        try play.settle()
        #expect(play.progress.operation.message == "waiting for completion of hook batch/Job/mig")
        #expect(play.world.creations[ObjectReference("batch/Job demo/mig").key] == 2)
    }

    @Test("I1 what the Application tells of hooks that are gone counts, and what is there is asked itself")
    func recorded() throws {
        let hooks = [
            Sample.hook("gone", "PreSync", policy: "HookSucceeded"), Sample.hook("there", "PreSync"),
            Sample.hook("next", "PostSync"),
        ]
        func ended(_ hook: KubeObject, _ phase: ResourceResult.HookPhase) -> ResourceResult {
            ResourceResult(
                key: hook.key, version: "v1", syncPhase: .preSync, hookType: .preSync, status: .synced,
                hookPhase: phase, message: "as it was")
        }
        var request = Sample.request()
        request.endedHooks = [ended(hooks[0], .succeeded), ended(hooks[1], .failed)]
        var there = Sample.live(hooks[1])
        for (key, value) in [
            (AnnotationKey.syncID, request.operationID.description), (AnnotationKey.syncPhase, "PreSync"),
            (AnnotationKey.syncStartedAt, request.startedAt.rfc3339),
        ] { there.setAnnotation(key, value) }
        there["status"] = ["conditions": [["type": "Complete", "status": "True"]]]
        let plan = try Sample.plan(hooks, live: [there], request: request)
        var (progress, actions) = plan.next(
            after: plan.start, seeing: Observation(live: [there.key: there], now: Sample.start))
        while actions.isEmpty, !progress.isFinished {
            (progress, actions) = plan.next(
                after: progress, seeing: Observation(live: [there.key: there], now: Sample.start))
        }
        #expect(actions.map(\.task.key.name) == ["next"])
        let results = progress.operation.syncResult.resources
        #expect(results.map(\.key.name) == ["gone", "there"])
        #expect(results.map(\.hookPhase) == [.succeeded, .succeeded])
        #expect(results.first?.message == "as it was")
    }

    @Test("I1 how a hook ended that is gone stands on those that are left, and counts after a restart")
    func gone() throws {
        let scenario = Sample.scenario([
            Sample.hook("before", "PreSync", policy: "HookFailed"),
            Sample.hook("beside", "PreSync", policy: "HookSucceeded"),
        ])
        var play = try ScenarioPlay(scenario)
        try play.settle()
        // Both notes, and the deletion of the failed one; then the process dies.
        play.killPoints = [play.sent + 3]
        try play.deliver(Sample.event("job-complete", "batch/Job demo/beside"))
        try play.deliver(Sample.event("job-fail", "batch/Job demo/before"))
        #expect(play.restarts == 1)
        #expect(play.world.objects[ObjectReference("batch/Job demo/before").key] == nil)
        #expect(play.progress.operation.phase == .failed)
        let entry = play.progress.operation.syncResult.resources.first { $0.key.name == "before" }
        #expect(entry?.hookPhase == .failed)
        #expect(entry?.message == "failed; its object has been deleted")
    }
}
