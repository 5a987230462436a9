import SyncEngine
import SystemPackage

/// Renders one source whose files are at hand, by whatever its type asks for.
struct FolderRendering: Sendable {
    var source: ApplicationSource
    /// All files of the repository.
    var folder: SourceRoot
    var identity: RenderIdentity
    /// The commit, for what names it.
    var revision = ""
    /// Other sources of the Application, by their `ref`.
    var references: [String: SourceRoot] = [:]
    var settings: RenderSettings
    var repositories: ChartRepositories?

    /// Renders.
    ///
    /// - Parameters:
    ///   - programs: What there is to render with.
    ///   - work: Where may be written.
    /// - Returns: The objects, and what they depend on.
    /// - Throws: ``RenderFailure``.
    @concurrent func render(
        with programs: RenderPrograms, in work: WorkFolder
    ) async throws(RenderFailure) -> RenderedFolder {
        guard let path = SourcePath(source.path) else {
            throw RenderFailure(path: source.path, reason: .leadsOutside)
        }
        switch try type(at: path) {
        case .directory: return try directory(path)
        case .kustomize:
            let kustomize = KustomizeSource(
                folder: folder, path: path, options: source.kustomize, variables: variables,
                settings: settings)
            return try await kustomize.render(with: programs.kustomize, in: work)
        case .helm:
            let helm = HelmSource(
                folder: folder, path: path, options: source.helm ?? HelmOptions(), identity: identity,
                variables: variables, references: references, settings: settings, repositories: repositories)
            return try await helm.render(with: programs.helm, in: work)
        }
    }

    /// What makes manifests of a folder: what the source says, or else what lies in it.
    func type(at path: SourcePath) throws(RenderFailure) -> SourceType {
        if let type = source.explicitType { return type }
        for (name, type) in SourceType.marks {
            guard let mark = SourcePath(name, in: path), let place = try folder.place(mark) else {
                continue
            }
            if place.kind == .file { return type }
        }
        return .directory
    }

    private var variables: BuildEnvironment {
        BuildEnvironment(
            source: source, revision: revision, name: identity.application, namespace: identity.namespace,
            project: identity.project)
    }

    private func directory(_ path: SourcePath) throws(RenderFailure) -> RenderedFolder {
        guard let place = try folder.place(path) else {
            throw RenderFailure(path: path.description, reason: .noSuchDirectory)
        }
        var directory = DirectorySource(place.location.string)
        directory.recurses = source.directory?.recurse ?? false
        directory.include = [source.directory?.include ?? ""].filter { !$0.isEmpty }
        directory.exclude = [source.directory?.exclude ?? ""].filter { !$0.isEmpty }
        directory.limits = settings.limits
        directory.top = folder.root
        let rendered = try directory.render()
        return RenderedFolder(
            objects: rendered.objects, skipped: rendered.skipped,
            inputs: [RenderInput(path: path), RenderInput(path: place.path)], type: .directory,
            revision: rendered.revision)
    }
}

/// The programs that were found on this machine; `nil` for those that were not.
struct RenderPrograms: Hashable, Sendable {
    var kustomize: RenderProgram?
    var helm: RenderProgram?

    /// Looks for all of them.
    static func found(in environment: [String: String], _ folder: WorkFolder) async -> RenderPrograms {
        RenderPrograms(
            kustomize: await KustomizeProgram.find(in: environment, folder),
            helm: await HelmProgram.find(in: environment, folder))
    }
}

extension SourceType {
    /// The files by which a folder's type is known, in the order in which they count.
    static let marks: [(name: String, type: SourceType)] =
        [("Chart.yaml", .helm)] + KustomizationFile.names.map { ($0, .kustomize) }
}
