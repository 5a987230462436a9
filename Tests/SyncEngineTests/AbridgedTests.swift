import KubeCore
import SyncEngine
import Testing

/// What is kept of objects whose content was compared.
@Suite("Abridged objects")
struct AbridgedTests {
    @Test(
        "I10 I5 an abridged object has the health and the images of the whole",
        arguments: HealthCaseTests.cases)
    func health(_ row: HealthCaseTests.Case) {
        let abridged = row.object.abridged()
        let isHook = row.object.annotation("argocd.argoproj.io/hook") != nil
        #expect(Health(of: abridged, isHook: isHook) == Health(of: row.object, isHook: isHook))
        #expect(ApplicationSummary(of: [abridged]) == ApplicationSummary(of: [row.object]))
        #expect(abridged.key == row.object.key)
        #expect(abridged.abridged() == abridged)
    }

    static let metadata: JSONValue = [
        "name": "a", "namespace": "n", "uid": "u", "resourceVersion": "7", "labels": ["l": "1"],
        "annotations": [
            .init(KubeObject.lastApplied): "secret", "argocd.argoproj.io/sync-wave": "1",
        ],
        "managedFields": [["manager": "syncctl"]],
    ]
    static let kept: JSONValue = [
        "name": "a", "namespace": "n", "uid": "u", "resourceVersion": "7", "labels": ["l": "1"],
        "annotations": ["argocd.argoproj.io/sync-wave": "1"],
    ]

    @Test(
        "I10 I8 what is kept of a kind",
        arguments: [
            (
                ["apiVersion": "v1", "kind": "Secret", "data": ["p": "c2VjcmV0"], "type": "Opaque"],
                ["apiVersion": "v1", "kind": "Secret"]
            ),
            (
                [
                    "apiVersion": "apps/v1", "kind": "Deployment", "status": ["replicas": 1],
                    "spec": [
                        "replicas": 1, "selector": ["matchLabels": ["a": "b"]],
                        "template": ["spec": ["containers": [["name": "web", "image": "web:1", "env": []]]]],
                    ],
                ],
                [
                    "apiVersion": "apps/v1", "kind": "Deployment", "status": ["replicas": 1],
                    "spec": [
                        "replicas": 1, "template": ["spec": ["containers": [["image": "web:1"]]]],
                    ],
                ]
            ),
            (
                ["apiVersion": "example.com/v1", "kind": "Thing", "spec": ["any": "thing"]],
                ["apiVersion": "example.com/v1", "kind": "Thing", "spec": ["any": "thing"]]
            ),
        ] as [(JSONValue, JSONValue)])
    func content(whole: JSONValue, kept: JSONValue) throws {
        var whole = KubeObject(try #require(whole.object))
        var kept = KubeObject(try #require(kept.object))
        whole["metadata"] = Self.metadata
        kept["metadata"] = Self.kept
        #expect(whole.abridged() == kept)
    }

    @Test("I10 S167 a kind with rules of the user's keeps what these may read")
    func userRules() throws {
        let rules = try HealthRules([
            [
                "kind": "ConfigMap", "rules": [["field": "data.state", "in": ["up"], "health": "Healthy"]],
                "otherwise": "Degraded",
            ]
        ])
        var map = Sample.object("ConfigMap", "a")
        map["data"] = ["state": "up"]
        #expect(Health(of: map.abridged(for: rules), rules: rules)?.status == .healthy)
        #expect(map.abridged()["data"] == nil)
    }
}

/// What was compared once and need not be compared again.
@Suite("Proofs of unchanged objects")
struct UnchangedProofTests {
    static func map(_ value: String, version: String = "7") -> KubeObject {
        var object = Sample.object("ConfigMap", "a")
        object["metadata", "resourceVersion"] = .string(version)
        object["data"] = ["value": .string(value)]
        return object
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var wanted = map("1", version: "")
        var options: [String] = []
        var live = map("1").abridged()
        var isTrusted = false
    }

    @Test(
        "I10 D3 a proof holds for one version of the object and the terms of its comparison",
        arguments: [
            Row(testDescription: "the same again", isTrusted: true),
            Row(testDescription: "another manifest", wanted: map("2", version: "")),
            Row(testDescription: "other options", options: ["ServerSideApply=false"]),
            Row(testDescription: "another version of the object", live: map("1", version: "8").abridged()),
        ])
    func trust(_ row: Row) throws {
        let first = try Sample.plan([Self.map("1", version: "")], live: [Self.map("1")])
        let proofs = first.newProofs(live: [Self.map("1").key: Self.map("1")], besides: [])
        #expect(proofs.count == 1)

        var request = Sample.request()
        request.options = SyncOptions(row.options)
        var plan = try Sample.plan([row.wanted], live: [row.live], request: request)
        let live = [row.live.key: row.live]
        let unproven = plan.trust(proofs, live: live)
        #expect(unproven.map(\.0) == (row.isTrusted ? [] : [row.live.key]))
        #expect((plan.newProofs(live: live, besides: [])[row.live.key] == nil) == row.isTrusted)
        // Without the content, nothing but a proof says that nothing is to be done.
        #expect(plan.diffTasks(live: live).isEmpty == row.isTrusted)
    }

    @Test("I10 what differs, and what is not there, is not proven")
    func differing() throws {
        let live = [Self.map("1").key: Self.map("1")]
        let plan = try Sample.plan([Self.map("2", version: "")], live: [Self.map("1")])
        #expect(plan.newProofs(live: live, besides: Set(plan.diffTasks(live: live).map(\.key))) == [:])
        #expect(plan.newProofs(live: [:], besides: []) == [:])
    }
}
