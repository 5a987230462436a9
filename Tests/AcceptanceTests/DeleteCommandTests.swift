import Foundation
import KubeClient
import KubeCore
import Subprocess
import TestSupport
import Testing

/// `app delete` with a controller at work.
@Suite("Deleting an Application", .onEachRecordingServer, .timeLimit(.minutes(8)))
struct DeleteCommandTests {
    @Test("S185 S188 a deletion shows what goes, waits for it, and names what holds it up")
    func delete() async throws {
        try await OwnStage.with { stage in
            _ = try await stage.commit(
                ["a.yaml": Manifest.configMap("a"), "b.yaml": Manifest.configMap("b")], tag: "v1")
            try await stage.make()
            try await stage.besideController {
                let synced = try await stage.run(["app", "sync", stage.name, "--timeout", "2m"])
                #expect(synced.exitCode == 0, "\(synced)")
                #expect(synced.output.contains("Phase:              Succeeded"), "\(synced)")
                let held: JSONValue = ["metadata": ["finalizers": ["example.com/held"]]]
                try await stage.cluster.client.patch(
                    .merge(held), of: .configMaps, namespace: stage.destination, name: "b")
                let late = try await stage.run(
                    ["app", "delete", stage.name, "--yes", "--wait", "--timeout", "15s"])
                #expect(late.exitCode == 4, "\(late)")
                for object in ["a", "b"] {
                    #expect(late.errors.contains("ConfigMap \(stage.destination)/\(object) will be deleted"))
                }
                #expect(
                    late.errors.contains(
                        "ConfigMap \(stage.destination)/b is being deleted, held by example.com/held"),
                    "\(late)")
                #expect(late.errors.contains("held by finalizer resources-finalizer.argocd.argoproj.io"))
                try await stage.cluster.client.patch(
                    .merge(["metadata": ["finalizers": .null]]), of: .configMaps,
                    namespace: stage.destination, name: "b")
                let gone = try await stage.run(["app", "wait", stage.name, "--delete", "--timeout", "1m"])
                #expect(gone.exitCode == 0 || gone.exitCode == 20, "\(gone)")
                #expect(try await stage.application() == nil)
                #expect(try await stage.map("a") == nil)
                #expect(try await stage.map("b") == nil)
            }
        }
    }

    @Test("S185 S191 S192 without a controller this process deletes, with the delete hooks, each once")
    func own() async throws {
        try await OwnStage.with { stage in
            _ = try await stage.commit(
                [
                    "a.yaml": Manifest.configMap("a"),
                    "pre.yaml": Manifest.job("pre", annotations: ["hook": "PreDelete"]),
                    "post.yaml": Manifest.job("post", annotations: ["hook": "PostDelete"]),
                ], tag: "v1")
            try await stage.make()
            let synced = try await stage.run(["app", "sync", stage.name, "--core"])
            #expect(synced.exitCode == 0, "\(synced)")
            let unsure = try await stage.run(["app", "delete", stage.name, "--core"])
            #expect(unsure.exitCode == 5, "\(unsure)")
            #expect(try await stage.application()?["metadata", "deletionTimestamp"] == nil)
            let gone = try await stage.run(
                ["app", "delete", stage.name, "--core", "--yes", "--timeout", "2m"])
            #expect(gone.exitCode == 0, "\(gone)")
            #expect(gone.output.contains("application '\(stage.name)' deleted"), "\(gone)")
            #expect(try await stage.application() == nil)
            #expect(try await stage.map("a") == nil)
            let deeds = try await stage.record().filter {
                ["create jobs/pre", "delete configmaps/a", "create jobs/post"].contains($0)
            }
            #expect(deeds == ["create jobs/pre", "delete configmaps/a", "create jobs/post"])
        }
    }

    @Test("S185 a person is asked, and may say no")
    func asked() async throws {
        try await OwnStage.with { stage in
            try await stage.make()
            let no = try await stage.typing("n\n", to: ["app", "delete", stage.name])
            #expect(no.contains("Delete application '\(stage.name)' and its 0 resources? [y/n]"), "\(no)")
            #expect(no.contains("The command to delete '\(stage.name)' was cancelled."), "\(no)")
            #expect(try await stage.application()?["metadata", "deletionTimestamp"] == nil)
            let yes = try await stage.typing("y\n", to: ["app", "delete", stage.name])
            #expect(yes.contains("application '\(stage.name)' deleted"), "\(yes)")
            let left = try await stage.application()
            #expect(left?["metadata", "deletionTimestamp"] != nil)
            #expect(left?["metadata", "finalizers"] == ["resources-finalizer.argocd.argoproj.io"])
            try await stage.cluster.client.patch(
                .merge(["metadata": ["finalizers": .null]]), of: .applications, namespace: stage.home,
                name: stage.name)
        }
    }

    @Test("C3 who may do nothing is told what may not be done")
    func forbidden() async throws {
        // The embedded server lets everybody do everything.
        guard TestServer.current == .real else { return }
        try await OwnStage.with { stage in
            try await stage.make()
            let nobody = ["--as", "nobody", "--as-group", "system:authenticated"]
            for command in [
                ["get"], ["list"], ["sync"], ["diff"], ["delete", "--yes"], ["set", "--path", "p"],
            ] {
                let named = command[0] == "list" ? [] : [stage.name]
                let ending = try await stage.run(["app", command[0]] + named + command.dropFirst() + nobody)
                #expect(ending.exitCode == 3, "\(ending)")
                #expect(
                    ending.errors.contains("applications.argoproj.io") && ending.errors.contains("nobody"),
                    "\(ending)")
            }
        }
    }
}

extension OwnStage {
    /// Runs the program on a terminal, and types something.
    ///
    /// - Returns: What the terminal showed.
    func typing(_ text: String, to arguments: [String]) async throws -> String {
        let command = [Program.path] + arguments + ["--kubeconfig", cluster.kubeconfig, "-n", home]
        let result = try await Subprocess.run(
            .name("script"),
            arguments: ["--quiet", "--return", "--command", command.joined(separator: " "), "/dev/null"],
            input: .string(text), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return result.standardOutput
    }
}
