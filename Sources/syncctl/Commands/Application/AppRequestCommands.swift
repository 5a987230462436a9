import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// `syncctl app rollback NAME [ID]`
struct AppRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Has an Application synced to an earlier state.",
        discussion: """
            Hooks do not run. Refused while syncs begin by themselves. Ends with 0 also where the operation failed: look \
            at what is printed.

            Examples:
            syncctl app rollback shop
            syncctl app rollback shop 4 --prune
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Argument(help: "Of the entry in `app history`; else the one before the newest.")
    var id: Int64?

    @Flag(help: "Delete what the earlier state has not.")
    var prune = false

    @Flag(help: "Only try.")
    var dryRun = false

    @Option(help: "How long to wait, e.g. 5m; 0 means no limit.", transform: DurationArgument.parse)
    var timeout: Duration = .zero

    @Option(name: .shortAndLong, help: "wide, json, yaml, tree or tree=detailed.")
    var output: ApplicationFormat = .wide

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        var wish = RollbackWish(id: id)
        wish.prune = prune
        wish.dryRun = dryRun
        let rollback = wish
        try await options.withApplications { access in
            try await access.store.update(name.name, in: access.namespace(of: name)) {
                (object) throws(RequestRefusal) in
                object.request(try rollback.request(for: Application(object)))
            }
            var goal = WaitGoal()
            goal.operation = true
            let following = Following(
                access: access, name: name, goal: goal, timeout: timeout == .zero ? nil : timeout,
                format: output)
            _ = try await following.run()
        }
    }
}

/// `syncctl app history NAME`
struct AppHistoryCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case wide
        case id
    }

    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Shows what an Application was synced to.",
        discussion: "Example: syncctl app history shop -o id | tail -1")

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Option(name: .shortAndLong, help: "wide, or id: one a line.")
    var output: Format = .wide

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            let history = Application(try await access.get(name)).status.history
            switch output {
            case .id: history.forEach { Console.print("\($0.id)") }
            case .wide: show(SourceHistory.all(of: history))
            }
        }
    }

    private func show(_ histories: [SourceHistory]) {
        for (index, history) in histories.enumerated() {
            if index > 0 { Console.print("") }
            Console.print("SOURCE  \(history.url)")
            TextTable(header: SourceHistory.header, rows: history.rows).show()
        }
    }
}

/// `syncctl app terminate-op NAME`
struct AppTerminateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminate-op", abstract: "Has the operation of an Application ended.",
        discussion: """
            Running hooks are stopped; what was applied stays. Exit code 20 where no operation is in progress.

            Example: syncctl app terminate-op shop
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            try await access.store.update(name.name, in: access.namespace(of: name)) {
                (object) throws(RequestRefusal) in try object.terminate()
            }
            Console.print("Application '\(name)' operation terminating")
        }
    }
}

/// `syncctl app confirm-deletion NAME`
struct AppConfirmDeletionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm-deletion", abstract: "Approves of the deletions that an Application waits for.",
        discussion: """
            For objects with the sync option Prune=confirm or Delete=confirm.

            Example: syncctl app confirm-deletion shop
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            try await access.store.merge(
                KubeObject.deletionApproval(at: WallClock.now()), into: name.name,
                in: access.namespace(of: name))
            Console.print("Application '\(name)' deletion confirmed")
        }
    }
}

/// `syncctl app resources NAME`
struct AppResourcesCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case tree
        case treeDetailed = "tree=detailed"
    }

    static let configuration = CommandConfiguration(
        commandName: "resources", abstract: "Lists the objects of an Application.",
        discussion: """
            With --orphaned those of its destination namespace that belong to no application, but for what its project \
            says to ignore (spec.orphanedResources.ignore).

            Examples:
            syncctl app resources shop -o tree=detailed
            syncctl app resources shop --orphaned
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Option(name: .shortAndLong, help: "table, tree or tree=detailed.")
    var output: Format = .table

    @Flag(help: "What belongs to no application.")
    var orphaned = false

    @Option(help: "Refuse an Application of another project.")
    var project: String?

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            let application = Application(try await access.get(name))
            guard project.map({ $0 == application.spec.project }) ?? true else {
                throw CommandFailure(
                    .unmet, "application '\(name)' is of project \(application.spec.project)")
            }
            guard !orphaned else { return try await showOrphans(of: application, access) }
            let status = application.status
            switch output {
            case .table: Self.show(status.resources.map(\.key), areOrphans: false)
            case .tree, .treeDetailed:
                let tree = ResourceTreeView(isDetailed: output == .treeDetailed)
                try await tree.show(ResourceRow.rows(of: status), access)
            }
        }
    }

    private static func show(_ keys: [ObjectKey], areOrphans: Bool) {
        let rows = keys.map { [$0.group, $0.kind, $0.namespace, $0.name, areOrphans ? "Yes" : "No"] }
        TextTable(header: ["GROUP", "KIND", "NAMESPACE", "NAME", "ORPHANED"], rows: rows).show()
    }

    private func showOrphans(of application: Application, _ access: ApplicationAccess) async throws {
        let namespace = application.spec.destination.namespace
        guard !namespace.isEmpty else {
            throw CommandFailure(.unmet, "application '\(name)' names no destination namespace to look in")
        }
        let cluster = access.connection.cluster
        let project = try await access.project(of: application)
        let found = try await Orphans(cluster, rule: OrphanRule(project: project)).find(in: namespace)
        found.unlisted.warn("objects of theirs are not seen")
        switch output {
        case .table: Self.show(found.keys, areOrphans: true)
        case .tree, .treeDetailed:
            let tree = ResourceTreeView(isDetailed: output == .treeDetailed)
            try await tree.show(found.keys.map { ResourceRow(key: $0) }, access)
        }
    }
}
