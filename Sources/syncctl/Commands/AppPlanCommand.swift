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

            Example: syncctl app plan shop --core --local deploy/ --dest-namespace shop --prune
            """)

    @Argument(help: "The application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Flag(help: "Plan from this process, without a controller in the cluster.")
    var core = false

    @OptionGroup(title: "Source and destination") var source: SourceOptions
    @OptionGroup(title: "Sync") var sync: SyncArguments
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    @Option(name: .shortAndLong, help: "tree: for people; json: for programs.")
    var output: PlanFormat = .tree

    func run() async throws {
        try cluster.demandDirectUse(core: core, command: "app plan")
        let early = try await source.renderEarly(for: name)
        let limit = sync.timeout == .zero ? nil : sync.timeout
        let watchdog = Watchdog(after: limit, waitingFor: "the API server")
        let status = try await cluster.connected { connection in
            let rendered: RenderedSource
            if let early {
                rendered = early
            } else {
                rendered = try await source.render(for: name, on: connection)
            }
            let preparation = SyncPreparation(name: name, source: source, arguments: sync, isDryRun: true)
            let (session, prepared) = try await preparation.session(for: rendered, on: connection)
            let progress: SyncProgress
            do throws(ClientFailure) {
                progress = try await session.run(prepared) { _ in }
            } catch {
                throw CommandFailure(unreachable: error)
            }
            output.print(PlanView(prepared, progress.operation))
            return AppSyncCommand.status(of: progress)
        }
        watchdog.stop()
        ExitStatus.exit(status)
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
