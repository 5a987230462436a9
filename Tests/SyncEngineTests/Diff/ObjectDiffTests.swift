import KubeCore
import SyncEngine
import Testing

@Suite("Differences of objects")
struct ObjectDiffTests {
    /// What is there and what would be there, without apiVersion, kind and name.
    struct Row: CustomTestStringConvertible {
        var rule: String
        var kind = "ConfigMap"
        var live: JSONObject
        var after: JSONObject
        /// `nil`: nothing to be seen.
        var changes: [FieldChange]?
        var testDescription: String { rule }
    }

    static let rows = [
        Row(rule: "S161 the same is no difference", live: ["data": ["a": "1"]], after: ["data": ["a": "1"]]),
        Row(
            rule: "S161 what changes, comes and goes, by its place",
            live: ["data": ["a": "1", "b/c": "x", "d": "1"]],
            after: ["data": ["a": "2", "d": "1", "e~": "y"]],
            changes: [
                .replace(pointer("/data/a"), "2", was: "1"), .remove(pointer("/data/b~1c"), was: "x"),
                .add(pointer("/data/e~0"), "y"),
            ]),
        Row(
            rule: "S162 S163 versions, times, owners and status do not count",
            live: [
                "metadata": [
                    "name": "a", "namespace": "demo", "resourceVersion": "1", "uid": "u", "generation": 1,
                    "creationTimestamp": "2026-01-01T00:00:00Z", "managedFields": [["manager": "a"]],
                ], "status": ["a": 1],
            ],
            after: [
                "metadata": [
                    "name": "a", "namespace": "demo", "resourceVersion": "2", "generation": 2,
                    "managedFields": [],
                ], "status": ["a": 2],
            ]),
        Row(
            rule: "S162 an empty list of labels is none", live: [:],
            after: ["metadata": ["name": "a", "namespace": "demo", "labels": [:]]]),
        Row(
            rule: "S162 null is what is not there", live: ["immutable": .null, "data": ["a": .null]],
            after: ["data": ["a": ""]]),
        Row(
            rule: "S162 amounts written otherwise are the same", kind: "Deployment",
            live: ["spec": container(["limits": ["cpu": "1", "memory": "1Gi"]])],
            after: ["spec": container(["limits": ["cpu": "1000m", "memory": "1024Mi"]])]),
        Row(
            rule: "S162 and another amount is another", kind: "Deployment",
            live: ["spec": container(["limits": ["cpu": "1"]])],
            after: ["spec": container(["limits": ["cpu": "1001m"]])],
            changes: [
                .replace(
                    pointer("/spec/template/spec/containers/0/resources/limits/cpu"), "1001m", was: "1")
            ]),
        Row(
            rule: "S162 in a custom kind it is a text", kind: "Widget",
            live: ["spec": container(["limits": ["cpu": "1"]])],
            after: ["spec": container(["limits": ["cpu": "1000m"]])],
            changes: [
                .replace(
                    pointer("/spec/template/spec/containers/0/resources/limits/cpu"), "1000m", was: "1")
            ]),
        Row(rule: "S162 a Role without rules", kind: "Role", live: ["rules": .null], after: ["rules": []]),
        Row(
            rule: "S162 stringData is data", kind: "Secret", live: ["data": ["a": "eA=="]],
            after: ["stringData": ["a": "x"]]),
        Row(
            rule: "S178 a tracking mark is a change where it changes",
            live: [
                "metadata": ["name": "a", "namespace": "demo", "labels": ["syncctl.dev/application": "b"]]
            ],
            after: [
                "metadata": ["name": "a", "namespace": "demo", "labels": ["syncctl.dev/application": "c"]]
            ],
            changes: [
                .replace(pointer("/metadata/labels/syncctl.dev~1application"), "c", was: "b")
            ]),
        Row(
            rule: "S161 lists: what is the same at both ends stays", kind: "Widget",
            live: ["spec": ["list": [1, 2, 3, 4]]], after: ["spec": ["list": [1, 9, 4]]],
            changes: [
                .replace(pointer("/spec/list/1"), 9, was: 2), .remove(pointer("/spec/list/2"), was: 3),
            ]),
    ]

    private static func pointer(_ text: String) -> JSONPointer {
        JSONPointer(parsing: text) ?? JSONPointer([])
    }

    private static func container(_ resources: JSONValue) -> JSONValue {
        ["template": ["spec": ["containers": [["name": "c", "resources": resources]]]]]
    }

    private func object(_ kind: String, _ json: JSONObject) -> KubeObject {
        var object = Sample.object(kind, "a")
        for member in json { object.json[member.key] = member.value }
        return object
    }

    private func diff(_ row: Row, _ rules: IgnoreRules = IgnoreRules()) -> ObjectDiff? {
        let live = object(row.kind, row.live)
        return ObjectDiff(
            live.key, .update, live: live, predicted: object(row.kind, row.after), ignoring: rules)
    }

    @Test("S161-S163 what differs", arguments: rows)
    func changes(_ row: Row) {
        #expect(diff(row)?.changes == row.changes)
    }

    @Test("S161 the changes, made one after the other, lead from the one to the other")
    func property() throws {
        var random = SeededGenerator(seed: SeededGenerator.runSeed)
        for _ in 0..<(SeededGenerator.cases * 10) {
            var live = Sample.object("Widget", "w")
            var after = live
            live["spec"] = value(&random, depth: 4)
            after["spec"] = random.chance(50) ? value(&random, depth: 4) : mutated(live["spec"], &random)
            guard let diff = ObjectDiff(live.key, .update, live: live, predicted: after) else {
                #expect(live == after)
                continue
            }
            let patch = JSONPatch(
                diff.changes.map { change in
                    switch change {
                    case .add(let place, let value): .add(place, value)
                    case .remove(let place, _): .remove(place)
                    case .replace(let place, let value, _): .replace(place, value)
                    }
                })
            let before = JSONValue.object(try #require(diff.before).json)
            #expect(try patch.applied(to: before) == .object(try #require(diff.after).json))
        }
    }

    private func value(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 5 : 3), using: &random) {
        case 0: return .int(Int64.random(in: 0..<4, using: &random))
        case 1: return .string(random.pick(["a", "b/c", ""]))
        case 2: return .bool(random.chance(50))
        case 3:
            let count = Int.random(in: 0..<5, using: &random)
            return .array((0..<count).map { _ in value(&random, depth: depth - 1) })
        default:
            let names = ["a", "b/c", "d~", "0", "-"].filter { _ in random.chance(50) }
            return .object(JSONObject(names.map { ($0, value(&random, depth: depth - 1)) }))
        }
    }

    private func mutated(_ json: JSONValue?, _ random: inout SeededGenerator) -> JSONValue {
        switch json {
        case .array(var elements)?:
            if random.chance(50), !elements.isEmpty {
                elements.remove(at: Int.random(in: elements.indices, using: &random))
            }
            return .array(elements.map { random.chance(70) ? $0 : mutated($0, &random) })
        case .object(let members)?:
            return .object(
                JSONObject(
                    members.map { ($0.key, random.chance(70) ? $0.value : mutated($0.value, &random)) }))
        default:
            return value(&random, depth: 2)
        }
    }

    // MARK: Secrets

    @Test("S165 values of Secrets are rows of +, of one length exactly if they are the same")
    func secrets() throws {
        var live = Sample.object("Secret", "s")
        live["data"] = ["same": "c2FtZQ==", "other": "b2xk", "gone": "Z29uZQ=="]
        live.setAnnotation(
            KubeObject.lastApplied, #"{"data":{"other":"b2xk","older":"eA=="},"stringData":{"x":"plain"}}"#)
        var after = live
        after.setAnnotation(KubeObject.lastApplied, nil)
        after["data"] = ["same": "c2FtZQ==", "other": "bmV3", "new": "bmV3"]
        let diff = try #require(ObjectDiff(live.key, .update, live: live, predicted: after))
        #expect(diff.after?["data"] == ["same": "++++++++", "other": "++++++++", "new": "++++++++"])
        #expect(diff.before?["data"] == ["same": "++++++++", "other": "++++++++++++", "gone": "++++++++"])
        let copy = try JSONValue(parsing: diff.before?.annotation(KubeObject.lastApplied) ?? "")
        #expect(
            copy == [
                "data": ["other": "++++++++++++", "older": "++++++++"], "stringData": ["x": "++++++++"],
            ])
        let all = String(describing: diff)
        for secret in ["c2FtZQ", "b2xk", "bmV3", "Z29uZQ", "plain"] { #expect(!all.contains(secret)) }
    }

    @Test("S165 also where one side is missing, or what is there is no Secret that a server would take")
    func oddSecrets() throws {
        var secret = Sample.object("Secret", "s")
        secret["data"] = "c2VjcmV0"
        secret["stringData"] = ["a": 12345, "b": "c2VjcmV0"]
        secret.setAnnotation(KubeObject.lastApplied, "no JSON, but c2VjcmV0")
        let diffs = [
            ObjectDiff(secret.key, .create, live: nil, predicted: secret),
            ObjectDiff(secret.key, .prune, live: secret, predicted: nil),
        ]
        for diff in diffs {
            let text = String(describing: try #require(diff))
            #expect(!text.contains("c2VjcmV0") && !text.contains("12345"))
        }
    }

    // MARK: What does not count

    private static let owned: JSONValue = [
        [
            "manager": "scaler", "operation": "Update", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
            "fieldsV1": [
                "f:spec": [
                    "f:replicas": [:],
                    "f:containers": ["k:{\"name\":\"c\"}": ["f:image": [:]]],
                ]
            ],
        ]
    ]

    static let ignored: [(JSONValue, Bool)] = [
        ([["kind": "Deployment", "group": "apps", "jsonPointers": ["/spec/replicas"]]], true),
        ([["kind": "Deploy*", "group": "*", "jsonPointers": ["/spec/replicas"]]], true),
        ([["kind": "Deployment", "jsonPointers": ["/spec/replicas"]]], false),
        ([["kind": "Deployment", "group": "apps", "name": "b", "jsonPointers": ["/spec/replicas"]]], false),
        ([["kind": "Deployment", "group": "apps", "name": "a", "jsonPointers": ["/spec"]]], true),
        ([["kind": "*", "group": "*", "namespace": "x", "jsonPointers": ["/spec"]]], false),
        ([["kind": "*", "group": "*", "namespace": "demo", "jsonPointers": ["/spec"]]], true),
        (
            [["kind": "*", "group": "{apps,batch}", "jsonPointers": ["/spec/nothing", "/spec/replicas"]]],
            true
        ),
        ([["kind": "*", "group": "apps", "managedFieldsManagers": ["scaler"]]], true),
        ([["kind": "*", "group": "apps", "managedFieldsManagers": ["other"]]], false),
    ]

    @Test("S164 differences that are ignored do not count", arguments: ignored)
    func ignoring(_ list: JSONValue, _ isIgnored: Bool) throws {
        var live = Sample.object("Deployment", "a")
        live["spec"] = ["replicas": 7, "paused": false]
        live["metadata", "managedFields"] = Self.owned
        var after = live
        after["spec", "replicas"] = 3
        let rules = try IgnoreRules(list)
        let diff = ObjectDiff(live.key, .update, live: live, predicted: after, ignoring: rules)
        #expect((diff == nil) == isIgnored)
        after["spec", "paused"] = true
        let other = ObjectDiff(live.key, .update, live: live, predicted: after, ignoring: rules)
        let isAllIgnored = list.text.contains("\"/spec\"") && isIgnored
        #expect((other == nil) == isAllIgnored)
        if !isAllIgnored { #expect(other?.changes.count == (isIgnored ? 1 : 2)) }
    }

    @Test("S164 in lists: an element by its number, and the fields of one that a manager owns")
    func ignoringElements() throws {
        var live = Sample.object("Deployment", "a")
        live["spec"] = ["containers": [["name": "c", "image": "c:2"], ["name": "d", "image": "d:1"]]]
        live["metadata", "managedFields"] = Self.owned
        var after = live
        after["spec"] = ["containers": [["name": "c", "image": "c:1"], ["name": "d", "image": "d:2"]]]
        func changes(_ rule: (String, JSONValue)) throws -> [FieldChange]? {
            let rules = try IgnoreRules([.object(JSONObject([("kind", "*"), ("group", "*"), rule]))])
            return ObjectDiff(live.key, .update, live: live, predicted: after, ignoring: rules)?.changes
        }
        let left = [FieldChange.replace(Self.pointer("/spec/containers/1/image"), "d:2", was: "d:1")]
        #expect(try changes(("managedFieldsManagers", ["scaler"])) == left)
        #expect(try changes(("jsonPointers", ["/spec/containers/0/image"])) == left)
        #expect(try changes(("jsonPointers", ["/spec/containers/0", "/spec/containers/0/image"])) == nil)
    }

    static let bad: [(JSONValue, String)] = [
        (["kind": "A"], "not a list as in spec.ignoreDifferences"),
        ([1], "entry 1: must be a mapping"),
        (
            [["kind": "A", "jsonPointers": ["/a"]], ["kind": "A", "jqPathExpressions": [".a"]]],
            "entry 2: jqPathExpressions is not supported; supported are jsonPointers and managedFieldsManagers"
        ),
        ([["group": "apps", "jsonPointers": ["/a"]]], "entry 1: kind is missing; \"*\" stands for all"),
        (
            [["kind": "A"]],
            "entry 1: needs jsonPointers and managedFieldsManagers, or one of them: what does not count"
        ),
        (
            [["kind": "A", "jsonPointers": ["spec.replicas"]]],
            "entry 1: jsonPointers must be places as /spec/replicas; 'spec.replicas' is none"
        ),
        ([["kind": "A", "jsonPointers": "/a"]], "entry 1: jsonPointers must be a list of texts"),
        (
            [["kind": "A", "jsonPointer": ["/a"]]],
            "entry 1: jsonPointer is not known here; known are group, jsonPointers, kind, managedFieldsManagers, name, "
                + "namespace"
        ),
        ([["kind": "[a", "jsonPointers": ["/a"]]], "entry 1: kind '[a': a [ is not closed"),
        (
            [["kind": "A", "managedFieldsManagers": ["syncctl"]]],
            "entry 1: managedFieldsManagers cannot have syncctl: nothing would be left to compare"
        ),
    ]

    @Test(
        "S164 I7 entries that cannot be read say where and why, and jq says what there is instead",
        arguments: bad)
    func refused(_ json: JSONValue, _ message: String) {
        let failure = #expect(throws: RuleFailure.self) { try IgnoreRules(json) }
        #expect(failure?.description == message)
    }
}
