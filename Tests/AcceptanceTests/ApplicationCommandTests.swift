import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// The commands that change Applications, projects and repositories, each on the cluster as a user has it.
@Suite("Commands that change Applications", .onEachServer, .timeLimit(.minutes(4)))
struct ApplicationCommandTests {
    @Test("C1 C8 an Application is made, listed, changed, shown and deleted")
    func life() async throws {
        let stage = try await ApplicationStage()
        let create =
            ["app", "create", "shop", "--repo", "https://git.example.com/shop.git", "--path", "deploy"]
            + ["--dest-name", "in-cluster", "--dest-namespace", "shop", "--label", "team=web"]
        #expect(try await stage.run(create).output == "application 'shop' created\n")
        #expect(try await stage.run(create).output == "application 'shop' unchanged\n")
        let other = try await stage.run(create + ["--revision", "v2"])
        #expect(other.exitCode == 20)
        #expect(
            other.errors
                == "error: application 'shop' is there already and differs: say --upsert to change it\n")
        #expect(
            try await stage.run(create + ["--revision", "v2", "--upsert"]).output
                == "application 'shop' updated\n")
        #expect(
            try await stage.run(["app", "list", "-o", "name", "-l", "team=web"]).output
                == "\(stage.home)/shop\n")
        #expect(try await stage.run(["app", "list", "-l", "team=db", "-o", "json"]).output == "[]\n")
        #expect(try await stage.run(["app", "set", "shop", "--self-heal"]).output == "")
        let shown = try await stage.run(["app", "get", "shop", "-o", "json"])
        let spec = try JSONValue(parsing: shown.output)["spec"]
        #expect(spec?["source"]?["targetRevision"] == "v2")
        #expect(spec?["syncPolicy"]?["automated"] == ["enabled": false, "selfHeal": true])
        let deleted = try await stage.run(["app", "delete", "shop", "--cascade=false", "--wait"])
        #expect(deleted.output == "application 'shop' deleted\n")
        try await stage.tearDown()
    }

    @Test("S185 a deletion that is held up says by what, and ends in time")
    func held() async throws {
        let stage = try await ApplicationStage()
        try await stage.create(finalizers: ["example.com/held"])
        let unasked = try await stage.run(["app", "delete", "demo"])
        #expect(unasked.exitCode == 5)
        #expect(
            unasked.errors
                == "error: deleting application 'demo' and its resources needs a yes: say --yes where nobody can be asked\n"
        )
        let ending = try await stage.run(
            ["app", "delete", "demo", "--cascade=false", "--wait", "--timeout", "1s"])
        #expect(ending.exitCode == 4)
        #expect(
            ending.errors
                == "error: timed out after 1s: application 'demo' is still there; held by finalizer example.com/held, which is removed by whoever has set it\n"
        )
        try await stage.tearDown()
    }

    @Test(
        "S122 an operation that runs is terminated, and what an Application waits for is written as it was asked"
    )
    func terminate() async throws {
        let stage = try await ApplicationStage()
        try await stage.create(others: [
            "operation": ["sync": [:]],
            "status": ["operationState": ["phase": "Running", "startedAt": "2026-01-02T03:00:00Z"]],
        ])
        let ending = try await stage.run(["app", "terminate-op", "demo"])
        #expect(ending.output == "Application 'demo' operation terminating\n")
        #expect(try await stage.application()?["status", "operationState", "phase"] == "Terminating")
        try await stage.tearDown()
    }

    @Test("C27 a wait that is not met in time shows the state and ends with 20")
    func timeOut() async throws {
        let stage = try await ApplicationStage()
        try await stage.create()
        let ending = try await stage.run(["app", "wait", "demo", "--health", "--timeout", "1"])
        #expect(ending.exitCode == 20)
        #expect(ending.output.contains("This is the state of the app after wait timed out:"))
        #expect(ending.output.contains("The command timed out waiting for the conditions to be met."))
        #expect(ending.errors == "error: timed out (1s) waiting for app \"demo\" match desired state\n")
        let whole = try await stage.run(["app", "get", "demo", "--refresh", "--timeout", "1s", "-o", "json"])
        #expect(try JSONValue(parsing: whole.output)["kind"] == "Application")
        try await stage.tearDown()
    }

    @Test("S138 a sync outside of the project's windows is not asked for")
    func window() async throws {
        let stage = try await ApplicationStage()
        try await stage.create()
        let window: JSONValue = [
            "kind": "deny", "schedule": "* * * * *", "duration": "1h", "applications": ["demo"],
        ]
        try await stage.cluster.client.create(
            KubeObject([
                "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
                "metadata": ["name": "default", "namespace": .string(stage.home)],
                "spec": ["syncWindows": [window]],
            ]), as: .projects)
        let ending = try await stage.run(["app", "sync", "demo"])
        #expect(ending.exitCode == 20)
        #expect(ending.errors == "error: cannot sync: blocked by sync window\n")
        #expect(try await stage.application()?["operation"] == nil)
        let shown = try await stage.run(["app", "get", "demo"]).output
        #expect(shown.contains("SyncWindow:         Sync Denied\nAssigned Windows:   deny:* * * * *:1h\n"))
        try await stage.tearDown()
    }

    @Test("C1 projects are made, listed, changed and deleted")
    func projects() async throws {
        let stage = try await ApplicationStage()
        let create = [
            "project", "create", "web", "--src", "*", "--dest", "https://kubernetes.default.svc,web",
        ]
        #expect(try await stage.run(create).output == "project 'web' created\n")
        #expect(try await stage.run(["project", "list", "-o", "name"]).output == "web\n")
        #expect(try await stage.run(["project", "set", "web", "--dest", "in-cluster,*"]).output == "")
        let shown = try await stage.run(["project", "get", "web", "-o", "json"])
        #expect(
            try JSONValue(parsing: shown.output)["spec"]
                == ["sourceRepos": ["*"], "destinations": [["name": "in-cluster", "namespace": "*"]]])
        let bad = try await stage.run(["project", "set", "web", "--dest", "here"])
        #expect(bad.exitCode == 2)
        #expect(
            bad.errors
                == "error: --dest here: write CLUSTER,NAMESPACE, as https://kubernetes.default.svc,shop or in-cluster,*\n"
        )
        #expect(try await stage.run(["project", "delete", "web"]).output == "project 'web' deleted\n")
        try await stage.tearDown()
    }

    @Test("I8 a repository's password comes from a file, and is never shown")
    func repositories() async throws {
        let stage = try await ApplicationStage()
        let file = stage.place.appending(path: "password")
        try Data("hunter2-secret\n".utf8).write(to: file)
        let url = "https://git.example.com/shop.git"
        let added = try await stage.run(
            ["repo", "add", url, "--username", "ci", "--password-file", file.path(), "--loglevel", "debug"])
        #expect(added.output == "Repository '\(url)' added\n")
        let secrets = try await stage.cluster.client.list(.secrets, namespace: stage.home).items
        let secret = try #require(
            secrets.first { $0.label("argocd.argoproj.io/secret-type") == "repository" })
        #expect(secret["data", "password"]?.string == Data("hunter2-secret".utf8).base64EncodedString())
        let listed = try await stage.run(["repo", "list", "-o", "json"])
        #expect(try JSONValue(parsing: listed.output).array?.first?["hasCredentials"] == true)
        #expect(try await stage.run(["repo", "add", url]).exitCode == 20)
        let again = try await stage.run(["repo", "add", "https://ci:hunter2-secret@git.example.com/a.git"])
        #expect(again.exitCode == 2)
        for ending in [added, listed, again] {
            #expect(!(ending.output + ending.errors).contains("hunter2"), "\(ending.testDescription)")
        }
        #expect(try await stage.run(["repo", "rm", url]).output == "Repository '\(url)' removed\n")
        #expect(try await stage.run(["repo", "list", "-o", "name"]).output == "")
        try await stage.tearDown()
    }

    struct Bad: CustomTestStringConvertible {
        var arguments: [String]
        var exitCode: Int
        /// The first line on standard error.
        var message: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let bad = [
        Bad(
            arguments: ["app", "get", "none"], exitCode: 20,
            message: "error: argoproj.io/Application HOME/none is not there"),
        Bad(
            arguments: ["app", "get", "Bad_Name"], exitCode: 2,
            message: "Error: The value 'Bad_Name' is invalid for '<name>'"),
        Bad(
            arguments: ["app", "get", "demo", "-o", "xml"], exitCode: 2,
            message: "Error: The value 'xml' is invalid for '-o <output>'"),
        Bad(
            arguments: ["app", "sync"], exitCode: 2,
            message: "Error: name an Application, or choose some by --selector or --project"),
        Bad(
            arguments: ["app", "sync", "demo", "--project", "a"], exitCode: 2,
            message: "Error: name Applications, or choose them by --selector or --project, but not both"),
        Bad(
            arguments: ["app", "sync", "-l", "no=one"], exitCode: 1,
            message: "error: No matching apps found for filter: no=one"),
        Bad(
            arguments: ["app", "sync", "demo", "--resource", ":Secret:*"], exitCode: 1,
            message: "error: No matching app resources found for resource filter: :Secret:*"),
        Bad(
            arguments: ["app", "sync", "demo", "--info", "x"], exitCode: 2,
            message: "error: --info x: write NAME=VALUE"),
        Bad(
            arguments: ["app", "wait"], exitCode: 2,
            message: "Error: name an Application, or choose some by --selector"),
        Bad(
            arguments: ["app", "set", "demo"], exitCode: 2,
            message: "error: nothing is to be changed: see `syncctl help app set`"),
        Bad(
            arguments: ["app", "set", "demo", "--sync-retry-limit=-1"], exitCode: 2,
            message: "Error: --sync-retry-limit must not be negative: 0 takes the retries away"),
        Bad(
            arguments: ["app", "create", "new", "--repo", "https://a"], exitCode: 2,
            message: "error: spec.destination must have a server or a name"),
        Bad(
            arguments: ["app", "create", "new", "--path", "p", "--dest-name", "in-cluster"], exitCode: 2,
            message: "error: spec.source.repoURL is missing"),
        Bad(
            arguments: ["app", "create", "new", "-f", "/missing/file"], exitCode: 2,
            message: "error: /missing/file: no such file"),
        Bad(
            arguments: ["app", "rollback", "demo"], exitCode: 20,
            message: "error: Application should have at least two successful deployments"),
        Bad(
            arguments: ["app", "patch", "demo", "--patch", "{}"], exitCode: 2,
            message: "error: a JSON patch is a list of operations"),
        Bad(
            arguments: ["app", "remove-source", "demo", "--source-position", "1"], exitCode: 2,
            message: "error: only one of several sources can be removed: this application has one"),
        Bad(
            arguments: ["app", "logs", "demo", "--hook", "mig"], exitCode: 20,
            message: "error: the last operation of application 'demo' has no hook 'mig'"),
        Bad(
            arguments: ["app", "get-resource", "demo", "--kind", "Pod"], exitCode: 20,
            message: "error: application 'demo' has no such object: Pod"),
        Bad(
            arguments: ["project", "get", "none"], exitCode: 20,
            message: "error: argoproj.io/AppProject HOME/none is not there"),
        Bad(
            arguments: ["repo", "rm", "https://none"], exitCode: 20,
            message: "error: repository 'https://none' is not known"),
        Bad(
            arguments: ["app", "get", "demo", "--server", "https://127.0.0.1:1"], exitCode: 3,
            message: "error: …"),
    ]

    @Test("I7 input that cannot be used, and nothing is written")
    func bad() async throws {
        let stage = try await ApplicationStage()
        try await stage.create()
        let before = try await stage.application()?.resourceVersion
        for bad in Self.bad {
            let ending = try await stage.run(bad.arguments)
            #expect(ending.exitCode == bad.exitCode, "\(ending.testDescription)")
            let line = ending.errors.split(separator: "\n").first.map(String.init) ?? ""
            let message = bad.message.replacing("HOME", with: stage.home)
            let isSaid = message.hasSuffix("…") ? line.hasPrefix(message.dropLast()) : line.hasPrefix(message)
            #expect(isSaid, "\(bad.message): \(ending.testDescription)")
        }
        #expect(try await stage.application()?.resourceVersion == before)
        try await stage.tearDown()
    }

    @Test("C5 every command has help with an example, and completes", arguments: ["bash", "zsh", "fish"])
    func completion(_ shell: String) async throws {
        let script = try await Program.run(["completion", shell]).output
        for word in ["terminate-op", "confirm-deletion", "delete-resource", "project", "repo"] {
            #expect(script.contains(word))
        }
    }
}

extension ApplicationStage {
    /// Runs the program with the Applications' namespace as its context's.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Ending {
        try await Program.run(
            arguments + ["--kubeconfig", cluster.kubeconfig, "-n", home], environment: environment)
    }

    /// Makes the Application `demo`.
    func create(finalizers: [String] = [], others: JSONObject = [:]) async throws {
        var object = KubeObject(others)
        object.json["apiVersion"] = "argoproj.io/v1alpha1"
        object.json["kind"] = "Application"
        object.name = "demo"
        object.namespace = home
        if !finalizers.isEmpty { object["metadata", "finalizers"] = .array(finalizers.map { .string($0) }) }
        object["spec"] = [
            "project": "default",
            "source": [
                "repoURL": "https://git.example.com/demo.git", "path": "app", "targetRevision": "main",
            ],
            "destination": ["server": "https://kubernetes.default.svc", "namespace": "demo"],
        ]
        try await cluster.client.create(object, as: .applications)
    }
}
