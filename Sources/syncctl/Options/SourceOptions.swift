import ArgumentParser
import KubeClient
import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// Where the manifests are, and where they go.
struct SourceOptions: ParsableArguments {
    @Option(
        name: [.long, .customShort("f")],
        help:
            "Directory with manifests, a kustomization or a chart; one file of manifests; or - for standard input.",
        completion: .directory)
    var local: String?

    @Option(
        help: "Folder that nothing in --local may lead out of; else the git checkout around it, or itself.",
        completion: .directory)
    var localRepoRoot: String?

    @Option(help: "Namespace for objects that name none; else the context's.")
    var destNamespace: String?

    @Option(
        help:
            "With --repo: branch, tag, commit or range of versions. With --local: what to record, else made of the content."
    )
    var revision: String?

    @Flag(
        help:
            "Accept that there are no manifests; with --prune everything of the application is then removed.")
    var allowEmpty = false

    @OptionGroup(title: "Repositories") var repository: RepositoryArguments
    @OptionGroup var tools: ToolArguments

    func validate() throws {
        if local != nil, repository.repo != nil {
            throw ValidationError("--local and --repo cannot be combined: there is one source")
        }
        if repository.repo == nil, repository.path != nil || repository.helmChart != nil {
            throw ValidationError("--path and --helm-chart need --repo")
        }
        if let local, local.isEmpty { throw ValidationError("--local is empty; - stands for standard input") }
        guard let destNamespace else { return }
        let isName = destNamespace.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || $0 == 45
        }
        guard isName, (1...63).contains(destNamespace.utf8.count) else {
            throw ValidationError(
                "'\(destNamespace)' cannot be a namespace: lower-case letters, digits and -, at most 63")
        }
    }

    /// Makes the manifests, as far as no cluster is needed for it: what is wrong with files is said at once.
    ///
    /// - Parameter name: The application's.
    /// - Returns: The objects and their revision; `nil` for a repository, which credentials of the cluster may open, and
    ///   for a chart, which may ask for the cluster's version: see ``render(for:on:)``.
    /// - Throws: ``CommandFailure`` that says what is wrong with which file.
    func renderEarly(for name: AppName) async throws -> RenderedSource? {
        guard let local, try !isChart(local, ApplicationSource()) else { return nil }
        let identity = RenderIdentity(application: name.name, namespace: destNamespace ?? "")
        return try checked(await renderLocal(local, ApplicationSource(), identity))
    }

    /// Whether the command line says what the source is.
    var isGiven: Bool { local != nil || repository.repo != nil }

    /// Makes the manifests for a cluster, with credentials from its Secrets.
    func render(for name: AppName, on connection: Connection) async throws -> RenderedSource {
        guard isGiven else {
            throw CommandFailure(
                .usage,
                "--core needs --local DIR, the directory with the manifests, or --repo URL --path DIR, where there is no "
                    + "Application '\(name)' that says it")
        }
        var identity = RenderIdentity(
            application: name.name, namespace: destNamespace ?? connection.namespace)
        try await identity.learn(of: connection.cluster)
        if let local { return try checked(await renderLocal(local, ApplicationSource(), identity)) }
        var secrets: [KubeObject] = []
        if repository.needsSecrets {
            secrets = try await RepositorySecrets(
                cluster: connection.cluster, namespace: repository.proof.appNamespace ?? "argocd"
            ).read()
        }
        return try checked(await renderRepository(for: identity, secrets))
    }

    /// What an operation is said to sync: a commit, or for files of this machine whatever the user calls them.
    func recordedRevision(of rendered: RenderedSource) -> String {
        repository.repo == nil ? revision ?? rendered.revision : rendered.revision
    }

    private func checked(_ rendered: RenderedSource) throws -> RenderedSource {
        rendered.skipped.forEach { Console.error("warning: \($0)") }
        guard allowEmpty || !rendered.objects.isEmpty else {
            let place = local.map { $0 == "-" ? "on standard input" : "in \($0) (.yaml, .yml, .json)" }
            throw CommandFailure(
                .usage,
                "there are no manifests \(place ?? "in the repository"); if that is meant, say --allow-empty")
        }
        return rendered
    }

    private func renderRepository(
        for identity: RenderIdentity, _ secrets: [KubeObject]
    ) async throws -> RenderedSource {
        var source = repository.source(at: revision)
        try tools.fill(&source)
        let request = RenderRequest.said(source, for: identity)
        let service = try repository.service(tools.settings, secrets: secrets)
        return try await StopSignals.guarding {
            do throws(SourcesFailure) {
                let rendered = try await service.render(request)
                return RenderedSource(
                    objects: rendered.objects, skipped: rendered.skipped,
                    revision: rendered.revisions.first ?? "")
            } catch {
                throw CommandFailure(.usage, error.message)
            }
        }
    }

    /// Makes the manifests of files of this machine as an Application's source would be made, but for what the command
    /// line says of its tool.
    func renderLocal(
        _ local: String, for application: Application, on connection: Connection
    ) async throws -> RenderedSource {
        var source = application.spec.sources.all.first ?? ApplicationSource()
        source.chart = ""
        var identity = RenderIdentity(
            application: application.metadata.name, namespace: application.spec.destination.namespace,
            project: application.spec.project)
        if try isChart(local, source) { try await identity.learn(of: connection.cluster) }
        return try checked(await renderLocal(local, source, identity))
    }

    private func isChart(_ local: String, _ source: ApplicationSource) throws -> Bool {
        var source = source
        try tools.fill(&source)
        do throws(RenderFailure) {
            return try LocalRendering(settings: tools.settings).type(
                of: local, top: localRepoRoot, source: source) == .helm
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }

    private func renderLocal(
        _ local: String, _ source: ApplicationSource, _ identity: RenderIdentity
    ) async throws -> RenderedSource {
        var source = source
        try tools.fill(&source)
        let (rendering, wanted) = (LocalRendering(settings: tools.settings), source)
        return try await StopSignals.guarding {
            do throws(RenderFailure) {
                return try await rendering.render(
                    local, top: localRepoRoot, source: wanted, identity: identity)
            } catch {
                throw CommandFailure(.usage, error.message)
            }
        }
    }
}

extension RenderRequest {
    /// Of a source that the command line says: messages name no field of an Application.
    static func said(_ source: ApplicationSource, for identity: RenderIdentity) -> RenderRequest {
        var request = RenderRequest(sources: [source], identity: identity)
        request.field = ""
        return request
    }
}

extension RenderIdentity {
    /// Learns what charts may ask of the cluster.
    fileprivate mutating func learn(of cluster: Cluster) async throws {
        do throws(ClientFailure) {
            let served = try await cluster.discovery.versions(notOlderThan: .seconds(60))
            (kubeVersion, apiVersions) = (served.server, served.api)
        } catch {
            throw CommandFailure(unreachable: error)
        }
    }
}
