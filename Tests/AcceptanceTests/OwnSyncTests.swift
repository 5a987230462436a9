import Foundation
import KubeClient
import KubeCore
import KubeRuntime
import TestSupport
import Testing

/// `app sync --core` where there is an Application: its operation stands there, for whoever goes on with it.
@Suite("A sync of an Application without a controller", .onEachRecordingServer, .timeLimit(.minutes(8)))
struct OwnSyncTests {
    @Test(
        "S112 S115 S117 S182 the operation stands in the Application, with history and status, as a controller's does"
    )
    func whole() async throws {
        try await OwnStage.with { stage in
            let commit = try await stage.commit(
                [
                    "a.yaml": Manifest.configMap("a"),
                    "b.yaml": Manifest.job("b", annotations: ["hook": "PreSync"]),
                ],
                tag: "v1")
            try await stage.make()
            let ending = try await stage.run(["app", "sync", stage.name, "--core", "-o", "json"])
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try ending.state["phase"] == "Succeeded")
            let application = try #require(try await stage.application())
            let state = try #require(application["status", "operationState"])
            #expect(state["phase"] == "Succeeded")
            #expect(state["syncResult"]?["revision"]?.string == commit)
            #expect(state["operation"]?["initiatedBy"] == ["username": "syncctl"])
            #expect(try state["startedAt"] == ending.state["startedAt"])
            #expect(application["operation"] == nil)
            #expect(application["status", "history"]?.array?.map { $0["revision"]?.string } == [commit])
            #expect(application["status", "sync", "status"] == "Synced")
            #expect(application["status", "health", "status"] == "Healthy")
            #expect(try await stage.map("a") != nil)
            let deleting = try await stage.run(
                ["app", "delete", stage.name, "--core", "--dest-namespace", stage.destination])
            #expect(deleting.exitCode == 5, "\(deleting)")
            #expect(deleting.errors.contains("needs a yes: say --yes where nobody can be asked"))
            // What ended has no Lease any more.
            #expect(try await stage.leases().isEmpty)
            let again = try await stage.run(["app", "wait", stage.name, "--timeout", "30s"])
            #expect(again.exitCode == 0, "\(again)")
        }
    }

    @Test("I1 killed while a hook runs: the next sync goes on with the operation, and the hook runs once")
    func resumed() async throws {
        let gate = Gate()
        try await OwnStage.with(gate.kubelet) { stage in
            let (start, _) = try await stage.killed()
            await gate.open()
            let ending = try await stage.run(["app", "sync", stage.name, "--core", "-o", "json"])
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(
                ending.errors.contains("going on with the operation of \(start), which was left unfinished"))
            #expect(try ending.state["startedAt"]?.string == start)
            #expect(try await stage.record().filter { $0 == "create jobs/before" }.count == 1)
            #expect(try await stage.application()?["status", "history"]?.array?.count == 1)
        }
    }

    @Test("I1 S112 killed while a hook runs: a controller goes on with the operation, and the hook runs once")
    func resumedByController() async throws {
        let gate = Gate()
        try await OwnStage.with(gate.kubelet) { stage in
            let (start, _) = try await stage.killed()
            await gate.open()
            try await stage.besideController {
                let application = try await stage.wait {
                    $0["status", "operationState", "phase"] == "Succeeded" && $0["operation"] == nil
                }
                #expect(application["status", "operationState", "startedAt"]?.string == start)
            }
            #expect(try await stage.record().filter { $0 == "create jobs/before" }.count == 1)
        }
    }

    @Test("S113 while somebody else runs an operation, another is not begun: exit code 5, and who it is")
    func busy() async throws {
        let gate = Gate()
        try await OwnStage.with(gate.kubelet) { stage in
            try await stage.commitHooks()
            try await stage.make()
            try await stage.beside(["app", "sync", stage.name, "--core"]) { _ in
                try await stage.wait { $0["status", "operationState", "phase"] == "Running" }
                let second = try await stage.run(["app", "sync", stage.name, "--core"])
                #expect(second.exitCode == 5, "\(second)")
                #expect(second.errors.contains("another operation is already in progress"))
                // Who asks a controller gets the same answer at once.
                let asked = try await stage.run(["app", "sync", stage.name])
                #expect(asked.exitCode == 20, "\(asked)")
                let ended = try await stage.run(["app", "terminate-op", stage.name])
                #expect(ended.exitCode == 0, "\(ended)")
                let application = try await stage.wait { $0["operation"] == nil }
                #expect(application["status", "operationState", "phase"] == "Failed")
            }
        }
    }

    @Test("S113 an operation that a living controller runs is left to it")
    func controllerAlive() async throws {
        let gate = Gate()
        try await OwnStage.with(gate.kubelet) { stage in
            try await stage.commitHooks()
            try await stage.make()
            try await stage.besideController {
                #expect(try await stage.run(["app", "sync", stage.name, "--async"]).exitCode == 0)
                try await stage.wait { $0["status", "operationState", "phase"] == "Running" }
                let own = try await stage.run(["app", "sync", stage.name, "--core"])
                #expect(own.exitCode == 5, "\(own)")
                #expect(own.errors.contains("runs it; `syncctl app wait \(stage.name) --operation` waits"))
                await gate.open()
                let waited = try await stage.run(["app", "wait", stage.name, "--operation"])
                #expect(waited.exitCode == 0, "\(waited)")
            }
        }
    }

    @Test("C13 C16 what bears a label is synced alone, and the changes are shown before")
    func labelAndPreview() async throws {
        try await OwnStage.with { stage in
            let labelled = Manifest.configMap("a").replacing(
                "  name: a\n", with: "  name: a\n  labels: {tier: web}\n")
            _ = try await stage.commit(["a.yaml": labelled, "b.yaml": Manifest.configMap("b")], tag: "v1")
            try await stage.make()
            let sync = ["app", "sync", stage.name, "--core", "--label", "tier=web"]
            let unasked = try await stage.run(sync + ["--preview-changes"])
            #expect(unasked.exitCode == 5, "\(unasked)")
            #expect(unasked.output.contains("===== /ConfigMap \(stage.destination)/a ======"))
            #expect(!unasked.output.contains("/ConfigMap \(stage.destination)/b "))
            let done = try await stage.run(sync + ["--preview-changes", "--assume-yes"])
            #expect(done.exitCode == 0, "\(done)")
            #expect(try await stage.map("a") != nil)
            #expect(try await stage.map("b") == nil)
            let nothing = try await stage.run(sync + ["--preview-changes"])
            #expect(nothing.exitCode == 0, "\(nothing)")
            #expect(nothing.output.contains("====== No Differences found ======"))
            let none = try await stage.run(["app", "sync", stage.name, "--core", "--label", "tier=db"])
            #expect(none.exitCode == 1, "\(none)")
            #expect(none.errors == "error: No matching app resources found for resource filter: tier=db\n")
        }
    }

    @Test("C5 what can be done with a live object is listed, and done")
    func actions() async throws {
        try await OwnStage.with { stage in
            _ = try await stage.commit(["a.yaml": Manifest.deployment("web")], tag: "v1")
            try await stage.make()
            #expect(try await stage.run(["app", "sync", stage.name, "--core"]).exitCode == 0)
            let object = ["--kind", "Deployment", "--resource-name", "web"]
            let listed = try await stage.run(["app", "actions", "list", stage.name] + object)
            let rows = listed.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(rows.dropFirst().map { $0[3] } == ["pause", "restart", "resume", "scale"], "\(listed)")
            let run = ["app", "actions", "run", stage.name]
            let scaled = try await stage.run(run + ["scale", "--param", "replicas=3"] + object)
            #expect(scaled.exitCode == 0, "\(scaled)")
            let live = try await stage.cluster.client.get(
                .deployments, namespace: stage.destination, name: "web")
            #expect(live?["spec", "replicas"] == 3)
            let unknown = try await stage.run(run + ["suspend"] + object)
            #expect(unknown.exitCode == 2, "\(unknown)")
            #expect(unknown.errors.hasSuffix("it has pause, restart, resume, scale\n"), "\(unknown)")
        }
    }

    @Test("C22 where no controller begins what was asked for, a person is told so")
    func noController() async throws {
        try await OwnStage.with { stage in
            try await stage.make()
            let ending = try await stage.run(["app", "sync", stage.name, "--timeout", "25s"])
            #expect(ending.exitCode == 20, "\(ending)")
            #expect(ending.errors.contains("is a controller running?"), "\(ending)")
            // Then the operation that nobody has begun is carried out here.
            _ = try await stage.commit(["a.yaml": Manifest.configMap("a")], tag: "v1")
            let own = try await stage.run(["app", "sync", stage.name, "--core", "-o", "json"])
            #expect(own.exitCode == 0, "\(own)")
            #expect(try await stage.application()?["operation"] == nil)
            #expect(try await stage.application()?["status", "history"]?.array?.count == 1)
        }
    }

    @Test("C29 what belongs to no application is found in the destination namespace")
    func orphans() async throws {
        try await OwnStage.with { stage in
            _ = try await stage.commit(["a.yaml": Manifest.configMap("a")], tag: "v1")
            try await stage.make()
            #expect(try await stage.run(["app", "sync", stage.name, "--core"]).exitCode == 0)
            try await stage.cluster.client.create(
                KubeObject(["metadata": ["name": "left", "namespace": .string(stage.destination)]]),
                as: .configMaps)
            let orphans = try await stage.run(["app", "resources", stage.name, "--orphaned"])
            #expect(orphans.exitCode == 0, "\(orphans)")
            let rows = orphans.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(rows.dropFirst() == [["ConfigMap", stage.destination, "left", "Yes"]], "\(orphans)")
            let own = try await stage.run(["app", "resources", stage.name])
            #expect(own.output.contains("a     No") || own.output.contains("a  No"), "\(own)")
            #expect(try await stage.run(["app", "resources", stage.name, "--project", "web"]).exitCode == 20)
        }
    }
}

/// Lets the Pods of Jobs wait until it is opened.
private actor Gate {
    private let (stream, feed) = AsyncStream.makeStream(of: Void.self)
    private var isOpen = false

    func open() { isOpen = true; feed.finish() }

    /// Until it opens Pods are never heard of; then all that are there succeed.
    nonisolated var kubelet: @Sendable (String, APIClient) async throws -> Void {
        { namespace, client in
            for await _ in self.stream {}
            try await Kubelet.healthy.run(in: namespace, of: client)
        }
    }
}

extension OwnStage {
    /// Runs a test on a stage with a kubelet at work, and removes it afterwards.
    static func with(
        _ kubelet: @escaping @Sendable (String, APIClient) async throws -> Void = {
            try await Kubelet.healthy.run(in: $0, of: $1)
        },
        _ test: @Sendable (OwnStage) async throws -> Void
    ) async throws {
        let stage = try await OwnStage()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await kubelet(stage.destination, stage.cluster.client) }
            try await test(stage)
            group.cancelAll()
        }
        try await stage.tearDown()
    }

    func commitHooks() async throws {
        _ = try await commit(
            [
                "a.yaml": Manifest.configMap("a"),
                "b.yaml": Manifest.job("before", annotations: ["hook": "PreSync"]),
            ], tag: "v1")
    }

    /// Begins a sync from this process, and kills it while its hook runs.
    ///
    /// - Returns: When the operation began, and the Application as it was left.
    func killed() async throws -> (start: String, left: KubeObject) {
        try await commitHooks()
        try await make()
        try await beside(["app", "sync", name, "--core"]) { kill in
            try await wait { object in
                object["status", "operationState", "syncResult", "resources"]?.array?.contains {
                    $0["name"] == "before" && $0["hookPhase"] == "Running"
                } ?? false
            }
            kill()
        }
        let left = try #require(try await application())
        #expect(left["status", "operationState", "phase"] == "Running")
        #expect(left["operation"]?.object != nil)
        return (try #require(left["status", "operationState", "startedAt"]?.string), left)
    }

    /// Runs the program beside a test, with the Application's namespace as its context's.
    func beside(
        _ arguments: [String], _ body: @Sendable (_ kill: @Sendable () -> Void) async throws -> Void
    ) async throws {
        try await Program.beside(
            arguments + ["--kubeconfig", cluster.kubeconfig, "-n", home, "--allow-local-repositories"],
            environment: ["XDG_CACHE_HOME": place.appending(path: "cache").path()], body)
    }

    /// Runs a controller of the Application's namespace beside a test.
    func besideController(_ body: @Sendable () async throws -> Void) async throws {
        try await beside(
            ["controller", "--metrics-port", "0", "--destination-namespace", destination]
        ) { _ in try await body() }
    }

    /// Waits until the Application is as wanted.
    @discardableResult
    func wait(until isSo: (KubeObject) -> Bool) async throws -> KubeObject {
        try await cluster.client.wait(for: name, .applications, in: home, until: isSo)
    }

    /// What has happened in the destination so far, in order.
    func record() async throws -> [String] { try await cluster.record(of: destination) }

    /// The Leases of syncs in the Application's namespace.
    func leases() async throws -> [KubeObject] {
        try await cluster.client.list(LeaseRecord.resource, namespace: home).items.filter {
            $0.name.hasPrefix("syncctl-sync-")
        }
    }
}
