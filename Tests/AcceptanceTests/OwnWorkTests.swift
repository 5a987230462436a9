import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// Applications of a cluster without a controller: what this process finds out and does for them itself.
@Suite("An Application without a controller", .onEachServer, .timeLimit(.minutes(5)))
struct OwnWorkTests {
    @Test(
        "S157 the sources of an Application are rendered and compared, at the newest revision or a named one")
    func diff() async throws {
        let stage = try await OwnStage()
        let first = try await stage.commit(["map.yaml": Manifest.configMap("settings")], tag: "v1")
        try await stage.make()
        let new = try await stage.run(["app", "diff", stage.name])
        #expect(new.exitCode == 1, "\(new)")
        #expect(new.output.contains("===== /ConfigMap \(stage.destination)/settings ======"), "\(new)")
        #expect(try await stage.run(["app", "diff", stage.name, "--diff-exit-code", "7"]).exitCode == 7)
        #expect(try await stage.run(["app", "diff", stage.name, "--exit-code=false"]).exitCode == 0)
        let plan = try await stage.run(["app", "plan", stage.name, "-o", "json"])
        #expect(plan.exitCode == 0, "\(plan)")
        #expect(try plan.state["counts"] == ["create": 1])
        #expect(try plan.state["revision"]?.string == first)
        // Nothing of it was written.
        #expect(try await stage.map("settings") == nil)
        #expect(try await stage.application()?["operation"] == nil)

        try await stage.cluster.client.apply(
            stage.tracked("settings", data: ["value": "1"]), as: .configMaps)
        let same = try await stage.run(["app", "diff", stage.name])
        #expect(same.exitCode == 0 && same.output.isEmpty, "\(same)")
        _ = try await stage.commit(["map.yaml": Manifest.configMap("settings", value: "2")], tag: "v2")
        #expect(try await stage.run(["app", "diff", stage.name]).output.contains("+  value: \"2\""))
        #expect(try await stage.run(["app", "diff", stage.name, "--revision", "v1"]).exitCode == 0)
        let manifests = try await stage.run([
            "app", "manifests", stage.name, "--revision", first, "-o", "json",
        ])
        #expect(try manifests.state["items"]?.array?.first?["data"] == ["value": "1"])
        let live = try await stage.run(["app", "manifests", stage.name, "--source", "live", "-o", "name"])
        #expect(live.output == "configmap/settings\n", "\(live)")
        try await stage.tearDown()
    }

    @Test("S164 what the Application says of itself counts: ignored differences, its namespace, its project")
    func spec() async throws {
        let stage = try await OwnStage()
        _ = try await stage.commit(["map.yaml": Manifest.configMap("settings")], tag: "v1")
        try await stage.make(spec: [
            "ignoreDifferences": [["kind": "ConfigMap", "jsonPointers": ["/data/value"]]]
        ])
        try await stage.cluster.client.apply(
            stage.tracked("settings", data: ["value": "other"]), as: .configMaps)
        let ignored = try await stage.run(["app", "diff", stage.name])
        #expect(ignored.exitCode == 0, "\(ignored)")
        let elsewhere = try await stage.run([
            "app", "diff", stage.name, "--core", "--dest-namespace", "other",
        ])
        #expect(elsewhere.exitCode == 2, "\(elsewhere)")
        #expect(
            elsewhere.errors.contains("go to namespace '\(stage.destination)': leave --dest-namespace out"))
        try await stage.cluster.client.patch(
            .merge(["spec": ["project": "absent"]]), of: .applications, namespace: stage.home,
            name: stage.name)
        for command in ["diff", "plan"] {
            let ending = try await stage.run(["app", command, stage.name])
            #expect(ending.exitCode == 20, "\(ending)")
            #expect(
                ending.errors.contains(
                    "application references project absent which does not exist in namespace \(stage.home)"))
        }
        try await stage.tearDown()
    }

    @Test("C3 with files of this machine, and with one of several sources at another revision")
    func localAndSeveral() async throws {
        let stage = try await OwnStage()
        _ = try await stage.commit(["map.yaml": Manifest.configMap("settings")], tag: "v1")
        _ = try await stage.commit(["map.yaml": Manifest.configMap("settings", value: "2")], tag: "v2")
        try await stage.make()
        try await stage.cluster.client.apply(
            stage.tracked("settings", data: ["value": "1"]), as: .configMaps)
        let folder = stage.place.appending(path: "local")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Manifest.configMap("settings", value: "3").utf8).write(to: folder.appending(path: "a.yaml"))
        let local = try await stage.run(["app", "diff", stage.name, "--local", folder.path()])
        #expect(local.exitCode == 1 && local.output.contains("+  value: \"3\""), "\(local)")
        let source: JSONValue = [
            "repoURL": .string(stage.repository), "path": ".", "targetRevision": "v2", "name": "base",
        ]
        try await stage.cluster.client.patch(
            .merge(["spec": ["source": .null, "sources": [source]]]), of: .applications,
            namespace: stage.home, name: stage.name)
        #expect(try await stage.run(["app", "diff", stage.name]).exitCode == 1)
        let named = ["app", "diff", stage.name, "--revisions", "v1"]
        #expect(try await stage.run(named + ["--source-names", "base"]).exitCode == 0)
        #expect(try await stage.run(named + ["--source-positions", "1"]).exitCode == 0)
        let unknown = try await stage.run(named + ["--source-names", "top"])
        #expect(unknown.exitCode == 20 && unknown.errors == "error: there is no source top\n", "\(unknown)")
        #expect(try await stage.run(named).exitCode == 2)
        try await stage.tearDown()
    }

    @Test("C1 a name that was mistyped is met with one that is there")
    func typo() async throws {
        let stage = try await OwnStage()
        try await stage.make()
        for command in ["get", "diff", "plan", "sync", "history", "terminate-op", "resources"] {
            let ending = try await stage.run(["app", command, "x" + stage.name])
            #expect(ending.exitCode == 20, "\(ending)")
            #expect(
                ending.errors
                    == "error: argoproj.io/Application \(stage.home)/x\(stage.name) is not there; did you mean \(stage.name)?\n"
            )
        }
        let elsewhere = try await stage.run(["app", "get", "default/\(stage.name)"])
        #expect(
            elsewhere.errors.hasPrefix(
                "error: argoproj.io/Application default/\(stage.name) is not there; did you mean \(stage.home)/\(stage.name)?"
            ),
            "\(elsewhere)")
        try await stage.tearDown()
    }

    @Test("I8 a folder of this machine that an Application names is read only where that was allowed")
    func foreignFolder() async throws {
        let stage = try await OwnStage()
        _ = try await stage.commit(["map.yaml": Manifest.configMap("settings")], tag: "v1")
        try await stage.make()
        let ending = try await stage.run(["app", "diff", stage.name], allowsLocal: false)
        #expect(ending.exitCode == 2, "\(ending)")
        #expect(ending.output.isEmpty)
        try await stage.tearDown()
    }
}

/// A stage with a repository on this machine, from which its Application comes.
struct OwnStage {
    let stage: ApplicationStage
    private let git: GitExample

    var cluster: TestCluster { stage.cluster }
    var home: String { stage.home }
    /// Of the Application: what belongs to one is looked for in the whole cluster.
    let name: String
    var destination: String { stage.destination }
    var place: URL { stage.place }
    var repository: String { "file://\(git.folder.path())" }

    init() async throws {
        stage = try await ApplicationStage()
        name = stage.home.replacing("argocd-", with: "shop-")
        git = GitExample(folder: stage.place.appending(path: "repository"))
        try FileManager.default.createDirectory(at: git.folder, withIntermediateDirectories: true)
        try await git.begin()
    }

    /// Replaces files of the repository.
    ///
    /// - Returns: The commit.
    func commit(_ files: [String: String], tag: String) async throws -> String {
        for (file, text) in files { try Data(text.utf8).write(to: git.folder.appending(path: file)) }
        return try await git.commit(tag)
    }

    /// Makes the Application, with these members of its spec beside the usual ones.
    func make(spec: JSONObject = [:]) async throws { try await make(name, into: destination, spec: spec) }

    /// Makes another Application.
    func make(_ name: String, into destination: String, spec: JSONObject = [:]) async throws {
        var all: JSONObject = [
            "project": "default",
            "source": ["repoURL": .string(repository), "path": ".", "targetRevision": "main"],
            "destination": [
                "server": "https://kubernetes.default.svc", "namespace": .string(destination),
            ],
        ]
        for member in spec { all[member.key] = member.value }
        let object = KubeObject([
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": .string(name), "namespace": .string(home)], "spec": .object(all),
        ])
        try await cluster.client.create(object, as: .applications)
    }

    /// Runs the program with the Application's namespace as its context's.
    func run(_ arguments: [String], allowsLocal: Bool = true) async throws -> Ending {
        let reads =
            ["diff", "plan", "manifests"].contains(arguments[1]) || arguments.starts(with: ["app", "sync"])
            || arguments.starts(with: ["app", "delete"]) && arguments.contains("--core")
        return try await Program.run(
            arguments + ["--kubeconfig", cluster.kubeconfig, "-n", home]
                + (reads && allowsLocal ? ["--allow-local-repositories"] : []),
            environment: ["XDG_CACHE_HOME": place.appending(path: "cache").path()])
    }

    /// A ConfigMap as a sync of the Application would have left it.
    func tracked(_ name: String, data: JSONObject) -> KubeObject {
        KubeObject([
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(name), "namespace": .string(destination),
                "labels": ["syncctl.dev/application": .string(self.name)],
                "annotations": [
                    "argocd.argoproj.io/tracking-id": .string(
                        "\(self.name):/ConfigMap:\(destination)/\(name)")
                ],
            ],
            "data": .object(data),
        ])
    }

    func map(_ name: String) async throws -> KubeObject? {
        try await cluster.client.get(.configMaps, namespace: destination, name: name)
    }

    func application() async throws -> KubeObject? {
        try await cluster.client.get(.applications, namespace: home, name: name)
    }

    func tearDown() async throws {
        if try await application() != nil {
            try await cluster.client.delete(.applications, namespace: home, name: name)
        }
        try await stage.tearDown()
    }
}
