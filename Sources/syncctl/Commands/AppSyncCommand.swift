import ArgumentParser
import KubeClient
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
            something fails. Without it the Application of that name in the cluster is asked for the operation, its \
            controller does it, and this process follows.

            Examples:
            syncctl app sync shop --prune --logs
            syncctl app sync shop --core --local deploy/ --dest-namespace shop --prune
            syncctl app sync shop --embedded --local deploy/
            """)

    @Argument(help: "The application: NAME or NAMESPACE/NAME. Its objects are labelled with it.")
    var names: [AppName] = []

    @Flag(help: "Sync from this process, without a controller in the cluster.")
    var core = false

    @Flag(
        help:
            "Show the plan, checked by the server's dry runs, as app plan does, and write nothing. Without --core the controller makes a dry run, which stands in the Application as its last operation."
    )
    var dryRun = false

    @OptionGroup(title: "Source and destination") var source: SourceOptions
    @OptionGroup(title: "Sync") var sync: SyncArguments
    @OptionGroup var preview: PreviewOptions
    @OptionGroup(title: "By a controller") var request: SyncRequestOptions
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    @Option(
        name: .shortAndLong,
        help:
            "wide: a live table; json: the final state; jsonl: a line a transition; without --core also yaml and tree."
    )
    var output: OutputFormat = .wide

    func validate() throws {
        if core || cluster.embedded {
            guard names.count == 1 else {
                throw ValidationError("with --core one application is synced: name it")
            }
            guard output.isForOwnSync else { throw ValidationError("with --core, -o is wide, json or jsonl") }
        } else {
            try request.validate(names)
        }
    }

    func run() async throws {
        guard core || cluster.embedded else { return try await syncByController() }
        guard let name = names.first else { throw CommandFailure(.usage, "name the application") }
        let early = try await source.renderEarly(for: name)
        let limit = sync.timeout == .zero ? nil : sync.timeout
        let reading = Watchdog(after: limit, waitingFor: "the API server")
        let status = try await cluster.connected { connection in
            try await CommandFailure.explaining {
                switch try await source.subject(name, early, isDirect: true, on: connection) {
                case .manifests(let rendered):
                    try request.sources.checkForNoApplication()
                    let preparation = SyncPreparation(
                        name: name, source: source, arguments: sync, isDryRun: dryRun)
                    let (session, prepared) = try await preparation.session(for: rendered, on: connection)
                    reading.stop()
                    guard try await agrees(to: prepared, of: name, on: connection) else {
                        return ExitStatus.done
                    }
                    return try await sync(session, prepared, limit: limit)
                case .application(let own):
                    let wish = try await own.wish(request, sync, preview)
                    reading.stop()
                    guard let wish else { return ExitStatus.done }
                    guard !dryRun else {
                        let (session, prepared, revisions) = try await own.plan(wish, sync)
                        return try await sync(session, prepared, limit: limit, revisions)
                    }
                    return try await sync(own, wish)
                }
            }
        }
        ExitStatus.exit(status)
    }

    /// Where a look at the changes was asked for, what comes of it.
    private func agrees(
        to prepared: SyncSession.Prepared, of name: AppName, on connection: Connection
    ) async throws -> Bool {
        guard preview.previewChanges else { return true }
        return try await preview.agrees(
            to: DiffSession(cluster: connection.cluster).run(prepared), of: name)
    }

    private func sync(_ own: OwnWork, _ wish: SyncWish) async throws -> ExitStatus {
        let termination = TerminationRequest()
        let signals = Signals(termination)
        defer { signals.stop() }
        do {
            return try await logs(own.access.connection.cluster).beside(isWanted: request.logs) { tell in
                try await OwnSync(
                    own: own, wish: wish, arguments: sync, reporter: reporter(), tellOfHook: tell
                ).run(termination)
            }
        } catch let failure as ApplicationWork.Failure {
            throw CommandFailure(failure, own.name, sync)
        }
    }

    private func sync(
        _ session: SyncSession, _ prepared: SyncSession.Prepared, limit: Duration?,
        _ revisions: [String] = []
    ) async throws -> ExitStatus {
        // SyncFail hooks may take as long again, and the last writes a little longer.
        let running = Watchdog(after: limit.map { $0 * 2 + .seconds(30) }, waitingFor: "the operation to end")
        let progress: SyncProgress
        if dryRun, output == .wide {
            progress = try await carryOut(session, prepared, SilentReporter())
            PlanView(prepared, progress.operation, revisions).show()
        } else {
            let reporter = reporter()
            progress = try await carryOut(session, prepared, reporter)
            await reporter.finish(progress.operation)
        }
        running.stop()
        return AppSyncCommand.status(of: progress)
    }

    private func carryOut(
        _ session: SyncSession, _ prepared: SyncSession.Prepared, _ reporter: any SyncReporter
    ) async throws -> SyncProgress {
        let termination = TerminationRequest()
        let signals = Signals(termination)
        defer { signals.stop() }
        do {
            return try await logs(session.cluster).beside(isWanted: request.logs && !dryRun) { tell in
                try await session.run(prepared, termination: termination) { progress in
                    if !progress.isFinished { await reporter.show(progress.operation) }
                    progress.operation.runningHooks.forEach(tell)
                }
            }
        } catch let failure as ClientFailure {
            throw CommandFailure(unreachable: failure)
        }
    }

    private func logs(_ cluster: Cluster) -> HookLogs {
        HookLogs(cluster: cluster, isBesideOutput: output == .json || output == .jsonl)
    }

    private func reporter() -> any SyncReporter {
        switch output {
        case .json: JSONReporter()
        case .jsonl: JSONLinesReporter()
        case .wide, .yaml, .tree, .treeDetailed:
            Console.isTerminal ? TerminalReporter() : LineReporter(now: WallClock.now)
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
