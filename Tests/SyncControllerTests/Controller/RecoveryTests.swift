import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import TestSupport
import Testing

/// What stood in the way is gone: nobody has to ask for another look.
@Suite("controller, once what was missing has come", .onEachServer, .timeLimit(.minutes(3)))
struct RecoveryTests {
    @Test("S154 a source that was away for a moment is looked at again before the next poll")
    func source() async throws {
        try await ControllerSandbox.with { own in
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            own.source.fail("the server is away")
            try await own.make(policy: ["automated": [:]])
            let unknown = try await own.wait { $0.status.conditions.map(\.kind) == [.comparisonError] }
            #expect(unknown.status.sync.status == .unknown)
            own.source.fail(nil)
            let after = try await own.wait { $0.status.sync.status == .synced && $0.operation == nil }
            #expect(after.status.conditions == [])
        }
    }

    @Test(
        "S112 S122 an operation begins, and ends when it is to, while comparisons wait for a source that hangs"
    )
    func busy() async throws {
        let hangs = Latch()
        try await ControllerSandbox.with(Kubelet { _ in .staysPending }, settings: { $0.workers = 1 }) {
            own in
            own.source.push("aaaaaaaa1", [try Manifests.hook("slow", "PreSync"), try Manifests.map("one")])
            try await own.make()
            try await own.wait { $0.status.sync.status == .outOfSync }
            own.source.hang(until: hangs)
            try await own.patch(["metadata": ["annotations": ["argocd.argoproj.io/refresh": "normal"]]])
            await own.source.isHanging.wait()
            try await own.sync(["revision": "aaaaaaaa1"])
            try await own.sandbox.waitUntil(.jobs) { !$0.isEmpty }
            try await own.patch(["status": ["operationState": ["phase": "Terminating"]]])
            let after = try await own.wait { $0.operation == nil }
            #expect(after.status.operation?.message == "Operation terminated")
            hangs.open()
        }
    }

    @Test("S38 a kind that has come since is known to the next operation")
    func lateKind() async throws {
        try await ControllerSandbox.with { own in
            let group = "\(own.sandbox.namespace).test"
            let thing = KubeObject([
                "apiVersion": .string("\(group)/v1"), "kind": "Thing", "metadata": ["name": "one"],
                "spec": ["size": 1],
            ])
            own.source.push("aaaaaaaa1", [thing])
            try await own.make()
            try await own.sync()
            try await own.wait { $0.operation == nil && $0.status.operation?.phase == .failed }
            try await Self.define("Thing", "things", in: group, own.client)
            try await own.sync()
            try await own.wait { $0.operation == nil && $0.status.operation?.phase == .succeeded }
            try await own.client.delete(.definitions, name: "things.\(group)")
        }
    }

    private static func define(
        _ kind: String, _ plural: String, in group: String, _ client: APIClient
    ) async throws {
        try await client.create(
            KubeObject([
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                "metadata": ["name": .string("\(plural).\(group)")],
                "spec": [
                    "group": .string(group), "scope": "Namespaced",
                    "names": ["kind": .string(kind), "plural": .string(plural)],
                    "versions": [
                        [
                            "name": "v1", "served": true, "storage": true,
                            "schema": [
                                "openAPIV3Schema": [
                                    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                                ]
                            ],
                        ]
                    ],
                ],
            ]), as: .definitions)
        let resource = APIResource(
            kind: GroupVersionKind(group: group, version: "v1", kind: kind), plural: plural,
            isNamespaced: true, verbs: [])
        for await change in Watcher(WatchTarget(resource, namespace: "default"), client: client) {
            if case .replaced = change { break }
        }
    }
}
