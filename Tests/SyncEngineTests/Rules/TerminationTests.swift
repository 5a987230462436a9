import KubeCore
import SyncEngine
import Testing

@Suite("Termination (S90)")
struct TerminationTests {
    @Test("S90 a hook that has finished unseen keeps its true result, and its object without HookFailed")
    func finishedUnseen() throws {
        var play = try ScenarioPlay(
            Sample.scenario([
                Sample.hook("done", "PreSync"), Sample.hook("gone", "PreSync", policy: "HookFailed"),
                Sample.hook("runs", "PreSync"), Sample.hook("rescue", "SyncFail"),
            ]))
        try play.settle()
        for name in ["done", "gone"] {
            try play.deliver(Sample.event("job-complete", "batch/Job demo/\(name)", ["quiet": true]))
        }
        try play.deliver(Sample.event("terminate"))
        #expect(play.progress.operation.phase == .failed)
        #expect(play.progress.operation.message == "Operation terminated")
        #expect(play.progress.ending == .terminated)
        let phases = Dictionary(
            uniqueKeysWithValues: play.progress.operation.syncResult.resources.map {
                ($0.key.name, $0.hookPhase)
            })
        #expect(phases == ["done": .succeeded, "gone": .succeeded, "runs": .failed])
        #expect(Set(play.world.objects.keys.map(\.name)) == ["demo", "done"])
    }

    @Test("S90 a hook that can't be deleted makes it an error")
    func refusedDeletion() throws {
        var play = try ScenarioPlay(Sample.scenario([Sample.hook("runs", "PreSync")]))
        try play.settle()
        play.refuse("delete", "batch/Job demo/runs")
        try play.deliver(Sample.event("terminate"))
        #expect(play.progress.operation.phase == .error)
        #expect(play.progress.operation.message == "Operation termination had errors")
    }

    @Test("S90, S51 SyncFail hooks that run are stopped, and none is started")
    func syncFail() throws {
        var play = try ScenarioPlay(
            Sample.scenario([Sample.hook("mig", "PreSync"), Sample.hook("rescue", "SyncFail")]))
        try play.settle()
        try play.deliver(Sample.event("job-fail", "batch/Job demo/mig"))
        try play.deliver(Sample.event("terminate"))
        #expect(play.progress.operation.message == "Operation terminated")
        #expect(play.world.objects[ObjectReference("batch/Job demo/rescue").key] == nil)
    }

    @Test("S90 another's object under the hook's name is not deleted")
    func replaced() throws {
        var play = try ScenarioPlay(Sample.scenario([Sample.hook("mig", "PreSync")]))
        try play.settle()
        let key = ObjectReference("batch/Job demo/mig").key
        try play.deliver(Sample.event("finalize", "\(key)", ["quiet": true]))
        try play.deliver(
            Sample.event(
                "create", "", ["quiet": true, "manifest": .object(Sample.object("Job", "mig").json)]))
        try play.deliver(Sample.event("terminate"))
        #expect(play.world.objects[key] != nil)
        #expect(play.progress.operation.message == "Operation terminated")
    }

    @Test("S90 what is awaited for its deletion is given up, too")
    func whileClearing() throws {
        var old = Sample.hook("mig", "PreSync")
        old["metadata", "finalizers"] = ["example.test/hold"]
        var play = try ScenarioPlay(Sample.scenario([Sample.hook("mig", "PreSync")], live: [old]))
        try play.settle()
        try play.deliver(Sample.event("terminate"))
        #expect(play.progress.isFinished)
        #expect(play.world.creations.isEmpty)
    }

    @Test("S90, I1 a process that goes on with an operation that is to be terminated stops its hooks")
    func afterRestart() throws {
        var play = try ScenarioPlay(
            Sample.scenario([Sample.hook("mig", "PreSync"), Sample.object("ConfigMap", "a")]))
        try play.settle()
        try play.restart()
        try play.deliver(Sample.event("terminate"))
        #expect(play.progress.operation.message == "Operation terminated")
        #expect(play.world.objects[ObjectReference("batch/Job demo/mig").key] == nil)
        #expect(play.world.writes.count == 2)
    }
}
