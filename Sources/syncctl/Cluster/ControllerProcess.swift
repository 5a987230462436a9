import KubeClient
import KubeCore
import KubeRuntime
import Logging
import SyncController
import SyncEngine
import SyncSources

/// A controller as a process: probes and metrics beside it, leadership before it, an end in good order after it.
struct ControllerProcess {
    var connection: Connection
    var settings: ControllerSettings
    /// What renders.
    var service: ManifestService
    /// What it reads.
    var repositories: GitRepositories
    /// 0 for none.
    var metricsPort: Int
    /// Where git hosts tell of pushes; 0 for nowhere.
    var webhookPort: Int
    var elects: Bool
    /// Among how many groups the Applications are shared; 1 for none: one process has them all.
    var shards = 1

    func run(until signals: StopSignals) async throws {
        HeapUpkeep.shareFewPools()
        let metrics = Metrics()
        let telemetry = ControllerTelemetry(metrics)
        let metered = MeteredTransport(connection.transport, in: metrics)
        guard metricsPort > 0 else { return try await run(metered, telemetry, until: signals) }
        let probes = ProbeServer(
            healthy: [telemetry.isHealthy], ready: [telemetry.isReady], metrics: metrics)
        do {
            try await probes.serve(onPort: metricsPort) { _ in
                try await run(metered, telemetry, until: signals)
            }
        } catch let failure as ListenFailure {
            throw CommandFailure(.usage, "--metrics-port: \(failure)")
        }
    }

    private func run(
        _ transport: any HTTPTransport, _ telemetry: ControllerTelemetry, until signals: StopSignals
    ) async throws {
        let client = APIClient(transport: transport)
        let pushes = PushDispatch(client: client, settings: settings)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await control(transport, telemetry, pushes, until: signals) }
            group.addTask { await RepositoryUpkeep(repositories).run() }
            group.addTask { await HeapUpkeep.run() }
            if webhookPort > 0 { group.addTask { try await receive(pushes, client) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func control(
        _ transport: any HTTPTransport, _ telemetry: ControllerTelemetry, _ pushes: PushDispatch,
        until signals: StopSignals
    ) async throws {
        // What is being written when the end comes is written before the lease is let go of.
        let transport = UninterruptedWrites(transport)
        let work = ControllerWork(
            settings: settings, service: service, telemetry: telemetry, pushes: pushes)
        if shards > 1 {
            try await share(work, through: transport, until: signals)
        } else if elects {
            try await lead(work, through: transport, until: signals)
        } else {
            try await work.run(through: transport) { await signals.first() }
        }
    }

    /// Works while it leads; a signal lets go of the lease at once.
    private func lead(
        _ work: ControllerWork, through transport: any HTTPTransport, until signals: StopSignals
    ) async throws {
        let election = LeaderElection(
            client: APIClient(transport: transport), namespace: settings.namespace,
            name: ControllerSighting.lease, identity: settings.identity)
        let (stop, tell) = AsyncStream<Never>.makeStream()
        let isLeading = Occurrence()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await election.lead { token in
                        isLeading.happen()
                        try await work.run(through: LeasedTransport(transport, while: token)) {
                            for await _ in stop {}
                        }
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

    /// Works on the shards that fall to this process, each as a controller of its own with its own right to write.
    private func share(
        _ work: ControllerWork, through transport: any HTTPTransport, until signals: StopSignals
    ) async throws {
        let election = ShardElection(
            client: APIClient(transport: transport), namespace: settings.namespace,
            name: ControllerSighting.lease,
            identity: settings.identity, shards: shards)
        do {
            try await election.run(until: { await signals.first() }) { term in
                var own = work
                own.pushes = nil
                own.settings.isOurs = { election.shard(of: $0) == term.shard }
                do {
                    try await own.run(through: LeasedTransport(transport, while: term.token)) {
                        await term.untilOver()
                    }
                } catch {
                    // The shard is let go of, and taken up again by whoever it falls to.
                    Logger.current.error(
                        "a shard could not be worked on",
                        metadata: ["shard": "\(term.shard)", "error": "\(error)"])
                }
            }
        } catch let lost as LeaseLost {
            throw CommandFailure(.unavailable, "\(lost)")
        }
    }

    /// Until cancelled; whether this process leads or not.
    private func receive(_ pushes: PushDispatch, _ client: APIClient) async throws {
        let keyring = WebhookKeyring(client: client, namespace: settings.namespace)
        let route = PushRoute(secrets: { await keyring.secrets }) { event throws(ClientFailure) in
            try await pushes.take(event)
        }
        let (forever, end) = AsyncStream<Never>.makeStream()
        defer { end.finish() }
        do {
            try await route.serve(onPort: webhookPort) { _ in for await _ in forever {} }
        } catch let failure as ListenFailure {
            throw CommandFailure(.usage, "--webhook-port: \(failure)")
        }
    }
}

/// What a process does while it may: one controller, for all Applications or for those of a shard.
private struct ControllerWork: Sendable {
    var settings: ControllerSettings
    var service: ManifestService
    var telemetry: ControllerTelemetry
    /// Told where to bring pushes meanwhile; `nil` where the controller has only some of the Applications.
    var pushes: PushDispatch?

    func run(
        through transport: any HTTPTransport, until stop: @escaping @Sendable () async -> Void
    ) async throws {
        let client = APIClient(transport: transport)
        let discovery = Discovery(client)
        let controller = ApplicationController(
            cluster: Cluster(client: client, discovery: discovery), settings: settings,
            renderer: SourceRenderer(service, for: discovery, age: settings.revisionAge),
            telemetry: telemetry, now: WallClock.now)
        pushes?.bring(to: controller)
        defer { pushes?.bring(to: nil) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await controller.run() }
            group.addTask { await stop() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
