import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import Synchronization
import TestSupport
import Testing

@testable import SyncSources

/// Applications that are shared among controllers.
@Suite("shards", .onEachServer, .timeLimit(.minutes(2)))
struct ShardTests {
    /// The sources of one controller, which notes whose they were.
    private final class Noting: ManifestRenderer {
        let base: ShelfRenderer
        private let seen = Mutex<Set<String>>([])
        var names: Set<String> { seen.withLock { $0 } }

        init(_ base: ShelfRenderer) { self.base = base }

        func manifests(for request: ManifestRequest) async throws(ManifestFailure) -> ApplicationManifests {
            seen.withLock { _ = $0.insert(request.application.metadata.name) }
            return try await base.manifests(for: request)
        }
    }

    @Test(
        "S112 each application is looked at by the controller of its shard alone, and a push reaches it there"
    )
    func shared() async throws {
        try await Sandbox.with { sandbox in
            try await Definitions.install(sandbox.client)
            let shelf = ShelfRenderer()
            shelf.push("aaaaaaaa1", [])
            let ring = ShardRing(shards: 2)
            let renderers = [Noting(shelf), Noting(shelf)]
            var settings = ControllerSettings(namespace: sandbox.namespace)
            settings.pollInterval = .seconds(86400)
            let telemetry = ControllerTelemetry(Metrics())
            try await withThrowingDiscardingTaskGroup { group in
                for shard in 0...1 {
                    var own = settings
                    own.isOurs = { ring.owner(of: $0) == "\(shard)" }
                    let seen = sandbox.cluster.seen(through: sandbox.cluster.transport, retry: .never)
                    let controller = ApplicationController(
                        cluster: Cluster(client: seen.client, discovery: Discovery(seen.client)),
                        settings: own, renderer: renderers[shard], telemetry: telemetry,
                        now: { Timestamp(seconds: 1_767_323_045) })
                    group.addTask { try await controller.run() }
                }
                let names = (0..<12).map { "app-\($0)" }
                for name in names { try await Self.make(name, sandbox) }
                try await Self.wait(for: "aaaaaaaa1", names, sandbox)
                #expect(renderers[0].names.isDisjoint(with: renderers[1].names))
                #expect(renderers[0].names.union(renderers[1].names) == Set(names))
                #expect(renderers.allSatisfy { !$0.names.isEmpty })

                // Neither has them all: the push goes by the Applications.
                shelf.push("aaaaaaaa2", [])
                let dispatch = PushDispatch(client: sandbox.client, settings: settings)
                try await dispatch.take(try Self.push())
                try await Self.wait(for: "aaaaaaaa2", names, sandbox)
                group.cancelAll()
            }
        }
    }

    private static func push() throws -> PushEvent {
        let body = Array(
            #"{"ref":"refs/heads/main","repository":{"clone_url":"https://git.test/shop"}}"#.utf8)
        let event = try PushEvent.read(body) { name in
            switch name {
            case "x-github-event": "push"
            case "x-hub-signature-256":
                "sha256=" + MessageCode.make(of: body, key: Array("secret".utf8)).hexadecimal
            default: nil
            }
        } secret: { _ in
            "secret"
        }
        return try #require(event)
    }

    private static func make(_ name: String, _ sandbox: Sandbox) async throws {
        try await sandbox.client.create(
            KubeObject([
                "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
                "metadata": ["name": .string(name), "namespace": .string(sandbox.namespace)],
                "spec": [
                    "project": "default",
                    "source": ["repoURL": "https://git.test/shop.git", "path": "."],
                    "destination": [
                        "server": "https://kubernetes.default.svc", "namespace": .string(sandbox.namespace),
                    ],
                ],
            ]), as: .applications)
    }

    private static func wait(for revision: String, _ names: [String], _ sandbox: Sandbox) async throws {
        try await sandbox.waitUntil(.applications) { objects in
            let there = objects.map { Application($0) }.filter {
                $0.status.sync.revision == revision && $0.metadata.refresh == nil
            }
            return Set(there.map(\.metadata.name)).isSuperset(of: names)
        }
    }
}
