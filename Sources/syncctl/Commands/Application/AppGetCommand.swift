import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// `syncctl app get NAME`
struct AppGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows an Application of the cluster.",
        discussion: """
            Examples:
            syncctl app get shop
            syncctl app get argocd/shop --refresh -o tree
            syncctl app get shop -o json
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Flag(help: "Have the controller look at the cluster and the source first.")
    var refresh = false

    @Flag(help: "As --refresh, and have the manifests rendered anew.")
    var hardRefresh = false

    @Flag(help: "Show how the last operation went, too.")
    var showOperation = false

    @Flag(help: "Show the parameters that override a chart's values, too.")
    var showParams = false

    @Option(
        help: "How long the refresh may take, e.g. 30s; then what is known is shown. 0 means no limit.",
        transform: DurationArgument.parse)
    var timeout: Duration = .zero

    @Option(name: .shortAndLong, help: "wide, json, yaml, tree or tree=detailed.")
    var output: ApplicationFormat = .wide

    @OptionGroup var choice: SourceChoiceOptions
    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            let object = try await object(access)
            let view = ApplicationView(object: object, format: output)
            guard !output.isForPrograms else { return view.showObject() }
            try await view.showSummary(access)
            if showOperation { view.showOperation() }
            if showParams { try showParameters(Application(object)) }
            view.showConditions()
            try await view.showResources(access)
        }
    }

    private func object(_ access: ApplicationAccess) async throws -> KubeObject {
        guard refresh || hardRefresh else { return try await access.get(name) }
        let refreshed = try await access.store.refresh(
            name.name, in: access.namespace(of: name), isHard: hardRefresh,
            timeout: timeout == .zero ? nil : timeout, now: WallClock.now())
        if let refreshed { return refreshed }
        Console.error(
            "warning: nobody has refreshed \(name) within \(timeout.goText): this is what was known")
        return try await access.get(name)
    }

    /// Of all sources, or of the one that was chosen.
    private func showParameters(_ application: Application) throws {
        let sources = try choice.choice.chosen(of: application.spec.sources.all)
        let rows = sources.flatMap { $0.helm?.parameters ?? [] }.map { [$0.name, $0.value] }
        guard !rows.isEmpty else { return }
        Console.print("")
        TextTable(header: ["NAME", "VALUE"], rows: rows).show()
    }
}
