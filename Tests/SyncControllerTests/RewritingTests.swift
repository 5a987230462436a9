import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

/// Others who write to our fields: each sync has its say once, and none goes on for ever.
@Suite(
    "Others rewrite our fields", .onEachServer, .timeLimit(.minutes(3)))
struct RewritingTests {
    @Test("D3 a field that a controller rewrites is set back once in a sync, and the sync ends")
    func controller() async throws {
        try await Sandbox.with { sandbox in
            #expect(try await sandbox.writes(syncs: 0..<1) == [["create configmaps/settings"]])
            for number in 1..<4 {
                try await sandbox.client.patch(
                    .merge(["data": ["value": "theirs"]]), of: .configMaps, namespace: sandbox.namespace,
                    name: "settings")
                #expect(
                    try await sandbox.writes(syncs: number..<number + 1) == [["apply configmaps/settings"]])
                #expect(try await sandbox.object(.configMaps, "settings")?["data", "value"] == "1")
            }
        }
    }
}

/// The same, where the one who writes is asked by the API server itself.
@Suite(
    "A webhook rewrites our fields", .enabled(if: TestServer.given.contains(.real), TestServer.realIsNeeded),
    .enabled(if: Webhook.program != nil, Webhook.needed), .onRealServer, .timeLimit(.minutes(3)))
struct WebhookTests {
    @Test("D3 D4 S161 what a mutating webhook makes of our fields is no difference: it is not sent again")
    func webhook() async throws {
        try await Sandbox.with { sandbox in
            // The ConfigMap that every namespace gets is not to be held up by a webhook that is gone.
            try await sandbox.waitUntil(.serviceAccounts) { !$0.isEmpty }
            try await Webhook.with(sandbox) {
                let first = try await sandbox.writes(syncs: 0..<1)
                #expect(first == [["create configmaps/settings"]])
                let made = try await sandbox.object(.configMaps, "settings")
                #expect(made?["data", "value"] == "rewritten")
                #expect(try await sandbox.writes(syncs: 1..<4) == [[], [], []])
                #expect(try await sandbox.differences(value: "1").isEmpty)
                // Our field changes in the manifest, and the webhook makes the same of it again.
                #expect(try await sandbox.differences(value: "2").isEmpty)
                #expect(
                    try await sandbox.object(.configMaps, "settings")?.resourceVersion
                        == made?.resourceVersion)
            }
        }
    }
}

extension Sandbox {
    /// Compares a ConfigMap with the cluster.
    fileprivate func differences(value: String) async throws -> [ObjectDiff] {
        let wire = Wire(cluster.transport)
        let session = session(request(process: 9), through: wire)
        let prepared = try await session.prepare([
            DesiredObject(
                object: Manifests.map("settings", value: value),
                origin: ManifestOrigin(file: "a.yaml", document: 1, line: 1))
        ])
        let report = try await DiffSession(cluster: session.cluster).run(prepared)
        #expect(wire.writes.isEmpty)
        #expect(report.problems.isEmpty && report.unasked.isEmpty)
        return report.diffs
    }

    /// Syncs a ConfigMap several times, and says what each sync wrote.
    fileprivate func writes(syncs: Range<Int>) async throws -> [[String]] {
        var writes: [[String]] = []
        for number in syncs {
            let wire = Wire(cluster.transport)
            let progress = try await sync(
                [Manifests.map("settings")], request(process: number, revision: "\(number)"),
                through: wire)
            #expect(progress.operation.phase == .succeeded)
            writes.append(wire.writes.map(\.description))
        }
        return writes
    }
}
