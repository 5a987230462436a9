import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// How Applications are listed (C5).
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
    case wide
    case name
    case json
    case yaml

    /// Prints objects.
    ///
    /// - Parameters:
    ///   - objects: All of them.
    ///   - names: What each is called.
    ///   - table: The rows for people.
    func show(_ objects: [JSONValue], names: [String], _ table: TextTable) {
        switch self {
        case .wide: table.show()
        case .name: names.forEach { Console.print($0) }
        case .json: Console.print(ApplicationView.text(objects, .json, isList: true))
        case .yaml: Console.print(ApplicationView.text(objects, .yaml, isList: true))
        }
    }
}

/// `syncctl app list`
struct AppListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the Applications of a namespace, or of all.",
        discussion: """
            Examples:
            syncctl app list
            syncctl app list -A -l team=web -o name
            syncctl app list --project default --repo https://git.example.com/shop.git
            """)

    @Flag(name: [.customShort("A"), .long], help: "The Applications of all namespaces.")
    var allNamespaces = false

    @OptionGroup var filter: ApplicationFilterOptions

    @Option(name: .shortAndLong, help: "Only Applications of this project. Repeatable.")
    var project: [String] = []

    @Option(name: .shortAndLong, help: "Only Applications with this repository.")
    var repo: String?

    @Option(
        name: [.customShort("c"), .customLong("dest-cluster")],
        help: "Only Applications for this cluster: its address or name.")
    var destinationCluster: String?

    @Option(name: [.customShort("P"), .long], help: "Only Applications with this path.")
    var path: String?

    @Option(name: .shortAndLong, help: "wide, name, json or yaml.")
    var output: ListFormat = .wide

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            let all = try await access.store.list(
                in: allNamespaces ? "" : access.namespace, selector: filter.selector?.selector)
            let chosen = all.filter { wish.contains(Application($0)) }
            output.show(
                chosen.map { .object($0.json) }, names: chosen.map { Application($0).qualifiedName },
                TextTable(
                    header: ApplicationListing.header,
                    rows: chosen.map { ApplicationListing(Application($0)).cells }))
        }
    }

    private var wish: ApplicationFilter {
        var wish = ApplicationFilter()
        wish.projects = project
        wish.repository = repo ?? ""
        wish.cluster = destinationCluster ?? ""
        wish.path = path ?? ""
        return wish
    }
}
