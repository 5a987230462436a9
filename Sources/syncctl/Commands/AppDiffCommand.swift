import ArgumentParser
import Glibc
import KubeClient
import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// `syncctl app diff NAME`
struct AppDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Shows what a sync would change in the cluster, and changes nothing.",
        discussion: """
            For each object that differs: as it is, and as it would be after a sync, by the API server's own dry run. \
            Fields that others own and the manifests do not name are no difference, nor is what --ignore-differences \
            names; hooks are left out. Values of Secrets are hidden. KUBECTL_EXTERNAL_DIFF names another program that \
            compares.

            An Application of the cluster is compared as its controller does it, with its sources at their newest \
            revisions, those that --revision or --revisions name, or files of this machine (--local). With --core there \
            need not be one: then the command line says it all.

            Exit codes: 0 nothing differs; 1 something does (another with --diff-exit-code, 0 with --exit-code=false); 2 \
            usage, unreadable input, or a manifest that the API server refuses; 3 the API server cannot be reached or \
            refuses us; 20 there is no such Application, or it cannot be compared.

            Examples:
            syncctl app diff shop
            syncctl app diff shop --local deploy/
            syncctl app diff shop --core --local deploy/ --dest-namespace shop
            """)

    @Argument(help: "The application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Flag(help: "There need not be an Application of that name.")
    var core = false

    @Option(help: "false: end with 0 also where something differs.")
    var exitCode = true

    @Option(help: "The exit code where something differs.")
    var diffExitCode: Int32 = ExitStatus.failed.rawValue

    // Scripts say these; it is always so.
    @Flag(help: .hidden) var refresh = false
    @Flag(help: .hidden) var hardRefresh = false
    @Flag(help: .hidden) var serverSideDiff = false
    @Flag(help: .hidden) var serverSideGenerate = false

    @Option(help: "Colours: auto (on a terminal, unless NO_COLOR is set), always or never.")
    var color: ColorArgument = .auto

    @OptionGroup(title: "Source and destination") var source: SourceOptions
    @OptionGroup(title: "Source and destination") var sources: SourceRevisionOptions
    @OptionGroup(title: "Sync") var sync: SyncArguments
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    @Option(name: .shortAndLong, help: "diff: for people; json: for programs.")
    var output: DiffFormat = .diff

    func validate() throws {
        guard (1...255).contains(diffExitCode) else {
            throw ValidationError("--diff-exit-code is from 1 to 255")
        }
    }

    func run() async throws {
        let isDirect = core || cluster.embedded
        let early = isDirect ? try await source.renderEarly(for: name) : nil
        let limit = sync.timeout == .zero ? nil : sync.timeout
        let watchdog = Watchdog(after: limit, waitingFor: "the API server")
        let report = try await cluster.connected { connection in
            try await CommandFailure.explaining {
                switch try await source.subject(name, early, isDirect: isDirect, on: connection) {
                case .application(let own): return try await compare(own)
                case .manifests(let rendered):
                    try sources.checkForNoApplication()
                    return try await compare(rendered, on: connection)
                }
            } hint: {
                await ApplicationHint(connection: connection).text(instead: $0)
            }
        }
        watchdog.stop()
        let status = try await show(report)
        if status == .failed, !Console.hasFailed { Glibc._exit(diffExitCode) }
        ExitStatus.exit(status)
    }

    private func compare(_ own: OwnWork) async throws -> DiffSession.Report {
        let (manifests, _) = try await own.manifests(of: SyncWish(source, sources))
        let overlay = try sync.overlay(sync.selection(among: manifests.objects))
        do throws(ApplicationWork.Failure) {
            let (prepared, report) = try await own.work.compare(manifests, adjust: overlay)
            own.warn(of: prepared, prunes: sync.prune)
            return report
        } catch {
            throw CommandFailure(error, name)
        }
    }

    private func compare(
        _ rendered: RenderedSource, on connection: Connection
    ) async throws -> DiffSession.Report {
        let preparation = SyncPreparation(name: name, source: source, arguments: sync, isDryRun: true)
        let (session, prepared) = try await preparation.session(for: rendered, on: connection)
        do throws(ClientFailure) {
            return try await DiffSession(cluster: session.cluster).run(prepared)
        } catch {
            throw CommandFailure(unreachable: error)
        }
    }

    private func show(_ report: DiffSession.Report) async throws -> ExitStatus {
        let differs = try await DiffOutput(format: output, color: color).show(report)
        guard report.problems.isEmpty else { return .usage }
        return differs && exitCode ? .failed : .done
    }
}
