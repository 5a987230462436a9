import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

/// What the server or another tool writes otherwise than the manifest does, and means the same.
@Suite("Differences that are none", .onEachServer, .timeLimit(.minutes(2)))
struct NormalisedTests {
    /// Addresses and ports out of order, protocols left out: the server brings both into a form of its own.
    private static let endpoints = """
        apiVersion: v1
        kind: Endpoints
        metadata: {name: outside}
        subsets:
        - addresses: [{ip: 10.9.0.9}, {ip: 10.9.0.1}]
          ports: [{name: b, port: 81}, {name: a, port: 80}]
        - addresses: [{ip: 10.8.0.2}]
          ports: [{name: b, port: 81}, {name: a, port: 80}]
        """

    @Test(
        "S162 the subsets of Endpoints in another order, and with defaults, are the same: no write, no difference"
    )
    func endpointsSubsets() async throws {
        try await Sandbox.with { sandbox in
            let objects = try Manifests.parse(Self.endpoints)
            #expect(try await sandbox.sync(objects).operation.phase == .succeeded)
            let wire = Wire(sandbox.cluster.transport)
            let again = sandbox.request(process: 1)
            #expect(try await sandbox.sync(objects, again, through: wire).operation.phase == .succeeded)
            #expect(wire.writes.map(\.description) == [])
            let session = sandbox.session(again, through: sandbox.cluster.transport)
            let prepared = try await session.prepare(Manifests.desired(objects))
            #expect(try await DiffSession(cluster: session.cluster).run(prepared).diffs == [])
        }
    }

    @Test(
        "S162 S181 the label of another tracking method, and an identity of another version, are no difference"
    )
    func otherMarks() async throws {
        try await Sandbox.with { sandbox in
            let objects = [try Manifests.map("one")]
            #expect(try await sandbox.sync(objects).operation.phase == .succeeded)
            try await sandbox.client.patch(
                .merge([
                    "metadata": [
                        "labels": ["app.kubernetes.io/instance": "shop"],
                        "annotations": ["argocd.argoproj.io/installation-id": "old"],
                    ]
                ]), of: .configMaps, namespace: sandbox.namespace, name: "one")
            let wire = Wire(sandbox.cluster.transport)
            let again = sandbox.request(process: 1)
            #expect(try await sandbox.sync(objects, again, through: wire).operation.phase == .succeeded)
            #expect(wire.writes.map(\.description) == [])
            let session = sandbox.session(again, through: sandbox.cluster.transport)
            let prepared = try await session.prepare(Manifests.desired(objects))
            #expect(try await DiffSession(cluster: session.cluster).run(prepared).diffs == [])
        }
    }
}
