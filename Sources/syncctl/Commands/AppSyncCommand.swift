import ArgumentParser
import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// `syncctl app sync NAME`
struct AppSyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Makes the cluster match the manifests.",
        discussion: """
            With --core this process does the work itself: it reads the manifests, validates them by dry runs, runs \
            PreSync hooks, applies wave after wave, waits for health, and runs PostSync hooks; SyncFail hooks run when \
            something fails.

            Examples:
            syncctl app sync shop --core --local deploy/ --dest-namespace shop --prune
            syncctl app sync shop --embedded --local deploy/
            """)

    @Argument(help: "The application: NAME or NAMESPACE/NAME. Its objects are labelled with it.")
    var name: AppName

    @Flag(help: "Sync from this process, without a controller in the cluster.")
    var core = false

    @OptionGroup(title: "Source and destination") var source: SourceOptions
    @OptionGroup(title: "Sync") var sync: SyncArguments
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    @Option(
        name: .shortAndLong, help: "wide: a live table; json: the final state; jsonl: a line a transition.")
    var output: OutputFormat = .wide

    func run() async throws {
        guard core || cluster.embedded else {
            throw CommandFailure(
                .usage,
                "app sync works with --core or --embedded only in this version: a controller that could do it is not part of it"
            )
        }
        let rendered = try source.render()
        let limit = sync.timeout == .zero ? nil : sync.timeout
        let reading = Watchdog(after: limit, waitingFor: "the API server")
        let progress = try await cluster.connected { connection in
            try await sync(rendered, connection, limit: limit, reading)
        }
        ExitStatus.exit(AppSyncCommand.status(of: progress))
    }

    private func sync(
        _ rendered: RenderedSource, _ connection: Connection, limit: Duration?, _ reading: Watchdog
    ) async throws -> SyncProgress {
        let request = request(destination: source.destNamespace ?? connection.namespace, rendered: rendered)
        let session = SyncSession(cluster: connection.cluster, request: request, now: WallClock.now)
        let prepared = try await prepare(session, rendered)
        prepared.warnings.forEach { Console.error("warning: \($0)") }
        if sync.prune { prepared.unlisted.warn("objects of theirs are not seen and not pruned") }
        if prepared.isResumed {
            Console.error(
                "going on with the operation of \(prepared.plan.request.startedAt.rfc3339), which was left unfinished"
            )
        }
        reading.stop()
        // SyncFail hooks may take as long again, and the last writes a little longer.
        let running = Watchdog(after: limit.map { $0 * 2 + .seconds(30) }, waitingFor: "the operation to end")
        let progress = try await carryOut(session, prepared)
        running.stop()
        return progress
    }

    private func request(destination: String, rendered: RenderedSource) -> SyncRequest {
        var request = SyncRequest(
            tracking: Tracking(application: name.instance, destinationNamespace: destination),
            revision: source.revision ?? rendered.revision, startedAt: WallClock.now())
        sync.fill(&request)
        return request
    }

    private func prepare(_ session: SyncSession, _ rendered: RenderedSource) async throws
        -> SyncSession.Prepared
    {
        do {
            return try await session.prepare(rendered.objects)
        } catch .plan(let failure) {
            let hint =
                failure == .nothingSelected ? ": \(sync.resource.map(\.text).joined(separator: ", "))" : ""
            throw CommandFailure(.usage, failure.description + hint)
        } catch .client(let failure) {
            throw CommandFailure(unreachable: failure)
        }
    }

    private func carryOut(_ session: SyncSession, _ prepared: SyncSession.Prepared) async throws
        -> SyncProgress
    {
        let reporter = reporter(isDryRun: prepared.plan.request.switches.dryRun)
        let termination = TerminationRequest()
        let signals = Signals(termination)
        defer { signals.stop() }
        do {
            let progress = try await session.run(prepared, termination: termination) { progress in
                if !progress.isFinished { await reporter.show(progress.operation) }
            }
            if let plan = reporter as? PlanReporter {
                plan.finish(
                    rows: prepared.plan.rows(live: prepared.live, operation: progress.operation),
                    progress.operation)
            } else {
                await reporter.finish(progress.operation)
            }
            return progress
        } catch {
            throw CommandFailure(unreachable: error)
        }
    }

    private func reporter(isDryRun: Bool) -> any SyncReporter {
        switch output {
        case .json: JSONReporter()
        case .jsonl: JSONLinesReporter()
        case .wide where isDryRun: PlanReporter()
        case .wide: Console.isTerminal ? TerminalReporter() : LineReporter(now: WallClock.now)
        }
    }

    /// How the program ends after an operation.
    static func status(of progress: SyncProgress) -> ExitStatus {
        switch progress.ending {
        case .timedOut: .timedOut
        case .guarded: .guarded
        case .completed, .terminated, nil: progress.operation.phase == .succeeded ? .done : .failed
        }
    }
}
