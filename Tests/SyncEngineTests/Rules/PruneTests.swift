import KubeCore
import SyncEngine
import Testing

@Suite("Pruning")
struct PruneTests {
    struct Row: CustomTestStringConvertible {
        var rule: String
        var prunes = true
        var own: String?
        var application: [String] = []
        var confirms = false
        var work: SyncTask.PruneGuard

        var testDescription: String { rule }
    }

    static let rows = [
        Row(rule: "S96 pruned", work: .none),
        Row(rule: "S93 without prune", prunes: false, work: .skipped("ignored (requires pruning)")),
        Row(rule: "S94 Prune=false on the object", own: "Prune=false", work: .skipped("ignored (no prune)")),
        Row(
            rule: "S94 on the application", application: ["Prune=false"], work: .skipped("ignored (no prune)")
        ),
        Row(
            rule: "S94 the object's word counts", own: "Prune=true", application: ["Prune=false"], work: .none
        ),
        Row(
            rule: "S94 the object's word counts, too", own: "Prune=false", application: ["Prune=true"],
            work: .skipped("ignored (no prune)")),
        Row(rule: "S95 Prune=confirm", own: "Prune=confirm", work: .awaitsConfirmation),
        Row(rule: "S95 on the application", application: ["Prune=confirm"], work: .awaitsConfirmation),
        Row(
            rule: "S95 checked even without prune", prunes: false, own: "Prune=confirm",
            work: .awaitsConfirmation),
        Row(rule: "S95 confirmed", own: "Prune=confirm", confirms: true, work: .none),
    ]

    @Test("S93-S96 what stands between an orphan and its removal", arguments: rows)
    func guards(_ row: Row) throws {
        var request = Sample.request()
        request.switches.prune = row.prunes
        request.switches.confirmPrune = row.confirms
        request.options = SyncOptions(row.application)
        var orphan = Sample.object("ConfigMap", "old")
        orphan.setAnnotation(AnnotationKey.syncOptions, row.own)
        let tasks = try Sample.plan([], live: [Sample.live(orphan)], request: request).tasks
        #expect(tasks.map(\.work) == [.prune(row.work)])
    }

    struct Candidate: CustomTestStringConvertible {
        var rule: String
        var object: KubeObject
        var testDescription: String { rule }
    }

    static let spared: [Candidate] = {
        var owned = Sample.live(Sample.object("Pod", "p"))
        owned["metadata", "ownerReferences"] = [["kind": "ReplicaSet", "name": "r", "uid": "1"]]
        var copied = Sample.live(Sample.object("ConfigMap", "original"))
        copied.name = "copy"
        var foreign = Sample.object("ConfigMap", "theirs")
        Tracking(application: "other", destinationNamespace: "demo").mark(&foreign)
        let same = Sample.live(Sample.object("ConfigMap", "wanted"))
        var alias = same
        alias["kind"] = "ConfigMapAlias"
        Sample.tracking.mark(&alias)
        return [
            Candidate(rule: "S24 with an owner", object: owned),
            Candidate(rule: "S25 a hook", object: Sample.live(Sample.hook("h", "PreSync"))),
            Candidate(rule: "S25 a hook of no known type", object: Sample.live(Sample.hook("h", "x"))),
            Candidate(rule: "S5 Skip", object: Sample.live(Sample.hook("h", "Skip"))),
            Candidate(rule: "S26 a copied mark", object: copied),
            Candidate(rule: "S180 another application's", object: foreign),
            Candidate(rule: "S24 untracked", object: Sample.object("ConfigMap", "free")),
            Candidate(rule: "S23 the same object in another group", object: alias),
        ]
    }()

    @Test("S23-S26 what is never pruned", arguments: spared)
    func neverPruned(_ candidate: Candidate) throws {
        var request = Sample.request()
        request.switches.prune = true
        let wanted = Sample.object("ConfigMap", "wanted")
        var live = Sample.live(wanted)
        live["metadata", "uid"] = .string("uid-ConfigMap-wanted")
        let tasks = try Sample.plan([wanted], live: [live, candidate.object], request: request).tasks
        #expect(tasks.filter(\.isPrune).map(\.key) == [])
    }

    @Test("S95 without approval nothing of the wave is done, and the operation says what to do")
    func confirmation() throws {
        let precious = Sample.object("ConfigMap", "precious", [AnnotationKey.syncOptions: "Prune=confirm"])
        let scenario = Sample.scenario(
            [Sample.object("ConfigMap", "new")], live: [precious, Sample.object("ConfigMap", "other")],
            operation: ["prune": true])
        // Where there is no Application, nobody can agree later.
        var play = try ScenarioPlay(scenario) { $0.switches.awaitsApproval = false }
        try play.run()
        #expect(play.world.writes.isEmpty)
        #expect(play.progress.ending == .guarded)
        #expect(play.progress.operation.phase == .error)
        #expect(play.progress.operation.message.contains("/ConfigMap/precious"))

        var confirmed = try ScenarioPlay(scenario) { $0.switches.confirmPrune = true }
        try confirmed.run()
        #expect(confirmed.progress.operation.phase == .succeeded)
        #expect(
            Set(confirmed.world.writes.map(\.description)) == [
                "delete ConfigMap demo/precious", "delete ConfigMap demo/other", "create ConfigMap demo/new",
            ])
    }

    @Test("S96 an object that is being deleted is not deleted again, but awaited")
    func leaving() throws {
        var held = Sample.object("ConfigMap", "old")
        held["metadata", "finalizers"] = ["example.test/hold"]
        held["metadata", "deletionTimestamp"] = "2026-01-01T00:00:00Z"
        var play = try ScenarioPlay(
            Sample.scenario(
                [Sample.object("ConfigMap", "late", [AnnotationKey.syncWave: "1"])], live: [held],
                operation: ["prune": true]))
        try play.run()
        #expect(play.world.writes.isEmpty)
        #expect(play.progress.operation.message == "waiting for deletion of /ConfigMap/old")
        try play.deliver(Sample.event("finalize", "ConfigMap demo/old"))
        #expect(play.progress.operation.phase == .succeeded)
        #expect(play.world.writes.map(\.description) == ["create ConfigMap demo/late"])
    }
}
