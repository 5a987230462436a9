import KubeCore
import Testing

@testable import SyncEngine

@Suite("Objects that belong to no application")
struct OrphanRuleTests {
    struct Case: CustomTestStringConvertible {
        var rule: String
        var kind = "ConfigMap"
        var metadata: JSONObject
        var ignored: [JSONValue] = []
        var isOrphan: Bool
        var testDescription: String { rule }
    }

    static let cases = [
        Case(rule: "C29 what nobody made by a sync", metadata: ["name": "left"], isOrphan: true),
        Case(
            rule: "S178 what is tracked",
            metadata: ["name": "a", "annotations": [AnnotationKey.trackingID: "shop:/ConfigMap:web/a"]],
            isOrphan: false),
        Case(
            rule: "S178 what only bears the label",
            metadata: ["name": "a", "labels": [AnnotationKey.application: "shop"]], isOrphan: false),
        Case(
            rule: "S26 what another object owns",
            metadata: ["name": "a", "ownerReferences": [["kind": "Deployment", "name": "web"]]],
            isOrphan: false),
        Case(
            rule: "C29 what every namespace gets", metadata: ["name": "kube-root-ca.crt"], isOrphan: false),
        Case(
            rule: "C29 a token of a service account", kind: "Secret",
            metadata: [
                "name": "t", "annotations": ["kubernetes.io/service-account.name": "default"],
            ], isOrphan: false),
        Case(
            rule: "S204 what the project ignores", metadata: ["name": "left-1"],
            ignored: [["kind": "ConfigMap", "name": "left-*"]], isOrphan: false),
        Case(
            rule: "S204 an entry of another kind", metadata: ["name": "left-1"],
            ignored: [["kind": "Secret"]], isOrphan: true),
        Case(
            rule: "S204 an entry that can't be read hides nothing", metadata: ["name": "left-1"],
            ignored: [["name": "[a"]], isOrphan: true),
    ]

    @Test("C29 S204 whether nobody looks after it", arguments: cases)
    func isOrphan(_ row: Case) {
        let object = KubeObject([
            "apiVersion": "v1", "kind": .string(row.kind), "metadata": .object(row.metadata),
        ])
        let project = KubeObject(["spec": ["orphanedResources": ["ignore": .array(row.ignored)]]])
        #expect(OrphanRule(project: project).isOrphan(object) == row.isOrphan)
    }

    @Test("C13 objects are chosen by any of their labels, by group, kind and name")
    func labelled() {
        let objects = [("a", "web"), ("b", "db"), ("c", "")].map { name, tier in
            KubeObject([
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["name": .string(name), "labels": ["tier": .string(tier)]],
            ])
        }
        let selection = ResourceSelection(labelled: [("tier", "web"), ("tier", "cache")], among: objects)
        let key = { ObjectKey(group: "apps", kind: "Deployment", namespace: "x", name: $0) }
        #expect(["a", "b", "c"].filter { selection.contains(key($0)) } == ["a"])
        #expect(ResourceSelection(labelled: [("tier", "none")], among: objects).isEverything)
    }
}
