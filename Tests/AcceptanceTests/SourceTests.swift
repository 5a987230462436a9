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
    ]

    /// Those for which this machine has the program; the others are named by ``missing(_:)``.
    static let given = examples.filter { $0.tool?.isMissing != true }

    @Test("the programs for all examples are there", arguments: [Renderer.helm, .kustomize])
    func missing(_ tool: Renderer) throws {
        if tool.isMissing { try Test.cancel(tool.comment) }
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

/// A program that makes manifests, if this machine has it: on the `PATH`, or fetched by `hack/tools`.
enum Renderer: Sendable {
    case helm
    case kustomize

    /// The `PATH` on which fetched ones come last.
    static let environment: [String: String] = {
        let own = ProcessInfo.processInfo.environment
        let cache = own["XDG_CACHE_HOME"] ?? "\(own["HOME", default: "/root"])/.cache"
        return ["PATH": "\(own["PATH", default: ""]):\(cache)/syncctl/tools"]
    }()

    var isMissing: Bool {
        let names = self == .helm ? ["helm"] : ["kustomize", "kubectl"]
        let folders = Self.environment["PATH", default: ""].split(separator: ":")
        return !folders.contains { folder in
            names.contains { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
        }
    }

    var comment: Comment {
        switch self {
        case .helm: "needs helm: `hack/tools helm` fetches it"
        case .kustomize: "needs kustomize or kubectl: `hack/tools kustomize` fetches one"
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

/// The examples as a git repository on this machine.
struct GitExample: Sendable {
    var folder: URL

    /// Makes it.
    func make(tag: String) async throws -> String {
        try FileManager.default.copyItem(at: Sandbox.example(""), to: folder)
        try await begin()
        return try await commit(tag)
    }

    /// Makes a repository of the folder, without a commit.
    func begin() async throws { try await git("init", "-q", "-b", "main") }

    func change(_ file: String, _ content: String, tag: String) async throws -> String {
        try Data(content.utf8).write(to: folder.appending(path: file))
        return try await commit(tag)
    }

    /// Commits what is there.
    ///
    /// - Returns: The commit.
    func commit(_ tag: String) async throws -> String {
        try await git("add", "-A")
        try await git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "change")
        try await git("tag", tag)
        return try await git("rev-parse", "HEAD")
    }

    @discardableResult
    private func git(_ arguments: String...) async throws -> String {
        let result = try await Subprocess.run(
            .name("git"), arguments: Arguments(["-C", folder.path()] + arguments),
            output: .string(limit: 1 << 16),
            error: .string(limit: 1 << 16))
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
        return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension Sandbox {
    /// Syncs from a repository, with a cache of the test's own.
    func sync(repository arguments: [String]) async throws -> Ending {
        var environment = Renderer.environment
        environment["XDG_CACHE_HOME"] = place.appending(path: "cache").path()
        return try await Program.run(
            ["app", "sync", application, "--core", "--kubeconfig", cluster.kubeconfig]
                + ["--dest-namespace", namespace, "-o", "json"] + arguments, environment: environment)
    }
}
