import Foundation
import KubeCore
import Subprocess
import TestSupport
import Testing

/// Hooks, from the outside: what is written in which order, and what is left.
///
/// Where a test syncs twice, the second one names another revision: two syncs of one revision that begin in the same
/// second are one operation, and no test waits for a second to pass.
@Suite("Hooks", .onEachRecordingServer, .timeLimit(.minutes(3)))
struct HookTests {
    @Test("S41 S81 the example: before, Service and Deployment, after, and both hooks deleted at the end")
    func example() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.copyExample("hooks")
            let ending = try await sandbox.sync()
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try ending.state["phase"] == "Succeeded")
            #expect(try ending.results("Job/before").map { $0["hookPhase"] } == ["Succeeded"])
            #expect(try ending.results("Job/after").map { $0["hookType"] } == ["PostSync"])
            expect(
                try await sandbox.record(),
                inOrder: [
                    ["create jobs/before"], ["complete jobs/before"],
                    ["create services/web"], ["create deployments/web"], ["available deployments/web"],
                    ["create jobs/after"], ["complete jobs/after"],
                    ["delete jobs/before", "delete jobs/after"],
                ])
        }
    }

    @Test("S59 when the first hook of the example fails, nothing of Sync and PostSync is written")
    func failingBefore() async throws {
        try await Sandbox.with(.failing("before")) { sandbox in
            try sandbox.copyExample("hooks")
            let ending = try await sandbox.sync()
            #expect(ending.exitCode == 1, "\(ending)")
            #expect(try ending.state["phase"] == "Failed")
            #expect(
                try ending.state["message"] == "one or more synchronization tasks completed unsuccessfully")
            #expect(try ending.results("Job/before").map { $0["hookPhase"] } == ["Failed"])
            expect(try await sandbox.record(), inOrder: [["create jobs/before"], ["fail jobs/before"]])
        }
    }

    @Test("S90 a signal ends the operation cleanly: the running hook is deleted, and nothing follows it")
    func signalled() async throws {
        try await Sandbox.with(Kubelet { _ in .staysPending }) { sandbox in
            try sandbox.copyExample("hooks")
            try await Program.process(
                ["app", "sync", sandbox.application, "--core", "--kubeconfig", sandbox.cluster.kubeconfig]
                    + ["--local", sandbox.folder.path(), "--dest-namespace", sandbox.namespace]
            ) { process in
                try await sandbox.cluster.client.wait(for: "before", .jobs, in: sandbox.namespace) { _ in true
                }
                process.signal(.terminate)
                await process.ended()
            }
            #expect(
                try await sandbox.object(.jobs, "before").map(\.isBeingDeleted) != false,
                "the hook is left running")
            #expect(try await sandbox.record().filter { $0.hasPrefix("create ") } == ["create jobs/before"])
        }
    }

    @Test("S59 S86 S87 after a failure the SyncFail hooks run, and only they")
    func syncFail() async throws {
        try await Sandbox.with(.failing("before")) { sandbox in
            try sandbox.copyExample("sync-fail")
            let ending = try await sandbox.sync()
            #expect(ending.exitCode == 1, "\(ending)")
            #expect(try ending.results("Job/report").map { $0["hookPhase"] } == ["Succeeded"])
            expect(
                try await sandbox.record(),
                inOrder: [
                    ["create jobs/before"], ["fail jobs/before"],
                    ["create jobs/report"], ["complete jobs/report"],
                ])
        }
    }

    @Test("S86 SyncFail hooks do not run, and are not shown, where nothing failed")
    func syncFailUnused() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.copyExample("sync-fail")
            let ending = try await sandbox.sync()
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try ending.results("Job/report").isEmpty)
            expect(
                try await sandbox.record(),
                inOrder: [["create jobs/before"], ["complete jobs/before"], ["create configmaps/settings"]])
        }
    }

    @Test("S30 a hook with generateName runs anew under another name in every sync")
    func generateName() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.copyExample("generate-name")
            // The name holds revision and second.
            var names: [String] = []
            for revision in ["one", "two"] {
                let ending = try await sandbox.sync("--revision", revision)
                #expect(ending.exitCode == 0, "\(ending)")
                let jobs = try ending.state["syncResult"]?["resources"]?.array?.filter { $0["kind"] == "Job" }
                let name = try #require(jobs?.first?["name"]?.string)
                #expect(name.hasPrefix("before-\(revision)-presync-"))
                names.append(name)
            }
            #expect(Set(names).count == 2)
            expect(
                try await sandbox.record(),
                inOrder: [
                    ["create jobs/\(names[0])"], ["complete jobs/\(names[0])"],
                    ["create configmaps/settings"],
                    ["create jobs/\(names[1])"], ["complete jobs/\(names[1])"],
                ])
        }
    }

    @Test("D1 a named hook without a policy is not run again, and says so")
    func createdOnce() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("hook.yaml", Manifest.job("before", annotations: ["hook": "PreSync"]))
            try sandbox.write("settings.yaml", Manifest.configMap("settings"))
            #expect(try await sandbox.sync().exitCode == 0)
            let first = try await sandbox.record()
            let ending = try await sandbox.sync("--revision", "two")
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(
                try ending.results("Job/before").map { $0["message"] }
                    == ["ran in an earlier sync (created once)"])
            #expect(try ending.results("Job/before").map { $0["hookPhase"] } == ["Succeeded"])
            #expect(try await sandbox.record() == first)
        }
    }

    @Test("D1 the failure of a named hook without a policy counts for later syncs, too")
    func failedOnce() async throws {
        try await Sandbox.with(.failing("before")) { sandbox in
            try sandbox.write("hook.yaml", Manifest.job("before", annotations: ["hook": "PreSync"]))
            try sandbox.write("settings.yaml", Manifest.configMap("settings"))
            for revision in ["one", "two"] {
                let ending = try await sandbox.sync("--revision", revision)
                #expect(ending.exitCode == 1, "\(ending)")
            }
            expect(try await sandbox.record(), inOrder: [["create jobs/before"], ["fail jobs/before"]])
        }
    }

    @Test("S69 BeforeHookCreation: the old one is deleted, and gone, before the new one is made")
    func beforeHookCreation() async throws {
        try await Sandbox.with { sandbox in
            let policy = ["hook": "PreSync", "hook-delete-policy": "BeforeHookCreation"]
            try sandbox.write("hook.yaml", Manifest.job("before", annotations: policy))
            try sandbox.write("settings.yaml", Manifest.configMap("settings"))
            #expect(try await sandbox.sync().exitCode == 0)
            let old = try await sandbox.object(.jobs, "before")
            let ending = try await sandbox.sync("--revision", "two")
            #expect(ending.exitCode == 0, "\(ending)")
            let new = try await sandbox.object(.jobs, "before")
            #expect(old?.uid != new?.uid)
            #expect(new != nil)
            // `create`, not `apply`: nothing of that name was there any more. Completion is noted once per name.
            expect(
                try await sandbox.record(),
                inOrder: [
                    ["create jobs/before"], ["complete jobs/before"], ["create configmaps/settings"],
                    ["delete jobs/before"], ["create jobs/before"],
                ])
        }
    }

    @Test("S82 HookFailed: deleted when the operation fails")
    func hookFailed() async throws {
        try await Sandbox.with(.failing("before")) { sandbox in
            let policy = ["hook": "PreSync", "hook-delete-policy": "HookFailed"]
            try sandbox.write("hook.yaml", Manifest.job("before", annotations: policy))
            let ending = try await sandbox.sync()
            #expect(ending.exitCode == 1, "\(ending)")
            expect(
                try await sandbox.record(),
                inOrder: [["create jobs/before"], ["fail jobs/before"], ["delete jobs/before"]])
        }
    }
}
