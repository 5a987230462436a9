import ArgumentParser
import FoundationEssentials
import Glibc
import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import SyncSources
import SystemPackage

/// `syncctl controller`
struct ControllerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "Keeps Applications and the cluster in step, until it is stopped.",
        discussion: """
            Watches Applications and AppProjects (argoproj.io/v1alpha1), compares what their sources want with what is \
            there, and runs the operations that are asked for, by people or by automated sync policies. Several may \
            run: one leads, by a Lease in the controller's namespace, and another takes over when it ends; with --shards \
            they share the work.

            Serves /healthz, /readyz and /metrics. SIGTERM hands over; what runs then is gone on with by whoever leads \
            next.

            Example: syncctl controller --namespace argocd --kubeconfig ~/.kube/config
            """)

    @Option(
        help:
            "Namespaces, beside its own, whose Applications count; * and ? are allowed. Can be given more than once."
    )
    var applicationNamespaces: [String] = []

    @Option(
        name: .customLong("destination-namespace"),
        help: "The only namespaces that are watched and written; else all. Can be given more than once.")
    var destinationNamespaces: [String] = []

    @Option(help: "Applications that are compared at the same time.")
    var workers = 8

    @Option(help: "Requests to the API server at the same time, beside watches; others wait.")
    var maxRequests = ControllerSettings(namespace: "").requests

    @Option(help: "How often sources are looked at for something new.", transform: DurationArgument.parse)
    var pollInterval = Duration.seconds(180)

    @Option(help: "How long an operation may take; 0 means no limit.", transform: DurationArgument.parse)
    var syncTimeout = Duration.zero

    @Option(help: "Port for probes and metrics; 0 means none.")
    var metricsPort: UInt16 = 8082

    @Option(
        help: ArgumentHelp(
            "Port where git hosts tell of pushes, with POST /api/webhook; 0 means none.",
            discussion: """
                Each host proves who it is by the secret in argocd-secret of the controller's namespace: \
                webhook.github.secret, webhook.gitlab.secret, webhook.gogs.secret (also Gitea), \
                webhook.bitbucketserver.secret. Without one its pushes are refused. The connection is not encrypted: put \
                it behind what is.
                """))
    var webhookPort: UInt16 = 0

    @Flag(inversion: .prefixedNo, help: "Work only while holding the Lease.")
    var leaderElection = true

    @Option(
        help: ArgumentHelp(
            "Among how many groups the Applications are shared; with 1, one process has them all.",
            discussion: """
                All replicas have to be told the same number. Each group is worked on by one of them at a time, and they \
                share the groups evenly: give at least as many as there are replicas.
                """))
    var shards = 1

    @Option(
        help:
            "Folder for copies of repositories; else syncctl in the user's cache directory ($XDG_CACHE_HOME or ~/.cache).",
        completion: .directory)
    var cacheDir: String?

    @Flag(
        help:
            "Read repositories that are folders of this machine (file://) or not encrypted (http://), too: for tests."
    )
    var allowLocalRepositories = false

    @OptionGroup(title: "What sources may reach") var rendering: RenderArguments
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    func validate() throws {
        guard !cluster.embedded else {
            throw ValidationError(
                "--embedded has no Applications to work on: start `syncctl cluster serve`, and name its kubeconfig"
            )
        }
        guard workers > 0 else { throw ValidationError("--workers must be at least 1") }
        guard maxRequests > 0 else { throw ValidationError("--max-requests must be at least 1") }
        guard (1...256).contains(shards) else { throw ValidationError("--shards must be from 1 to 256") }
        guard shards == 1 || leaderElection else {
            throw ValidationError(
                "--shards needs leader election: without it two would work on the same group")
        }
        guard webhookPort == 0 || webhookPort != metricsPort else {
            throw ValidationError("--webhook-port and --metrics-port must differ")
        }
        guard pollInterval >= .seconds(1) else {
            throw ValidationError("--poll-interval must be at least 1s")
        }
    }

    func run() async throws {
        let settings = try settings()
        if cacheDir != nil { try makeCache() }
        let signals = StopSignals()
        try await cluster.connected { connection in
            var settings = settings
            if settings.namespace.isEmpty { settings.namespace = connection.namespace }
            settings.identity = ProcessIdentity.random()
            let keyring = RepositoryKeyring(
                client: connection.cluster.client, namespace: settings.namespace)
            let repositories = repositories(connection, settings.namespace, keyring)
            try await ControllerProcess(
                connection: connection, settings: settings, service: service(repositories, keyring),
                repositories: repositories, metricsPort: Int(metricsPort), webhookPort: Int(webhookPort),
                elects: leaderElection, shards: shards
            ).run(until: signals)
        }
    }

    private func settings() throws -> ControllerSettings {
        var settings = ControllerSettings(namespace: cluster.namespace ?? "")
        settings.workers = workers
        settings.requests = maxRequests
        settings.pollInterval = pollInterval
        settings.syncTimeout = syncTimeout == .zero ? nil : syncTimeout
        settings.destinationNamespaces = destinationNamespaces
        do throws(GlobFailure) {
            for pattern in applicationNamespaces { settings.applicationNamespaces.append(try Glob(pattern)) }
        } catch {
            throw CommandFailure(.usage, "--application-namespaces: \(error)")
        }
        return settings
    }

    private func repositories(
        _ connection: Connection, _ namespace: String, _ keyring: RepositoryKeyring
    ) -> GitRepositories {
        var git = GitRepositories.Settings(cache: cache.appending("repositories"))
        if allowLocalRepositories { git.transports = Set(GitTransport.allCases) }
        git.credential = { await keyring.credential(for: $0, project: $1) }
        let servers = TrustedServers(client: connection.cluster.client, namespace: namespace)
        git.trust = { await servers.trust }
        return GitRepositories(git)
    }

    private func service(_ repositories: GitRepositories, _ keyring: RepositoryKeyring) -> ManifestService {
        ManifestService(settings: rendering.settings) { repository in
            await keyring.chartCredentials(for: repository)
        } resolve: { request throws(SourcesFailure) in
            try await repositories.checkout(request)
        }
    }

    /// A folder that cannot be had is said at once, and not by each look at a source.
    private func makeCache() throws {
        let path = cache.string
        guard
            (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true))
                != nil,
            FileManager.default.isWritableFile(atPath: path)
        else {
            throw CommandFailure(.usage, "--cache-dir \(path): no folder that can be made and written to")
        }
    }

    private var cache: FilePath {
        let environment = ProcessInfo.processInfo.environment
        if let cacheDir {
            return FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(cacheDir))
        }
        if let caches = environment["XDG_CACHE_HOME"], !caches.isEmpty {
            return FilePath(caches).appending("syncctl")
        }
        return FilePath(environment["HOME"] ?? "/tmp").appending(".cache/syncctl")
    }
}
