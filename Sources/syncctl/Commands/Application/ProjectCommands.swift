import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// `syncctl project …`: what Applications may do.
struct ProjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "project", abstract: "Lists, shows and changes projects (AppProject).",
        subcommands: [
            ProjectListCommand.self, ProjectGetCommand.self, ProjectCreateCommand.self,
            ProjectSetCommand.self, ProjectDeleteCommand.self,
        ])
}

extension ApplicationOptions {
    /// Works with the projects of the Applications' namespace.
    func withProjects(_ body: (KindStore, _ namespace: String) async throws -> Void) async throws {
        try await withApplications { access in
            let projects = try await KindStore(ProjectEdit.kind, in: access.connection.cluster)
            try await body(projects, access.namespace)
        }
    }
}

/// The flags that describe a project.
struct ProjectFlags: ParsableArguments {
    @Option(help: "What the project is for.") var description: String?
    @Option(
        name: [.customShort("d"), .long],
        help: "Where Applications may go: CLUSTER,NAMESPACE, also with patterns. Repeatable.")
    var dest: [String] = []
    @Option(help: "Repository that Applications may use, also a pattern. Repeatable.") var src: [String] = []
    @Option(help: "Further namespace in which Applications may be. Repeatable.")
    var sourceNamespaces: [String] = []
    @Option(help: "Kind of the cluster, GROUP/KIND, that Applications may have. Repeatable.")
    var allowClusterResource: [String] = []
    @Option(help: "Kind of the cluster that they may not have. Repeatable.")
    var denyClusterResource: [String] = []
    @Option(help: "Kind of a namespace that they may have; if none is said, all. Repeatable.")
    var allowNamespacedResource: [String] = []
    @Option(help: "Kind of a namespace that they may not have. Repeatable.")
    var denyNamespacedResource: [String] = []

    var edit: ProjectEdit {
        var edit = ProjectEdit()
        edit.description = description
        edit.destinations = dest
        edit.sources = src
        edit.sourceNamespaces = sourceNamespaces
        edit.allowedClusterKinds = allowClusterResource
        edit.deniedClusterKinds = denyClusterResource
        edit.allowedKinds = allowNamespacedResource
        edit.deniedKinds = denyNamespacedResource
        return edit
    }
}

/// `syncctl project list`
struct ProjectListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists projects.", discussion: "Example: syncctl project list -o name")

    @Option(name: .shortAndLong, help: "wide, name, json or yaml.")
    var output: ListFormat = .wide

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withProjects { projects, namespace in
            let all = try await projects.list(in: namespace)
            output.show(
                all.map { .object($0.json) }, names: all.map(\.name),
                TextTable(header: ProjectListing.header, rows: all.map { ProjectListing($0).cells }))
        }
    }
}

/// `syncctl project get NAME`
struct ProjectGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows a project.",
        discussion: "Example: syncctl project get web -o yaml")

    @Argument(help: "The project.")
    var name: AppName

    @Option(name: .shortAndLong, help: "wide, name, json or yaml.")
    var output: ListFormat = .wide

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withProjects { projects, namespace in
            let project = try await projects.get(name.name, in: name.namespace ?? namespace)
            switch output {
            case .wide:
                Console.print(
                    ApplicationView.lines(ProjectListing(project).fields, width: 30).joined(separator: "\n"))
            case .name: Console.print(project.name)
            case .json: Console.print(ApplicationView.text([.object(project.json)], .json, isList: false))
            case .yaml: Console.print(ApplicationView.text([.object(project.json)], .yaml, isList: false))
            }
        }
    }
}

/// `syncctl project create NAME`
struct ProjectCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a project.",
        discussion: """
            What is not allowed is denied: without --src and --dest its Applications can do nothing.

            Examples:
            syncctl project create web --src 'https://git.example.com/*' --dest https://kubernetes.default.svc,web
            syncctl project create web -f web.yaml --upsert
            """)

    @Argument(help: "The project.")
    var name: AppName

    @Option(name: .shortAndLong, help: "File with the project, or - for standard input.", completion: .file())
    var file: String?

    @Flag(help: "Change a project that is there and differs.")
    var upsert = false

    @OptionGroup(title: "Project") var flags: ProjectFlags
    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        let base = try file.map(GivenFile.object)
        if let base, base.groupVersionKind.groupKind != ProjectEdit.kind.groupKind {
            throw CommandFailure(
                .usage, "the file holds \(base.groupVersionKind.groupKind), not an AppProject")
        }
        try await options.withProjects { projects, namespace in
            var wanted = ProjectEdit.new(name.name, in: name.namespace ?? namespace)
            if let spec = base?["spec"] { wanted["spec"] = spec }
            wanted = try flags.edit.applied(to: wanted)
            Console.print("project '\(name.name)' \(try await create(wanted, projects))")
        }
    }

    private func create(_ wanted: KubeObject, _ projects: KindStore) async throws -> String {
        if try await projects.create(wanted) != nil { return "created" }
        let live = try await projects.get(wanted.name, in: wanted.namespace)
        guard live["spec"] != wanted["spec"] else { return "unchanged" }
        guard upsert else {
            throw CommandFailure(
                .unmet, "project '\(wanted.name)' is there already and differs: say --upsert to change it")
        }
        try await projects.update(wanted.name, in: wanted.namespace) { $0["spec"] = wanted["spec"] }
        return "updated"
    }
}

/// `syncctl project set NAME`
struct ProjectSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Changes a project.",
        discussion: """
            A list that is named replaces the one that is there; the others stay.

            Example: syncctl project set web --dest https://kubernetes.default.svc,web --dest in-cluster,web-*
            """)

    @Argument(help: "The project.")
    var name: AppName

    @OptionGroup(title: "Project") var flags: ProjectFlags
    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        let edit = flags.edit
        guard !edit.isEmpty else {
            throw CommandFailure(.usage, "nothing is to be changed: see `syncctl help project set`")
        }
        try await options.withProjects { projects, namespace in
            try await projects.update(name.name, in: name.namespace ?? namespace) {
                (project) throws(RequestRefusal) in project = try edit.applied(to: project)
            }
        }
    }
}

/// `syncctl project delete NAME`
struct ProjectDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes a project that no Application uses.",
        discussion: "Example: syncctl project delete web")

    @Argument(help: "The project.")
    var name: AppName

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            let projects = try await KindStore(ProjectEdit.kind, in: access.connection.cluster)
            let namespace = name.namespace ?? access.namespace
            _ = try await projects.get(name.name, in: namespace)
            let users = try await access.store.list(in: "").map(Application.init)
                .filter { $0.spec.project == name.name }.map(\.qualifiedName)
            guard users.isEmpty else {
                throw CommandFailure(
                    .guarded, "project '\(name.name)' is used by \(users.joined(separator: ", "))")
            }
            try await projects.delete(name.name, in: namespace)
            Console.print("project '\(name.name)' deleted")
        }
    }
}
