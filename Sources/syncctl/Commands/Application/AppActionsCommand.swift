import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// `syncctl app actions …`
struct AppActionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actions",
        abstract: "Restarts, scales, pauses and suspends live objects of an Application.",
        subcommands: [AppActionsListCommand.self, AppActionsRunCommand.self])
}

/// `syncctl app actions list NAME`
struct AppActionsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists what can be done with objects of an Application.",
        discussion: "Example: syncctl app actions list shop --kind Deployment")

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @OptionGroup(title: "Objects") var chosen: LiveObjectOptions
    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            let live = LiveObjects(access.connection.cluster)
            var rows: [[String]] = []
            for key in try chosen.keys(of: Application(try await access.get(name))) {
                guard let object = try await live.find(key) else { continue }
                rows += ResourceAction.all(of: object).map { action, isUseful in
                    [key.group, key.kind, key.name, action.rawValue, isUseful ? "false" : "true"]
                }
            }
            TextTable(header: ["GROUP", "KIND", "NAME", "ACTION", "DISABLED"], rows: rows).show()
        }
    }
}

/// `syncctl app actions run NAME ACTION`
struct AppActionsRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Does something with a live object of an Application.",
        discussion: """
            A sync undoes what the manifests say otherwise, and self-heal does it soon.

            Examples:
            syncctl app actions run shop restart --kind Deployment --resource-name web
            syncctl app actions run shop scale --kind Deployment --resource-name web --param replicas=3
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Argument(help: "What is done.")
    var action: ActionArgument

    @OptionGroup(title: "Objects") var chosen: LiveObjectOptions

    @Option(help: "NAME=VALUE that the action needs. Repeatable.")
    var param: [String] = []

    @Flag(help: "Do it with all objects that fit.")
    var all = false

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        let parameters = try parameters
        try await options.withApplications { access in
            let live = LiveObjects(access.connection.cluster)
            for key in try chosen.keys(of: Application(try await access.get(name)), all: all) {
                guard let object = try await live.find(key) else { throw KindStoreFailure.missing(key) }
                let patch = try action.action.patch(of: object, parameters, at: WallClock.now())
                try await live.store(of: key.groupKind).merge(patch, into: key.name, in: key.namespace)
                Console.print("\(key): \(action.action.rawValue) is asked for")
            }
        }
    }

    private var parameters: [String: String] {
        get throws {
            try param.reduce(into: [:]) { parameters, text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty else {
                    throw CommandFailure(.usage, "--param \(text): write NAME=VALUE")
                }
                parameters[String(parts[0])] = String(parts[1])
            }
        }
    }
}

/// An action by its name.
struct ActionArgument: ExpressibleByArgument {
    var action: ResourceAction

    init?(argument: String) {
        guard let action = ResourceAction(rawValue: argument) else { return nil }
        self.action = action
    }

    static var allValueStrings: [String] { ResourceAction.allCases.map(\.rawValue) }
}
