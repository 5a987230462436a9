import ArgumentParser
import KubeClient
import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// `syncctl app plan NAME`
struct AppPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Shows what a sync would do, and does nothing.",
        discussion: """
            Phase by phase and wave by wave: which hooks would run, what would be applied and pruned, what stays as it \
            is, and why. The API server checks what would change by dry runs. `app sync --dry-run` shows the same.

            An Application of the cluster is planned as its controller would sync it, with its sources at their newest \
            revisions, those that --revision or --revisions name, or files of this machine (--local). With --core there \
            need not be one: then the command line says it all.

            Examples:
            syncctl app plan shop --prune
            syncctl app plan shop --core --local deploy/ --dest-namespace shop --prune
            """)

    @Argument(help: "The application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Flag(help: "There need not be an Application of that name.")
    var core = false

    @OptionGroup(title: "Source and destination") var source: SourceOptions
    @OptionGroup(title: "Source and destination") var sources: SourceRevisionOptions
    @OptionGroup(title: "Sync") var sync: SyncArguments
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    @Option(name: .shortAndLong, help: "tree: for people; json: for programs.")
    var output: PlanFormat = .tree

    func run() async throws {
        let isDirect = core || cluster.embedded
        let early = isDirect ? try await source.renderEarly(for: name) : nil
        let limit = sync.timeout == .zero ? nil : sync.timeout
        let watchdog = Watchdog(after: limit, waitingFor: "the API server")
        let status = try await cluster.connected { connection in
            let (session, prepared, revisions) = try await plan(early, isDirect: isDirect, on: connection)
            let progress: SyncProgress
            do throws(ClientFailure) {
                progress = try await session.run(prepared) { _ in }
            } catch {
                throw CommandFailure(unreachable: error)
            }
            output.print(PlanView(prepared, progress.operation, revisions))
            return AppSyncCommand.status(of: progress)
        }
        watchdog.stop()
        ExitStatus.exit(status)
    }

    private func plan(
        _ early: RenderedSource?, isDirect: Bool, on connection: Connection
    ) async throws -> (session: SyncSession, prepared: SyncSession.Prepared, revisions: [String]) {
        try await CommandFailure.explaining {
            switch try await source.subject(name, early, isDirect: isDirect, on: connection) {
            case .application(let own):
                var wish = sync.wish
                wish.look(at: source, sources)
                return try await own.plan(wish, sync)
            case .manifests(let rendered):
                try sources.checkForNoApplication()
                let (session, prepared) = try await SyncPreparation(
                    name: name, source: source, arguments: sync, isDryRun: true
                ).session(for: rendered, on: connection)
                return (session, prepared, [])
            }
        } hint: {
            await ApplicationHint(connection: connection).text(instead: $0)
        }
    }
}

/// What `-o` of `app plan` chooses.
enum PlanFormat: String, ExpressibleByArgument, CaseIterable {
    case tree
    case json

    func print(_ view: PlanView) {
        switch self {
        case .tree: view.show()
        case .json: Console.print(view.json.text(.pretty))
        }
    }
}
