import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import SyncSources

/// A controller as a process: probes and metrics beside it, leadership before it, an end in good order after it.
struct ControllerProcess {
    var connection: Connection
    var settings: ControllerSettings
    var renderer: any ManifestRenderer
    /// What the renderer reads.
    var repositories: GitRepositories
    /// 0 for none.
    var metricsPort: Int
    /// Where git hosts tell of pushes; 0 for nowhere.
    var webhookPort: Int
    var elects: Bool

    func run(until signals: StopSignals) async throws {
        let metrics = Metrics()
        let metered = MeteredTransport(connection.transport, in: metrics)
        guard metricsPort > 0 else { return try await lead(metered, until: signals) }
        let probes = ProbeServer(healthy: [], ready: [], metrics: metrics)
        do {
            try await probes.serve(onPort: metricsPort) { _ in try await lead(metered, until: signals) }
        } catch let failure as ListenFailure {
            throw CommandFailure(.usage, "--metrics-port: \(failure)")
        }
    }

    /// Works while it leads; a signal lets go of the lease at once.
    private func lead(_ transport: any HTTPTransport, until signals: StopSignals) async throws {
        guard elects else { return try await work(transport) { await signals.first() } }
        let election = LeaderElection(
            client: APIClient(transport: transport), namespace: settings.namespace,
            name: ControllerSighting.lease,
            identity: ProcessIdentity.random())
        let (stop, tell) = AsyncStream<Never>.makeStream()
        let isLeading = Occurrence()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await election.lead { token in
                        isLeading.happen()
                        try await work(LeasedTransport(transport, while: token)) { for await _ in stop {} }
                    }
                }
                group.addTask {
                    await signals.first()
                    tell.finish()
                }
                defer { group.cancelAll() }
                try await group.next()
                // Work ends with the signal, and then lets go of the lease; who only waits for it has none.
                if isLeading.hasHappened { try await group.next() }
            }
        } catch let lost as LeaseLost {
            throw CommandFailure(.unavailable, "\(lost)")
        }
    }

    private func work(
        _ transport: any HTTPTransport, until stop: @escaping @Sendable () async -> Void
    ) async throws {
        let client = APIClient(transport: transport)
        let controller = ApplicationController(
            cluster: Cluster(client: client, discovery: Discovery(client)), settings: settings,
            renderer: renderer, now: WallClock.now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await controller.run() }
            group.addTask { await stop() }
            group.addTask { await RepositoryUpkeep(repositories).run() }
            if webhookPort > 0 { group.addTask { try await receivePushes(for: controller, client) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Until cancelled. Who does not lead hears nothing, since it could do nothing.
    private func receivePushes(for controller: ApplicationController, _ client: APIClient) async throws {
        let keyring = WebhookKeyring(client: client, namespace: settings.namespace)
        let route = PushRoute(secrets: { await keyring.secrets }, pushed: { controller.pushed($0) })
        let (forever, end) = AsyncStream<Never>.makeStream()
        defer { end.finish() }
        do {
            try await route.serve(onPort: webhookPort) { _ in for await _ in forever {} }
        } catch let failure as ListenFailure {
            throw CommandFailure(.usage, "--webhook-port: \(failure)")
        }
    }
}
