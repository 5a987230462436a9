import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// `syncctl app logs NAME`
struct AppLogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Shows what the containers of an Application write.",
        discussion: """
            Of a hook, or of the objects that the flags choose; else of all. Each line has its Pod's name before it where \
            there are several.

            Examples:
            syncctl app logs shop --hook migrate --follow
            syncctl app logs shop --kind Deployment --resource-name web --tail 20
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Option(help: "Only this hook of the last operation, by its name.") var hook: String?
    @Option(help: "Only objects of this kind.") var kind: String?
    @Option(help: "Only objects of this group.") var group: String?
    @Option(name: .customLong("resource-namespace"), help: "Only objects of this namespace.")
    var objectNamespace: String?
    @Option(help: "Only the object of this name.") var resourceName: String?
    @Option(name: [.customShort("k"), .long], help: "The container; else the first.") var container: String?
    @Flag(name: .shortAndLong, help: "Go on as more is written.") var follow = false
    @Flag(name: [.customShort("p"), .long], help: "Of the container before the last restart.")
    var previous = false
    @Option(help: "Only the last lines.") var tail: Int64?
    @Option(help: "Only what was written in the last seconds.") var sinceSeconds: Int64?
    @Flag(help: "With the time of each line.") var timestamps = false
    @OptionGroup var options: ApplicationOptions

    func validate() throws {
        guard [tail, sinceSeconds].allSatisfy({ $0.map { $0 >= 0 } ?? true }) else {
            throw ValidationError("--tail and --since-seconds must not be negative")
        }
    }

    func run() async throws {
        try await options.withApplications { access in
            let keys = try keys(of: Application(try await access.get(name)))
            let cluster = access.connection.cluster
            var pods: [KubeObject] = []
            for key in keys {
                guard let owner = try await LiveObjects(cluster).find(key) else { continue }
                pods += try await PodLogs(cluster.client).pods(of: owner)
            }
            guard !pods.isEmpty else {
                throw CommandFailure(.unmet, "application '\(name)' has no Pod there that writes anything")
            }
            try await show(pods, PodLogs(cluster.client))
        }
    }

    private func keys(of application: Application) throws -> [ObjectKey] {
        if let hook {
            let results = application.status.operation?.syncResult.resources ?? []
            let keys = results.filter { $0.hookType != nil && $0.key.name == hook }.map(\.key)
            guard !keys.isEmpty else {
                let hooks = Set(results.filter { $0.hookType != nil }.map(\.key.name)).sorted()
                let near = NameLikeness(of: hook).nearest(of: hooks)
                let hint =
                    near.isEmpty
                    ? hooks.isEmpty ? "" : "; it has \(hooks.joined(separator: ", "))"
                    : "; did you mean \(near.joined(separator: ", "))?"
                throw CommandFailure(
                    .unmet, "the last operation of application '\(name)' has no hook '\(hook)'\(hint)")
            }
            return keys.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }
        return application.status.resources.map(\.key).filter { key in
            (kind.map { $0 == key.kind } ?? true) && (group.map { $0 == key.group } ?? true)
                && (objectNamespace.map { $0 == key.namespace } ?? true)
                && (resourceName.map { $0 == key.name } ?? true) && Self.writing.contains(key.kind)
        }
    }

    /// The kinds that have Pods.
    private static let writing = ["Pod", "Job", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]

    private func show(_ pods: [KubeObject], _ logs: PodLogs) async throws {
        var query = PodLogs.Query()
        query.container = container ?? ""
        query.follows = follow
        query.isPrevious = previous
        query.hasTimestamps = timestamps
        query.tailLines = tail
        query.sinceSeconds = sinceSeconds
        let (wish, isAlone) = (query, pods.count == 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for pod in pods {
                group.addTask {
                    try await logs.read(pod, wish) { line in
                        Console.print((isAlone ? "" : "\(pod.name): ") + line.printable)
                    }
                }
                // Followed side by side, read one after the other.
                if !follow { try await group.waitForAll() }
            }
            try await group.waitForAll()
        }
    }
}
