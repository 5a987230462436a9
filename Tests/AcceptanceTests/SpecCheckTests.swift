import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// What commands refuse that could never be synced, or that a controller could not heed.
@Suite("Commands that refuse", .onEachServer, .timeLimit(.minutes(4)))
struct SpecCheckTests {
    @Test(
        "S154 I8 a spec that could never be synced is refused by each command that writes one, and not written"
    )
    func flaws() async throws {
        let stage = try await ApplicationStage()
        try await stage.create()
        let before = try await stage.application()?["spec"]
        let rows: [(arguments: [String], says: String)] = [
            (["set", "demo", "--repo", "https://u:s3cr3t@git.test/y.git"], "holds credentials"),
            (
                ["set", "demo", "--path", "../../etc"],
                "spec.source.path must be a path within the repository"
            ),
            (["set", "demo", "--dest-server", "https://elsewhere"], "there is no cluster https://elsewhere"),
            (["set", "demo", "--project", "nope"], "references project nope which does not exist"),
            (["set", "demo", "--repo", "not a url"], "holds a space"),
            (
                [
                    "patch", "demo", "--type", "merge", "--patch",
                    #"{"spec":{"source":{"repoURL":"https://u:s3cr3t@git.test/y.git"}}}"#,
                ], "holds credentials"
            ),
            (
                [
                    "create", "other", "--repo", "https://git.test/y.git", "--path", "a", "--dest-name",
                    "elsewhere",
                ], "there is no cluster elsewhere"
            ),
        ]
        for (arguments, says) in rows {
            let ending = try await stage.run(["app"] + arguments)
            #expect(ending.exitCode == 2, "\(arguments)")
            #expect(ending.errors.contains(says), "\(arguments): \(ending.errors)")
            #expect(!ending.errors.contains("s3cr3t"))
        }
        #expect(try await stage.application()?["spec"] == before)
        #expect(
            try await stage.run(["app", "set", "demo", "--project", "nope", "--validate", "false"]).exitCode
                == 0)
        // What was wrong before does not keep other things from being changed.
        #expect(try await stage.run(["app", "set", "demo", "--self-heal"]).exitCode == 0)
        try await stage.tearDown()
    }

    /// Options, each with what is said of them.
    static let options: [(option: [String], says: String)] =
        [
            ["--force-adopt"], ["--confirm-prune"], ["--validate", "none"], ["--lenient-annotations"],
            ["--default-hook-delete-policy", "HookFailed"], ["--health-rules", "rules.yaml"],
            ["--ignore-differences", "rules.yaml"], ["--dest-namespace", "there"],
        ].map { ($0, "\($0[0]) is for --core") }
        + [["--nameprefix", "x-"], ["--helm-set", "a=b"], ["--directory-recurse"]].map {
            ($0, "are for --local: a controller renders what the Application says")
        }
        + [["--ssh-key", "id"], ["--local-repo-root", "."]].map { ($0, "\($0[0]) is for --local and --core") }

    @Test("C11 what a controller could not heed is refused, and nothing is asked for", arguments: options)
    func unheeded(_ option: [String], says: String) async throws {
        let stage = try await ApplicationStage()
        try await stage.create()
        let ending = try await stage.run(["app", "sync", "demo"] + option)
        #expect(ending.exitCode == 2)
        #expect(ending.errors.contains(says), "\(ending)")
        #expect(try await stage.application()?["operation"] == nil)
        try await stage.tearDown()
    }

    @Test("S138 a window that cannot be read is named where it keeps a sync from beginning")
    func brokenWindow() async throws {
        let stage = try await ApplicationStage()
        try await stage.create()
        try await stage.cluster.client.create(
            KubeObject([
                "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
                "metadata": ["name": "default", "namespace": .string(stage.home)],
                "spec": [
                    "syncWindows": [
                        [
                            "kind": "deny", "schedule": "* * * * *", "duration": "xyz",
                            "applications": ["other"],
                        ]
                    ]
                ],
            ]), as: .projects)
        let ending = try await stage.run(["app", "sync", "demo"])
        #expect(ending.exitCode == 20)
        #expect(
            ending.errors.contains(
                "blocked by sync window, as one of the project cannot be read: spec.syncWindows[0].duration"))
        #expect(
            try await stage.run(["app", "get", "demo"]).output.contains(
                "a window cannot be read: spec.syncWindows[0].duration"))
        try await stage.tearDown()
    }

    @Test("S185 what is being deleted already is waited for, and keeps its finalizers")
    func deletedTwice() async throws {
        let stage = try await ApplicationStage()
        try await stage.create(finalizers: ["example.com/held"])
        #expect(try await stage.run(["app", "delete", "demo", "--cascade=false"]).exitCode == 0)
        let again = try await stage.run(["app", "delete", "demo", "--yes", "--wait", "--timeout", "1s"])
        #expect(again.exitCode == 4)
        #expect(again.errors.contains("application 'demo' is being deleted already"))
        #expect(again.errors.contains("held by finalizer example.com/held"))
        #expect(try await stage.application()?["metadata", "finalizers"] == ["example.com/held"])
        try await stage.tearDown()
    }

    @Test("C1 what a person has written in an editor and cannot be used is kept, and said where")
    func editing() async throws {
        let stage = try await ApplicationStage()
        try await stage.create()
        let editor = FileManager.default.temporaryDirectory.appending(path: "editor-\(UUID())").path
        try "#!/bin/sh\necho 'project: [' > \"$1\"\n".write(toFile: editor, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: editor)
        defer { try? FileManager.default.removeItem(atPath: editor) }
        let ending = try await stage.run(["app", "edit", "demo"], environment: ["EDITOR": editor])
        #expect(ending.exitCode == 2)
        let line = try #require(
            ending.errors.split(separator: "\n").first { $0.hasPrefix("what you have written") })
        let path = String(line.split(separator: " ").last ?? "")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "project: [\n")
        try FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
        try await stage.tearDown()
    }

    @Test("C27 an Application that is not there is not said to have been deleted")
    func absent() async throws {
        let stage = try await ApplicationStage()
        let ending = try await stage.run(["app", "wait", "nope", "--timeout", "5"])
        #expect(ending.exitCode == 20)
        #expect(ending.errors.contains("nope") && !ending.errors.contains("was deleted meanwhile"))
        let bad = try await stage.run(["app", "get", "Bad Name"])
        #expect(bad.exitCode == 2 && bad.errors.contains("lower-case letters, digits"))
        try await stage.tearDown()
    }
}
