import ArgumentParser
import KubeClient
import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// `syncctl app manifests NAME`
struct AppManifestsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifests", abstract: "Prints an application's manifests: as wanted, or as they are.",
        discussion: """
            With --source git what a sync would read from the source; with --source live the objects in the cluster that \
            are tracked to the application. Values of Secrets are hidden unless --show-secrets is said.

            Examples:
            syncctl app manifests shop --core --local deploy/overlays/prod
            syncctl app manifests shop --core --source live --dest-namespace shop -o name
            """)

    @Argument(help: "The application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Flag(help: "Work from this process, without a controller in the cluster.")
    var core = false

    @Option(name: .customLong("source"), help: "git: what the source wants; live: what is in the cluster.")
    var side: ManifestSide = .git

    @Flag(help: "Print the values of Secrets.")
    var showSecrets = false

    @OptionGroup(title: "Source and destination") var source: SourceOptions
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    @Option(name: .shortAndLong, help: "yaml, json, or name: kind and name of each object.")
    var output: ManifestFormat = .yaml

    func run() async throws {
        try cluster.demandDirectUse(core: core, command: "app manifests")
        switch side {
        case .git:
            output.print(try await wanted(), showingSecrets: showSecrets)
        case .live: output.print(try await live(), showingSecrets: showSecrets)
        }
    }

    private func wanted() async throws -> [KubeObject] {
        if let early = try await source.renderEarly(for: name) { return early.objects.map(\.object) }
        return try await cluster.connected { connection in
            try await source.render(for: name, on: connection).objects.map(\.object)
        }
    }

    private func live() async throws -> [KubeObject] {
        try await cluster.connected { connection in
            let tracking = Tracking(
                application: name.instance, destinationNamespace: source.destNamespace ?? connection.namespace
            )
            do throws(ClientFailure) {
                let found = try await LiveManifests(cluster: connection.cluster, tracking: tracking).read()
                found.unlisted.warn("objects of theirs are not seen")
                return found.objects
            } catch {
                throw CommandFailure(unreachable: error)
            }
        }
    }
}

/// What `--source` of `app manifests` chooses, in argocd's words.
enum ManifestSide: String, ExpressibleByArgument, CaseIterable {
    case git
    case live
}
