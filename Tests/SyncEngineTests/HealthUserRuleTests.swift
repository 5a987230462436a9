import KubeCore
import SyncEngine
import Testing

@Suite("Health by the user's own rules")
struct HealthUserRuleTests {
    static let rules: JSONValue = [
        [
            "kind": "example.com/Widget",
            "rules": [
                ["condition": "Failed", "health": "Degraded"],
                ["field": "spec.paused", "is": true, "health": "Suspended"],
                ["field": "status.phase", "in": ["Creating", "Resizing"], "health": "Progressing"],
                ["condition": "Ready", "status": "False", "health": "Degraded"],
                ["field": "status.endpoint", "exists": true, "health": "Healthy"],
            ],
            "otherwise": "Unknown", "message": "status.note",
        ],
        [
            "kind": "ConfigMap",
            "rules": [["field": "data.state", "is": "done", "health": "Healthy"]],
        ],
        [
            "kind": "batch/Job",
            "rules": [["field": "status.succeeded", "in": [1, 2], "health": "Healthy"]],
        ],
    ]

    struct Row: CustomTestStringConvertible {
        var testDescription: String
        var object: KubeObject
        var health: Health?

        init(_ description: String, _ object: KubeObject, _ health: Health?) {
            testDescription = description
            self.object = object
            self.health = health
        }
    }

    private static func widget(_ status: JSONValue, spec: JSONValue = [:]) -> KubeObject {
        var object = HealthCustomTests.custom(status)
        object["spec"] = spec
        return object
    }

    static let rows: [Row] = {
        var map = Sample.object("ConfigMap", "a")
        map["data"] = ["state": "done"]
        var leaving = map
        leaving["metadata", "deletionTimestamp"] = "2026-01-01T00:00:00Z"
        var job = Sample.object("Job", "j")
        job["status"] = ["succeeded": 1]
        let ready: JSONValue = ["type": "Ready", "status": "True", "message": "up"]
        return [
            Row(
                "the first rule that fits decides",
                widget([
                    "conditions": [["type": "Failed", "status": "True", "message": "broken"]],
                    "phase": "Creating",
                ]), Health(.degraded, "broken")),
            Row("a field with a value", widget([:], spec: ["paused": true]), Health(.suspended)),
            Row(
                "one of several values, with the message", widget(["phase": "Resizing", "note": "2 of 3"]),
                Health(.progressing, "2 of 3")),
            Row("a field that is there", widget(["endpoint": "x", "conditions": [ready]]), Health(.healthy)),
            Row("null is not there", widget(["endpoint": .null]), Health(.unknown)),
            Row("what fits nothing", widget(["phase": "Purple"]), Health(.unknown)),
            Row(
                "I5 a status of an earlier generation counts for nothing",
                {
                    var stale = widget(["endpoint": "x", "observedGeneration": 1])
                    stale["metadata", "generation"] = 2
                    return stale
                }(), Health(.progressing, "Waiting for the controller to observe the last change")),
            Row("a kind that has no health by itself", map, Health(.healthy)),
            Row(
                "what is being deleted is that before all", leaving, Health(.progressing, "Pending deletion")),
            Row("a built-in rule is replaced", job, Health(.healthy)),
            Row("a kind without a rule of the user's", Sample.object("Secret", "s"), nil),
        ]
    }()

    @Test("S167 I5 the user's rule comes before the built-in one", arguments: rows)
    func verdicts(_ row: Row) throws {
        #expect(Health(of: row.object, rules: try HealthRules(Self.rules)) == row.health)
    }

    @Test("S77 S167 a hook is judged by the user's rule, too")
    func hooks() throws {
        let rules = try HealthRules(Self.rules)
        var map = Sample.object("ConfigMap", "a")
        #expect(HookOutcome(of: map, rules: rules).phase == .running)
        map["data"] = ["state": "done"]
        #expect(HookOutcome(of: map, rules: rules).phase == .succeeded)
        #expect(HookOutcome(ofDeleted: map, rules: rules).phase == .succeeded)
    }

    @Test("S55 S167 a later wave waits for what the user's rule calls healthy")
    func waves() throws {
        let rules = try HealthRules(Self.rules)
        let scenario = Sample.scenario([
            Sample.object("ConfigMap", "early"),
            Sample.object("Secret", "late", [AnnotationKey.syncWave: "1"]),
        ])
        var play = try ScenarioPlay(scenario) { $0.reading.healthRules = rules }
        try play.run()
        #expect(play.world.writes.map(\.description) == ["create ConfigMap demo/early"])
        #expect(play.progress.operation.message == "waiting for healthy state of /ConfigMap/early")
    }

    static let bad: [(JSONValue, String)] = [
        (["kind": "x"], "not a list of kinds"),
        ([1], "entry 1: must be a mapping"),
        ([["kind": "a/b/c"]], "entry 1: kind must be KIND or GROUP/KIND, as example.com/Database"),
        ([["kind": "A"]], "entry 1: rules must be a list with at least one rule"),
        (
            [["kind": "A", "rule": []]],
            "entry 1: rule is not known here; known are kind, message, otherwise, rules"
        ),
        (
            [["kind": "A", "rules": [["condition": "Ready"]]]],
            "entry 1, rule 1: health is missing: one of Healthy, Suspended, Progressing, Degraded and Unknown"
        ),
        (
            [["kind": "A", "rules": [["health": "Fine", "condition": "Ready"]]]],
            "entry 1, rule 1: health must be one of Healthy, Suspended, Progressing, Degraded and Unknown"
        ),
        (
            [["kind": "A", "rules": [["health": "Healthy", "condition": "Ready", "status": true]]]],
            "entry 1, rule 1: status must be a text, in quotes"
        ),
        (
            [["kind": "A", "rules": [["health": "Healthy", "field": "status.a[0]", "is": 1]]]],
            "entry 1, rule 1: field must be a path of fields, as status.phase"
        ),
        (
            [["kind": "A", "rules": [["health": "Healthy", "field": "status.a"]]]],
            "entry 1, rule 1: field needs one of is, in and exists beside it"
        ),
        (
            [["kind": "A", "rules": [["health": "Healthy", "field": "a", "is": 1, "in": [1]]]]],
            "entry 1, rule 1: field needs one of is, in and exists beside it"
        ),
        (
            [["kind": "A", "rules": [["health": "Healthy"]]]],
            "entry 1, rule 1: needs condition or field: what to look at"
        ),
        (
            [
                ["kind": "A", "rules": [["health": "Healthy", "condition": "Ready"]]],
                ["kind": "A", "rules": [["health": "Healthy", "condition": "Ready"]]],
            ], "entry 2: kind A has rules already"
        ),
    ]

    @Test("S167 I7 rules that cannot be read say where and why", arguments: bad)
    func refused(_ json: JSONValue, _ message: String) {
        let failure = #expect(throws: RuleFailure.self) { try HealthRules(json) }
        #expect(failure?.description == message)
    }
}
