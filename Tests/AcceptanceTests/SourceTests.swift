import Foundation
import KubeCore
import Subprocess
import TestSupport
import Testing

/// Sources of every kind, from the outside: rendered, synced, and synced again without a change.
@Suite("Sources", .onEachRecordingServer, .timeLimit(.minutes(5)))
struct SourceTests {
    struct Example: CustomTestStringConvertible {
        var name: String
        var arguments: [String] = []
        var tool: Renderer?
        /// Which Deployments are there in the end, with their replicas and images.
        var deployments: [String]
        /// How many objects are there, hooks that are gone not among them.
        var objects: Int
        var testDescription: String { name }
    }

    static let examples = [
        Example(
            name: "guestbook", deployments: ["guestbook 1 registry.example.com/guestbook:1.0"], objects: 2),
        Example(
            name: "shop", arguments: ["--directory-recurse"],
            deployments: ["catalogue", "front", "orders", "orders-db", "payment", "users", "users-db"].map {
                "\($0) 1 registry.example.com/\($0):1.0"
            }, objects: 15),
        Example(
            name: "kustomize-guestbook/prod", tool: .kustomize,
            deployments: ["prod-guestbook 2 registry.example.com/guestbook:1.1"], objects: 3),
        Example(
            name: "kustomize-guestbook/prod",
            arguments: [
                "--namesuffix=-x", "--kustomize-replica=guestbook=3",
                "--kustomize-image=registry.example.com/guestbook:2",
            ], tool: .kustomize,
            deployments: ["prod-guestbook-x 3 registry.example.com/guestbook:2"], objects: 3),
        Example(
            name: "helm-guestbook", arguments: ["--release-name=r"], tool: .helm,
            deployments: ["r-guestbook 1 registry.example.com/guestbook:1.0"], objects: 2),
        Example(
            name: "helm-guestbook",
            arguments: ["--release-name=r", "--values=values-prod.yaml", "-p", "replicas=3"], tool: .helm,
            deployments: ["r-guestbook 3 registry.example.com/guestbook:1.1"], objects: 2),
        Example(name: "helm-hooks", tool: .helm, deployments: [], objects: 1),
        Example(name: "waves", deployments: [], objects: 5),
        Example(name: "hooks", deployments: ["web 2 busybox:1.36"], objects: 2),
    ]

    /// Those for which this machine has the program; the others are named by ``missing(_:)``.
    static let given = examples.filter { $0.tool?.isMissing != true }

    @Test("the programs for all examples are there", arguments: [Renderer.helm, .kustomize])
    func missing(_ tool: Renderer) throws {
        if tool.isMissing { try Test.cancel(tool.comment) }
    }

    @Test("a signal ends the programs that were run, too", .timeLimit(.minutes(1)))
    func interrupted() async throws {
        let place = URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let token = place.appending(path: "token")
        try Data("secret1234".utf8).write(to: token)
        let (asked, feed) = AsyncStream.makeStream(of: Void.self)
        try await GitBackend.serve(
            place.path(), password: "secret1234",
            instead: { _ in
                feed.yield()
                // A server that says nothing.
                for await _ in AsyncStream<Never>.makeStream().stream {}
                return nil
            }
        ) { origin in
            try await Program.process(
                ["render", "\(origin)/shop", "--git-user=token", "--git-token-file", token.path()],
                environment: ["XDG_CACHE_HOME": place.path()]
            ) { process in
                _ = await asked.first { true }
                let running = Leaks(["\(origin)/shop"])
                running.look()
                #expect(running.seen.contains { $0.contains("--no-replace-objects") })
                process.signal(.terminate)
                await process.ended()
                let left = Leaks(["\(origin)/shop"])
                left.look()
                #expect(left.seen == [])
            }
        }
    }

    @Test("each example syncs, and syncs again without a change", arguments: given)
    func sync(_ example: Example) async throws {
        try await Sandbox.with { sandbox in
            let folder = Sandbox.example(example.name)
            for round in ["first", "second"] {
                let ending = try await sandbox.sync(
                    example.arguments + ["--revision", round], from: folder, environment: Renderer.environment
                )
                #expect(ending.exitCode == 0, "\(ending)")
                #expect(try ending.state["phase"] == "Succeeded", "\(ending)")
            }
            #expect(try await sandbox.deployments() == example.deployments)
            let live = try await sandbox.manifests(["--source=live"])
            #expect(try live.state["items"]?.array?.count == example.objects, "\(live)")
            let diff = try await sandbox.diff(example.arguments, from: folder)
            #expect(diff.exitCode == 0, "\(diff)")
        }
    }

    @Test(
        "Helm's hooks run in the order of their weights, before and after",
        .enabled(if: !Renderer.helm.isMissing, Renderer.helm.comment))
    func helmHooks() async throws {
        try await Sandbox.with { sandbox in
            let ending = try await sandbox.sync(
                [], from: Sandbox.example("helm-hooks"), environment: Renderer.environment)
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try ending.results("Job/first").map { $0["hookType"] } == ["PreSync"])
            expect(
                try await sandbox.record(),
                inOrder: [
                    ["create jobs/first"], ["complete jobs/first"], ["create jobs/second"],
                    ["complete jobs/second"], ["create configmaps/settings"], ["create jobs/last"],
                    ["complete jobs/last"], ["delete jobs/first", "delete jobs/second", "delete jobs/last"],
                ])
        }
    }

    @Test("a git repository is synced at a range of versions, and the commit is what is recorded")
    func repository() async throws {
        try await Sandbox.with { sandbox in
            let git = GitExample(folder: sandbox.place.appending(path: "repository"))
            let first = try await git.make(tag: "v1.0.0")
            let arguments = [
                "--repo", "file://\(git.folder.path())", "--path", "guestbook", "--revision", "v1.*",
            ]
            let ending = try await sandbox.sync(repository: arguments)
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(try ending.state["syncResult"]?["revision"]?.string == first, "\(ending)")
            let second = try await git.change(
                "guestbook/more.yaml", Manifest.configMap("more"), tag: "v1.1.0")
            let next = try await sandbox.sync(repository: arguments)
            #expect(try next.state["syncResult"]?["revision"]?.string == second, "\(next)")
            #expect(try await sandbox.object(.configMaps, "more") != nil)
            let missing = try await sandbox.sync(repository: Array(arguments.dropLast()) + ["v9"])
            #expect(missing.exitCode == 2, "\(missing)")
            #expect(
                missing.errors.contains("v9: no such branch, tag or commit in the repository"), "\(missing)")
        }
    }

    @Test("a Secret's values are hidden, unless it is said otherwise")
    func secrets() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write(
                "s.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2hunter2}\n")
            let wanted = try await sandbox.manifests(["--local", sandbox.folder.path()])
            #expect(wanted.exitCode == 0 && !wanted.output.contains("hunter2"), "\(wanted)")
            _ = try await sandbox.sync()
            let live = try await sandbox.manifests(["--source=live"])
            #expect(!live.output.contains("aHVudGVyMmh1bnRlcjI="), "\(live)")
            let shown = try await sandbox.manifests(["--source=live", "--show-secrets"])
            #expect(shown.output.contains("aHVudGVyMmh1bnRlcjI="), "\(shown)")
        }
    }
}

extension Sandbox {
    static func example(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../manifests/examples/\(name)").standardized
    }

    func sync(_ arguments: [String], from folder: URL, environment: [String: String]) async throws -> Ending {
        try await Program.run(
            ["app", "sync", application, "--core", "--kubeconfig", cluster.kubeconfig]
                + ["--local", folder.path(), "--dest-namespace", namespace, "-o", "json"] + arguments,
            environment: environment)
    }

    func diff(_ arguments: [String], from folder: URL) async throws -> Ending {
        try await Program.run(
            ["app", "diff", application, "--core", "--kubeconfig", cluster.kubeconfig]
                + ["--local", folder.path(), "--dest-namespace", namespace] + arguments,
            environment: Renderer.environment)
    }

    func manifests(_ arguments: [String]) async throws -> Ending {
        try await Program.run(
            ["app", "manifests", application, "--core", "--kubeconfig", cluster.kubeconfig]
                + ["--dest-namespace", namespace, "-o", "json"] + arguments,
            environment: Renderer.environment)
    }

    /// The Deployments that are there: name, replicas and image.
    func deployments() async throws -> [String] {
        let live = try await manifests(["--source=live"])
        return try (live.state["items"]?.array ?? []).compactMap(\.object).map(KubeObject.init)
            .filter { $0.kind == "Deployment" }
            .map { object in
                let container = object["spec", "template", "spec", "containers"]?.array?.first
                let replicas = object["spec", "replicas"]?.int ?? -1
                return "\(object.name) \(replicas) \(container?["image"]?.string ?? "")"
            }.sorted()
    }
}
