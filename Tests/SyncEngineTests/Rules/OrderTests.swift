import KubeCore
import SyncEngine
import Testing

@Suite("Order of tasks")
struct OrderTests {
    /// `phase/wave kind name` of every task.
    private func order(_ objects: [KubeObject], live: [KubeObject] = [], options: [String] = []) throws
        -> [String]
    {
        var request = Sample.request()
        request.switches.prune = true
        request.options = SyncOptions(options)
        return try Sample.plan(objects, live: live.map { Sample.live($0) }, request: request).tasks.map {
            "\($0.phase.rawValue)/\($0.wave) \($0.key.kind) \($0.key.name)"
        }
    }

    @Test("S40, S41 phase, then wave, then kind, then name")
    func keys() throws {
        let objects = [
            Sample.hook("z", "SyncFail", wave: -9), Sample.hook("y", "PostSync", wave: -5),
            Sample.object("Job", "b", [AnnotationKey.syncWave: "0"]),
            Sample.object("Job", "a"), Sample.object("ConfigMap", "z"), Sample.object("Job", "B"),
            Sample.object("Job", "first", [AnnotationKey.syncWave: "-1"]),
            Sample.hook("x", "PreSync", wave: 7),
        ]
        #expect(
            try order(objects) == [
                "PreSync/7 Job x", "Sync/-1 Job first", "Sync/0 ConfigMap z", "Sync/0 Job B", "Sync/0 Job a",
                "Sync/0 Job b", "PostSync/-5 Job y", "SyncFail/-9 Job z",
            ])
    }

    @Test("S42 kinds inside a wave")
    func kinds() throws {
        let kinds = ["Deployment", "Service", "ConfigMap", "Secret", "ServiceAccount", "Pod", "Role", "Job"]
        #expect(
            try order(kinds.map { Sample.object($0, "a") })
                == [
                    "ServiceAccount", "Secret", "ConfigMap", "Role", "Service", "Pod", "Deployment", "Job",
                ].map { "Sync/0 \($0) a" })
    }

    @Test("S43 a Namespace goes in front of the first task in it, into that one's phase and wave")
    func namespaceFirst() throws {
        let objects = [
            Sample.object("Namespace", "tools", [AnnotationKey.syncWave: "3"]),
            Sample.object("ConfigMap", "a"),
            Sample.object(
                "ConfigMap", "inside", [AnnotationKey.hook: "PreSync", AnnotationKey.syncWave: "-2"],
                namespace: "tools"),
        ]
        #expect(
            try order(objects) == [
                "PreSync/-2 Namespace tools", "PreSync/-2 ConfigMap inside", "Sync/0 ConfigMap a",
            ])
    }

    @Test("S43 a Namespace that comes earlier anyway stays, and so does one that nothing needs")
    func namespaceStays() throws {
        let objects = [
            Sample.object("Namespace", "tools", [AnnotationKey.syncWave: "-1"]),
            Sample.object("Namespace", "empty", [AnnotationKey.syncWave: "4"]),
            Sample.object("ConfigMap", "inside", namespace: "tools"),
        ]
        #expect(
            try order(objects) == [
                "Sync/-1 Namespace tools", "Sync/0 ConfigMap inside", "Sync/4 Namespace empty",
            ])
    }

    @Test("S44 a definition goes in front of the first object of its kind")
    func definitionFirst() throws {
        var definition = Sample.object(
            "CustomResourceDefinition", "widgets.example.test", [AnnotationKey.syncWave: "5"])
        definition["spec"] = [
            "group": "example.test", "names": ["kind": "Widget"], "versions": [["name": "v1"]],
        ]
        #expect(
            try order([definition, Sample.object("Widget", "w"), Sample.object("ConfigMap", "a")]) == [
                "Sync/0 ConfigMap a", "Sync/0 CustomResourceDefinition widgets.example.test",
                "Sync/0 Widget w",
            ])
    }

    @Test("S45 the waves of prunes are mirrored, those of applies are not")
    func mirrored() throws {
        let live = ["1", "2", "5"].map {
            Sample.object("ConfigMap", "old\($0)", [AnnotationKey.syncWave: $0])
        }
        let kept = Sample.object("ConfigMap", "kept", [AnnotationKey.syncWave: "2"])
        #expect(
            try order([kept], live: live) == [
                "Sync/1 ConfigMap old5", "Sync/2 ConfigMap kept", "Sync/2 ConfigMap old2",
                "Sync/5 ConfigMap old1",
            ])
    }

    @Test("S46 PruneLast comes one wave after everything else of the Sync phase", arguments: [true, false])
    func pruneLast(isOption: Bool) throws {
        let own = isOption ? [:] : [AnnotationKey.syncOptions: "PruneLast=true"]
        let objects = [
            Sample.object("ConfigMap", "a", [AnnotationKey.syncWave: "3"]), Sample.hook("after", "PostSync"),
        ]
        let rows = try order(
            objects, live: [Sample.object("ConfigMap", "old", own)],
            options: isOption ? ["PruneLast=true"] : [])
        #expect(rows == ["Sync/3 ConfigMap a", "Sync/4 ConfigMap old", "PostSync/0 Job after"])
    }

    @Test("S47 the destination namespace is made in front of the first PreSync hook")
    func destination() throws {
        var request = Sample.request()
        request.options = SyncOptions(["CreateNamespace=true"])
        let plan = try Sample.plan([Sample.hook("h", "PreSync", wave: -4)], request: request)
        #expect(plan.namespaceTask?.phase == .preSync)
        #expect(plan.namespaceTask?.wave == -4)
    }

    @Test("S105, S106 no namespace is made where it is there, or a plain manifest brings it")
    func destinationIsThere() throws {
        var request = Sample.request()
        request.options = SyncOptions(["CreateNamespace=true"])
        let map = Sample.object("ConfigMap", "a")
        let namespace = Sample.object("Namespace", "demo")
        #expect(try Sample.plan([map], live: [namespace], request: request).namespaceTask == nil)
        #expect(try Sample.plan([map, namespace], request: request).namespaceTask == nil)
        let hook = Sample.object("Namespace", "demo", [AnnotationKey.hook: "PreSync"])
        #expect(try Sample.plan([map, hook], request: request).namespaceTask != nil)
    }

    @Test(
        "S43, S6 of a Namespace that is a hook of several phases one task is in front, and none is there twice"
    )
    func namespaceOfSeveralPhases() throws {
        let hook = Sample.object("Namespace", "demo", [AnnotationKey.hook: "Sync, PostSync"])
        #expect(
            try order([hook, Sample.object("ConfigMap", "a"), Sample.hook("h", "PreSync")]) == [
                "PreSync/0 Namespace demo", "PreSync/0 Job h", "Sync/0 ConfigMap a",
                "PostSync/0 Namespace demo",
            ])
    }

    @Test("S43, I2 a hook that is pulled forward bears the stamp of its new phase")
    func pulledHookKeepsItsStamp() throws {
        let hook = Sample.object("Namespace", "tools", [AnnotationKey.hook: "PostSync"])
        let inside = Sample.object("ConfigMap", "inside", namespace: "tools")
        let tasks = try Sample.plan([hook, inside]).tasks
        let first = try #require(tasks.first)
        #expect(first.phase == .sync)
        #expect(first.target?.annotation(AnnotationKey.syncPhase) == "Sync")
    }
}
