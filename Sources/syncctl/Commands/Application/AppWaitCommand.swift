import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// `syncctl app wait NAME…`
struct AppWaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Waits until Applications are as they should be.",
        discussion: """
            Without a condition: until they are synced, healthy, and no operation runs. An object that becomes degraded \
            while health is waited for ends the wait.

            Exit codes: 0 it is so; 2 usage; 3 the API server cannot be reached or refuses us; 20 it did not come to be, \
            in time or at all.

            Examples:
            syncctl app wait shop --timeout 5m
            syncctl app wait shop --health --resource apps:Deployment:web
            syncctl app wait shop --delete
            """)

    @Argument(help: "The Applications: NAME or NAMESPACE/NAME.")
    var names: [AppName] = []

    @OptionGroup var filter: ApplicationFilterOptions

    @Flag(help: "Wait until it is synced.")
    var sync = false
    @Flag(help: "Wait until it is healthy.")
    var health = false
    @Flag(help: "Wait until it is suspended.")
    var suspended = false
    @Flag(help: "Wait until it is degraded.")
    var degraded = false
    @Flag(help: "Wait until no operation runs.")
    var operation = false
    @Flag(help: "Wait until it is gone.")
    var delete = false
    @Flag(
        help:
            "Wait until its manifests are hydrated; there is nothing to wait for, since hydration is not supported."
    )
    var hydrated = false

    @Option(
        help: "Look only at these objects: [GROUP]:KIND:[NAMESPACE/]NAME, * and ! as in app sync. Repeatable."
    )
    var resource: [ResourceArgument] = []

    @Option(help: "How long to wait, e.g. 5m; 0 means no limit.", transform: DurationArgument.parse)
    var timeout: Duration = .zero

    @Option(name: .shortAndLong, help: "wide, json, yaml, tree or tree=detailed.")
    var output: ApplicationFormat = .wide

    @OptionGroup var options: ApplicationOptions

    func validate() throws {
        guard !names.isEmpty || filter.selector != nil else {
            throw ValidationError("name an Application, or choose some by --selector")
        }
    }

    func run() async throws {
        try await options.withApplications { access in
            for name in try await access.names(names, filter) {
                let following = Following(
                    access: access, name: name, goal: goal, timeout: timeout == .zero ? nil : timeout,
                    format: output)
                _ = try await following.run()
            }
        }
    }

    private var goal: WaitGoal {
        var goal = WaitGoal()
        goal.sync = sync
        goal.operation = operation
        goal.hydration = hydrated
        goal.deletion = delete
        let wishes: [(Bool, Health.Status)] = [
            (health, .healthy), (suspended, .suspended), (degraded, .degraded),
        ]
        goal.healths = Set(wishes.filter(\.0).map(\.1))
        if goal.isEmpty { goal = .everything }
        goal.selection = ResourceSelection(resource.map(\.pattern))
        return goal
    }
}

extension ApplicationAccess {
    /// The Applications that a command names or chooses (C19).
    func names(
        _ names: [AppName], _ filter: ApplicationFilterOptions, projects: [String] = []
    ) async throws -> [AppName] {
        guard names.isEmpty else { return names }
        var wish = ApplicationFilter()
        wish.projects = projects
        let found = try await filter.list(self).filter { wish.contains(Application($0)) }
        guard !found.isEmpty else {
            let filters = [filter.selector?.selector.description ?? ""] + projects
            throw CommandFailure(
                .failed,
                "No matching apps found for filter: \(filters.filter { !$0.isEmpty }.joined(separator: ", "))"
            )
        }
        return found.compactMap { AppName(argument: "\($0.namespace)/\($0.name)") }
    }
}
