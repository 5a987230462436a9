import KubeCore
import TestSupport
import Testing

/// Waves, pruning, selection and the plan, from the outside.
@Suite("Sync", .onEachRecordingServer, .timeLimit(.minutes(3)))
struct SyncTests {
    @Test("S40 the example: five waves in their order, negative ones first")
    func waves() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.copyExample("waves")
            let ending = try await sandbox.sync()
            #expect(ending.exitCode == 0, "\(ending)")
            expect(
                try await sandbox.record(),
                inOrder: ["first", "second", "third", "fourth", "fifth"].map { ["create configmaps/\($0)"] })
        }
    }

    @Test("S55 a wave waits until what the wave before brought is healthy")
    func waveWaits() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("later", annotations: ["sync-wave": "5"]))
            try sandbox.write("b.yaml", Manifest.deployment("early", annotations: ["sync-wave": "-5"]))
            let ending = try await sandbox.sync()
            #expect(ending.exitCode == 0, "\(ending)")
            expect(
                try await sandbox.record(),
                inOrder: [
                    ["create deployments/early"], ["available deployments/early"],
                    ["create configmaps/later"],
                ])
        }
    }

    @Test(
        "D6 what does not become healthy in time ends the sync with exit code 4, and nothing later is written"
    )
    func timeout() async throws {
        try await Sandbox.with(Kubelet { _ in .staysPending }) { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("later", annotations: ["sync-wave": "1"]))
            try sandbox.write("b.yaml", Manifest.deployment("early"))
            let ending = try await sandbox.sync("--timeout", "10s")
            #expect(ending.exitCode == 4, "\(ending)")
            expect(try await sandbox.record(), inOrder: [["create deployments/early"]])
        }
    }

    @Test("D3 what is already as it should be is not sent again")
    func unchanged() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            try sandbox.write("b.yaml", Manifest.deployment("b"))
            #expect(try await sandbox.sync().exitCode == 0)
            let first = try await sandbox.record().filter { !$0.hasPrefix("available") }
            let second = try await sandbox.sync()
            #expect(second.exitCode == 0, "\(second)")
            #expect(try await sandbox.record().filter { !$0.hasPrefix("available") } == first)
            try sandbox.write("a.yaml", Manifest.configMap("a", value: "2"))
            let third = try await sandbox.sync()
            #expect(third.exitCode == 0, "\(third)")
            #expect(
                try await sandbox.record().filter { !$0.hasPrefix("available") } == first + [
                    "apply configmaps/a"
                ])
            #expect(try await sandbox.object(.configMaps, "a")?["data", "value"] == "2")
        }
    }

    @Test("S93 without --prune what is no longer wanted stays, and is named")
    func pruneOff() async throws {
        try await Sandbox.with { sandbox in
            try await syncTwoThenOne(sandbox)
            let ending = try await sandbox.sync()
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try ending.results("ConfigMap/b").map { $0["status"] } == ["PruneSkipped"])
            #expect(try ending.results("ConfigMap/b").map { $0["message"] } == ["ignored (requires pruning)"])
            #expect(try await sandbox.object(.configMaps, "b") != nil)
        }
    }

    @Test("S96 I9 with --prune what is no longer wanted goes, and what was never ours stays")
    func pruneOn() async throws {
        try await Sandbox.with { sandbox in
            try await syncTwoThenOne(sandbox)
            try await sandbox.makeForeign(.configMaps, "foreign")
            let ending = try await sandbox.sync("--prune")
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try ending.results("ConfigMap/b").map { $0["status"] } == ["Pruned"])
            #expect(try ending.results("ConfigMap/b").map { $0["message"] } == ["pruned"])
            expect(
                try await sandbox.record(),
                inOrder: [["create configmaps/a", "create configmaps/b"], ["delete configmaps/b"]])
            #expect(try await sandbox.object(.configMaps, "foreign") != nil)
        }
    }

    @Test("S27 --resource syncs just that, and runs no hook")
    func selection() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.copyExample("hooks")
            let ending = try await sandbox.sync("--resource", ":Service:web")
            #expect(ending.exitCode == 0, "\(ending)")
            expect(try await sandbox.record(), inOrder: [["create services/web"]])
        }
    }

    @Test("S28 --strategy apply leaves the hooks out")
    func strategyApply() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.copyExample("hooks")
            let ending = try await sandbox.sync("--strategy", "apply")
            #expect(ending.exitCode == 0, "\(ending)")
            let writes = try await sandbox.record().filter { !$0.hasPrefix("available") }
            expect(writes, inOrder: [["create services/web"], ["create deployments/web"]])
        }
    }

    @Test("--dry-run shows what would be done, and writes nothing")
    func dryRun() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.copyExample("hooks")
            let ending = try await sandbox.sync("--dry-run")
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try await sandbox.record().isEmpty)
            for name in ["before", "web", "after"] { #expect(ending.output.contains(name), "\(ending)") }
        }
    }

    @Test("D4 what the API server refuses is found before anything is written")
    func refusedBeforehand() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            try sandbox.write("b.yaml", Manifest.configMap("Not_A_Name"))
            let ending = try await sandbox.sync()
            #expect(ending.exitCode == 1, "\(ending)")
            #expect(try await sandbox.record().isEmpty)
            #expect(try ending.results("ConfigMap/Not_A_Name").map { $0["status"] } == ["SyncFailed"])
        }
    }

    @Test("app delete: what is tracked goes, what is not stays")
    func deletion() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.copyExample("hooks")
            try sandbox.write("settings.yaml", Manifest.configMap("settings"))
            #expect(try await sandbox.sync().exitCode == 0)
            try await sandbox.makeForeign(.configMaps, "foreign")
            let ending = try await sandbox.delete("--yes")
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try await sandbox.object(.services, "web") == nil)
            #expect(try await sandbox.object(.deployments, "web") == nil)
            #expect(try await sandbox.object(.configMaps, "settings") == nil)
            #expect(try await sandbox.object(.configMaps, "foreign") != nil)
        }
    }

    @Test("app delete without --yes and without a terminal does nothing, with exit code 5")
    func deletionUnconfirmed() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            #expect(try await sandbox.sync().exitCode == 0)
            let ending = try await sandbox.delete()
            #expect(ending.exitCode == 5, "\(ending)")
            #expect(try await sandbox.object(.configMaps, "a") != nil)
        }
    }

    /// Leaves two objects in the namespace and one in the folder.
    private func syncTwoThenOne(_ sandbox: Sandbox) async throws {
        try sandbox.write("a.yaml", Manifest.configMap("a"))
        try sandbox.write("b.yaml", Manifest.configMap("b"))
        #expect(try await sandbox.sync().exitCode == 0)
        try sandbox.remove("b.yaml")
    }
}
