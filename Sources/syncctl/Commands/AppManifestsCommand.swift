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

            Of an Application of the cluster: its sources at their newest revisions, those that --revision or \
            --revisions name, or files of this machine (--local) rendered in its way. With --core there need not be one: \
            then the command line says it all.

            Examples:
            syncctl app manifests shop --revision v1.2
            syncctl app manifests shop --core --local deploy/overlays/prod
            syncctl app manifests shop --core --source live --dest-namespace shop -o name
            """)

    @Argument(help: "The application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Flag(help: "There need not be an Application of that name.")
    var core = false

    @Option(name: .customLong("source"), help: "git: what the source wants; live: what is in the cluster.")
    var side: ManifestSide = .git

    @Flag(help: "Print the values of Secrets.")
    var showSecrets = false

    @OptionGroup(title: "Source and destination") var source: SourceOptions
    @OptionGroup(title: "Source and destination") var sources: SourceRevisionOptions
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    @Option(name: .shortAndLong, help: "yaml, json, or name: kind and name of each object.")
    var output: ManifestFormat = .yaml

    func run() async throws {
        let isDirect = core || cluster.embedded
        // What only files are needed for, no cluster is asked for.
        let early = isDirect && side == .git ? try await source.renderEarly(for: name) : nil
        let objects: [KubeObject]
        if let early {
            objects = early.objects.map(\.object)
        } else {
            objects = try await cluster.connected { connection in
                try await CommandFailure.explaining {
                    try await read(isDirect: isDirect, on: connection)
                } hint: {
                    await ApplicationHint(connection: connection).text(instead: $0)
                }
            }
        }
        output.print(objects, showingSecrets: showSecrets)
    }

    private func read(isDirect: Bool, on connection: Connection) async throws -> [KubeObject] {
        switch side {
        case .live:
            let application = try await source.repository.proof.application(
                name, isDirect: isDirect, on: connection)?
                .application
            return try await live(application, on: connection)
        case .git:
            switch try await source.subject(name, nil, isDirect: isDirect, on: connection) {
            case .manifests(let rendered):
                try sources.checkForNoApplication()
                return rendered.objects.map(\.object)
            case .application(let own):
                return try await own.manifests(of: SyncWish(source, sources)).manifests.objects.map(\.object)
            }
        }
    }

    private func live(_ application: Application?, on connection: Connection) async throws -> [KubeObject] {
        let tracking =
            application.map { $0.tracking(in: $0.home) }
            ?? Tracking(
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

/// What `--source` of `app manifests` chooses, in argocd's words.
enum ManifestSide: String, ExpressibleByArgument, CaseIterable {
    case git
    case live
}
