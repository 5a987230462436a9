import KubeCore
import SyncEngine
import Testing

@Suite("Deadlines (D6)")
struct DeadlineTests {
    private static let mig = "batch/Job demo/mig"

    private func play(_ manifests: [KubeObject], timeout: Duration? = nil) throws -> ScenarioPlay {
        var play = try ScenarioPlay(Sample.scenario(manifests)) { $0.timeout = timeout }
        try play.settle()
        return play
    }

    @Test("D6 a hook that takes too long fails and is deleted; the message names its last condition")
    func hookTimeout() throws {
        var play = try play([
            Sample.hook("mig", "PreSync", [AnnotationKey.hookTimeout: "90s"]),
            Sample.object("ConfigMap", "a"),
        ])
        try play.deliver(
            Sample.event(
                "status", DeadlineTests.mig,
                [
                    "status": [
                        "conditions": [
                            [
                                "type": "Suspended", "status": "False", "reason": "JobResumed",
                                "message": "resumed",
                            ]
                        ]
                    ]
                ]))
        #expect(play.plan.nextDeadline(after: play.progress) == Timestamp(seconds: Sample.start.seconds + 90))
        try play.wait(88)
        #expect(!play.progress.isFinished)
        try play.wait(1)
        #expect(play.progress.operation.phase == .failed)
        #expect(play.progress.ending == .timedOut)
        let entry = play.progress.result(
            of: SyncTask.ID(key: ObjectReference(DeadlineTests.mig).key, phase: .preSync))
        #expect(
            entry?.message
                == "batch/Job demo/mig timed out (hook timeout 1m30s); last seen: condition Suspended=False (JobResumed: resumed)"
        )
        #expect(entry?.hookPhase == .failed)
        #expect(
            play.world.writes.map(\.description) == [
                "create batch/Job demo/mig", "delete batch/Job demo/mig",
            ])
    }

    @Test("D6 a hook has an hour if nobody says otherwise")
    func standard() throws {
        let play = try play([Sample.hook("mig", "PreSync")])
        #expect(
            play.plan.nextDeadline(after: play.progress) == Timestamp(seconds: Sample.start.seconds + 3600))
    }

    @Test("D6 a deadline is a whole second that is not too early")
    func rounding() throws {
        let play = try play([Sample.hook("mig", "PreSync", [AnnotationKey.hookTimeout: "1500ms"])])
        #expect(play.plan.nextDeadline(after: play.progress) == Timestamp(seconds: Sample.start.seconds + 2))
    }

    @Test("D6 SyncFail hooks run after a hook timed out, and their own time counts from their start")
    func syncFail() throws {
        var play = try play([
            Sample.hook("mig", "PreSync", [AnnotationKey.hookTimeout: "10s"]),
            Sample.hook("rescue", "SyncFail", [AnnotationKey.hookTimeout: "20s"]),
        ])
        try play.wait(10)
        #expect(play.progress.operation.message == "waiting for completion of hook batch/Job/rescue")
        #expect(play.plan.nextDeadline(after: play.progress) == Timestamp(seconds: Sample.start.seconds + 30))
        try play.deliver(Sample.event("job-complete", "batch/Job demo/rescue"))
        #expect(play.progress.operation.phase == .failed)
        #expect(play.progress.ending == .timedOut)
    }

    @Test(
        "D6, S82 a hook that is deleted for its timeout and by its policy is deleted once, and others note the end"
    )
    func timeoutWithPolicy() throws {
        var play = try play([
            Sample.hook("done", "PreSync", policy: "HookFailed"),
            Sample.hook("mig", "PreSync", policy: "HookFailed", [AnnotationKey.hookTimeout: "10s"]),
        ])
        try play.deliver(Sample.event("job-complete", "batch/Job demo/done"))
        try play.wait(10)
        #expect(play.progress.operation.phase == .failed)
        #expect(
            play.world.writes.dropFirst(2).map(\.description) == [
                "delete batch/Job demo/mig", "delete batch/Job demo/done",
            ])
    }

    @Test("D6 the operation as a whole: what it waited for is named, hooks are deleted, resources stay")
    func operationTimeout() throws {
        var play = try play(
            [
                Sample.object("Deployment", "web"), Sample.hook("mig", "Sync"),
                Sample.hook("rescue", "SyncFail"),
                Sample.object("ConfigMap", "late", [AnnotationKey.syncWave: "1"]),
            ], timeout: .seconds(60))
        try play.wait(59)
        #expect(play.world.objects[ObjectReference(DeadlineTests.mig).key] != nil)
        try play.wait(1)
        #expect(play.world.objects[ObjectReference(DeadlineTests.mig).key] == nil)
        #expect(play.world.objects[ObjectReference("apps/Deployment demo/web").key] != nil)
        #expect(play.progress.operation.message == "waiting for completion of hook batch/Job/rescue")
        #expect(
            play.plan.nextDeadline(after: play.progress) == Timestamp(seconds: Sample.start.seconds + 120))
        try play.wait(60)
        #expect(play.progress.operation.phase == .failed)
        #expect(play.progress.ending == .timedOut)
        #expect(
            play.progress.operation.message.hasPrefix(
                "the operation timed out after 1m0s: apps/Deployment demo/web")
                || play.progress.operation.message.hasPrefix(
                    "the operation timed out after 1m: apps/Deployment demo/web")
        )
        #expect(!play.world.writes.contains { $0.key.name == "late" })
    }

    @Test("D6 a leftover that never goes ends the operation when its time is up")
    func heldLeftover() throws {
        var old = Sample.hook("mig", "PreSync")
        old["metadata", "finalizers"] = ["example.test/hold"]
        var play = try ScenarioPlay(Sample.scenario([Sample.hook("mig", "PreSync")], live: [old])) {
            $0.timeout = .seconds(30)
        }
        try play.settle()
        #expect(play.progress.operation.message == "waiting for deletion of hook batch/Job/mig")
        try play.wait(30)
        #expect(play.progress.operation.phase == .failed)
        #expect(play.progress.ending == .timedOut)
        #expect(
            play.progress.operation.syncResult.resources.first?.message.contains("example.test/hold") == true)
    }

    @Test("D6, S75 a definition that is never served is not waited for for ever")
    func definition() throws {
        var definition = Sample.object("CustomResourceDefinition", "widgets.example.test")
        definition["spec"] = [
            "group": "example.test", "scope": "Namespaced", "names": ["kind": "Widget"],
            "versions": [["name": "v1"]],
        ]
        var play = try ScenarioPlay(Sample.scenario([definition, Sample.object("Widget", "w")]))
        play.slowDefinitions()
        try play.settle()
        #expect(
            play.progress.operation.message
                == "waiting for healthy state of apiextensions.k8s.io/CustomResourceDefinition/widgets.example.test"
        )
        let deadline = try #require(play.plan.nextDeadline(after: play.progress))
        try play.wait(deadline.seconds - Sample.start.seconds)
        #expect(play.world.writes.map(\.description).last == "create example.test/Widget demo/w")
    }

    @Test("D6 a restart gives a hook no more time")
    func restart() throws {
        var play = try play([Sample.hook("mig", "PreSync", [AnnotationKey.hookTimeout: "60s"])])
        try play.wait(50)
        try play.restart()
        try play.settle()
        #expect(play.plan.nextDeadline(after: play.progress) == Timestamp(seconds: Sample.start.seconds + 60))
        try play.wait(10)
        #expect(play.progress.ending == .timedOut)
    }
}
