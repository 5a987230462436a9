import KubeCore
import SyncEngine
import Testing

/// Fields that kubectl has written before us, on a real API server.
@Suite(
    "Take-over of fields on kube-apiserver", .serialized,
    .enabled(if: CompareKubectl.kubeconfig != nil, CompareKubectl.missing))
struct CompareTakeOverServerTests {
    static let annotation = "kubectl.kubernetes.io/last-applied-configuration"
    let server: CompareKubectl
    let before: KubeObject
    let after: KubeObject

    init() throws {
        server = try CompareKubectl()
        var namespace = KubeObject(["apiVersion": "v1", "kind": "Namespace"])
        namespace.name = "zoo"
        try server.apply(namespace)

        var manifest = KubeObject([
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "taken", "namespace": "zoo", "labels": ["stays": "1", "goes": "1"]],
            "spec": [
                "replicas": 0, "minReadySeconds": 7, "selector": ["matchLabels": ["app": "taken"]],
                "template": [
                    "metadata": ["labels": ["app": "taken"]],
                    "spec": [
                        "containers": [
                            [
                                "name": "c", "image": "busybox:1",
                                "env": [["name": "STAYS", "value": "1"], ["name": "GOES", "value": "1"]],
                            ], ["name": "goes", "image": "busybox:1"],
                        ]
                    ],
                ],
            ],
        ])
        before = manifest
        manifest.setLabel("goes", nil)
        manifest["spec", "minReadySeconds"] = nil
        manifest["spec", "template", "spec", "containers"] = [
            ["name": "c", "image": "busybox:1", "env": [["name": "STAYS", "value": "1"]]]
        ]
        after = manifest
    }

    @Test("S101 I11 after the take-over, a field that was dropped from the manifest goes")
    func takeOver() throws {
        try server.delete(before)
        try server.applyClientSide(before)
        let live = try server.get(before)
        #expect(live.annotation(Self.annotation) != nil)

        let patch = try #require(live.takeOverPatch(manager: CompareKubectl.manager))
        let taken = try server.patch(live, patch)
        #expect(taken.appliedFields(of: CompareKubectl.manager) != nil)
        #expect(taken.comparable == live.comparable)
        #expect(taken.takeOverPatch(manager: CompareKubectl.manager) == nil)
        #expect(Comparison(desired: after, live: taken, manager: CompareKubectl.manager) != .unchanged)

        let applied = try server.apply(after)
        let now = try server.get(after)
        #expect(applied.label("goes") == nil && applied.label("stays") == "1")
        #expect(applied["spec", "minReadySeconds"] == nil)
        let containers = try #require(applied["spec", "template", "spec", "containers"]?.array)
        #expect(containers.map { $0["name"] } == ["c"])
        #expect(containers.first?["env"] == [["name": "STAYS", "value": "1"]])
        #expect(applied.annotation(Self.annotation) == nil)
        #expect(Comparison(desired: after, live: now, manager: CompareKubectl.manager) == .unchanged)
    }

    @Test("S101 I11 a take-over is refused if somebody wrote in between")
    func conflict() throws {
        try server.delete(before)
        try server.applyClientSide(before)
        let live = try server.get(before)
        let patch = try #require(live.takeOverPatch(manager: CompareKubectl.manager))
        try server.patch(live, [["op": "add", "path": "/metadata/labels/theirs", "value": "1"]])
        #expect(throws: CompareKubectl.Refusal.self) { try server.patch(live, patch) }
    }

    @Test("S101 I11 fields of Helm are taken by wish, into an entry that we have")
    func helm() throws {
        try server.delete(before)
        try server.create(before, manager: "helm")
        try server.apply(after)
        let live = try server.get(before)
        #expect(live.label("goes") == "1", "without the take-over it stays, which is the reason for it")
        #expect(live.takeOverPatch(manager: CompareKubectl.manager) == nil)

        let patch = try #require(live.takeOverPatch(manager: CompareKubectl.manager, from: ["helm"]))
        try server.patch(live, patch)
        let applied = try server.apply(after)
        #expect(applied.label("goes") == nil && applied.label("stays") == "1")
        #expect(applied["spec", "minReadySeconds"] == nil)
    }
}
