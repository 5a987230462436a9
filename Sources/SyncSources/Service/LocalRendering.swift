import KubeCore
public import SyncEngine
import SystemPackage

/// Renders folders of the user's own: no repository, no cache.
public struct LocalRendering: Sendable {
    public var settings: RenderSettings

    public init(settings: RenderSettings) {
        self.settings = settings
    }

    /// Renders a folder, a file, or `-` for standard input.
    ///
    /// - Parameters:
    ///   - path: What is rendered. A folder's type is known by what lies in it, if the source does not say.
    ///   - top: The folder that nothing may lead out of; `nil`: the nearest one around that is a git checkout, or the
    ///     folder itself.
    ///   - source: The options; its own path and address do not count.
    ///   - identity: For whom.
    /// - Returns: The objects, with the revision that their files make, or the options too where a program was run.
    /// - Throws: ``RenderFailure``.
    public func render(
        _ path: String, top: String? = nil, source: ApplicationSource = ApplicationSource(),
        identity: RenderIdentity
    ) async throws(RenderFailure) -> RenderedSource {
        guard path != "-", try Self.isFolder(path) else { return try directory(path, source) }
        let (rendering, type) = try rendering(path, top, source, identity)
        // Named as the user named it.
        guard type != .directory else { return try directory(path, source) }
        let settings = settings
        return try await WorkFolder.with(in: FilePath(settings.workFolder)) { work throws(RenderFailure) in
            let programs = await RenderPrograms.found(in: settings.environment, work)
            let rendered: RenderedFolder
            do throws(RenderFailure) {
                rendered = try await rendering.render(with: programs, in: work)
            } catch {
                // The top of it all is known to the user by another name.
                throw RenderFailure(path: error.path == "." ? path : error.path, reason: error.reason)
            }
            var revision = SourceRevision()
            for object in rendered.objects {
                revision.add(path: "", content: JSONValue.object(object.object.json).serialized())
            }
            return RenderedSource(
                objects: rendered.objects, skipped: rendered.skipped, revision: revision.text)
        }
    }

    /// What makes manifests of a path: what the source says, or else what lies in it.
    ///
    /// - Parameters:
    ///   - path: As of ``render(_:top:source:identity:)``.
    ///   - top: As there.
    ///   - source: The options.
    /// - Returns: The type; of what is no folder, a directory.
    /// - Throws: ``RenderFailure``.
    public func type(
        of path: String, top: String? = nil, source: ApplicationSource = ApplicationSource()
    ) throws(RenderFailure) -> SourceType {
        guard path != "-", try Self.isFolder(path) else { return .directory }
        return try rendering(path, top, source, RenderIdentity(application: "", namespace: "")).type
    }

    private func rendering(
        _ path: String, _ top: String?, _ source: ApplicationSource, _ identity: RenderIdentity
    ) throws(RenderFailure) -> (rendering: FolderRendering, type: SourceType) {
        guard let place = CanonicalPath.of(FilePath(path)) else {
            throw RenderFailure(path: path, reason: .noSuchDirectory)
        }
        let folder = try SourceRoot(top.map { FilePath($0) } ?? Self.checkout(around: place))
        guard place.starts(with: folder.root) else {
            throw RenderFailure(path: path, reason: .refused("does not lie in \(folder.root.string)"))
        }
        var relative = place
        _ = relative.removePrefix(folder.root)
        var source = source
        source.path = relative.string
        guard let inside = SourcePath(source.path) else {
            throw RenderFailure(path: path, reason: .badName)
        }
        let rendering = FolderRendering(
            source: source, folder: folder, identity: identity, settings: settings,
            repositories: ChartRepositories(settings: settings) { _ in nil })
        return (rendering, try rendering.type(at: inside))
    }

    private func directory(
        _ path: String, _ source: ApplicationSource
    ) throws(RenderFailure) -> RenderedSource {
        var directory = DirectorySource(path)
        directory.limits = settings.limits
        directory.recurses = source.directory?.recurse ?? false
        directory.include = [source.directory?.include ?? ""].filter { !$0.isEmpty }
        directory.exclude = [source.directory?.exclude ?? ""].filter { !$0.isEmpty }
        return try directory.render()
    }

    private static func isFolder(_ path: String) throws(RenderFailure) -> Bool {
        do {
            return try Stat(FilePath(path)).type == .directory
        } catch {
            // Who reads it says so in better words.
            return false
        }
    }

    /// The nearest folder around that holds `.git`.
    private static func checkout(around place: FilePath) -> FilePath {
        var folder = place
        while !folder.components.isEmpty {
            if CanonicalPath.of(folder.appending(".git")) != nil { return folder }
            folder.removeLastComponent()
        }
        return place
    }
}
