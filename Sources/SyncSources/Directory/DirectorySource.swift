import KubeYAML
import SystemPackage

/// Plain manifests in a folder, in one file, or from standard input.
///
/// Files are taken in byte order of their paths; names end in `.yaml`, `.yml` or `.json`. Folders whose name begins
/// with a dot are not entered. Links are followed as long as they stay in the folder, or in the repository that it is of:
/// a mounted ConfigMap is made of such. The folder may come from anybody: nothing in it can make us read something else, wait, or fill the memory.
public struct DirectorySource: Hashable, Sendable {
    /// A folder, a file, or `-` for standard input.
    public var path: String
    /// Whether the folder's folders are read, too.
    public var recurses = false
    /// Only paths that match one of these are read; empty: all. See ``Glob``.
    public var include: [String] = []
    /// Paths that match one of these are not read, whatever ``include`` says.
    public var exclude: [String] = []
    public var limits = SourceLimits()
    /// What links must not lead out of; `nil`: the folder.
    var top: FilePath?

    public init(_ path: String) {
        self.path = path
    }

    /// Reads all manifests.
    ///
    /// Blocks while it reads files; standard input for as long as it takes.
    ///
    /// - Returns: The objects in render order, possibly none.
    /// - Throws: ``RenderFailure`` for the first file that cannot be used; there is no partial answer.
    public func render() throws(RenderFailure) -> RenderedSource {
        try render(standardInput: .standardInput)
    }

    func render(standardInput: FileDescriptor) throws(RenderFailure) -> RenderedSource {
        if path == "-" {
            return try render(BoundedFile(name: path, limit: limits.manifest.bytes).read(standardInput))
        }
        let root = FilePath(path)
        guard try kind(of: root) == .directory else {
            return try render(BoundedFile(name: path, limit: limits.manifest.bytes).read(root))
        }
        return try renderFolder(root)
    }

    private func kind(of root: FilePath) throws(RenderFailure) -> FileType {
        let type: FileType
        do {
            type = try Stat(root).type
        } catch {
            throw RenderFailure(path: path, reason: SystemFailure.reason(error, missing: .noSuchDirectory))
        }
        guard type == .directory || type == .regular else {
            throw RenderFailure(path: path, reason: .notADirectory)
        }
        return type
    }

    /// A file that the caller named: it has to be a manifest.
    private func render(_ content: [UInt8]) throws(RenderFailure) -> RenderedSource {
        let objects = try ManifestReader(file: path, limits: limits.manifest).objects(in: content)
        var revision = SourceRevision()
        // Its path relative to itself: how the caller named it must not count.
        revision.add(path: "", content: content)
        return RenderedSource(objects: objects, revision: revision.text)
    }

    /// What makes manifests from the folder that holds this file; `nil` if the files are manifests themselves.
    private static func tool(for path: String) -> String? {
        switch path.split(separator: "/").last {
        case "kustomization.yaml", "kustomization.yml": "kustomizations"
        case "Chart.yaml": "Helm charts"
        default: nil
        }
    }

    private func renderFolder(_ root: FilePath) throws(RenderFailure) -> RenderedSource {
        let selection = try PathSelection(include: include, exclude: exclude)
        var walk = try FolderWalk(root, in: top, name: path, recurses: recurses, limits: limits)
        let files = try walk.manifests { selection.contains($0) }
        var rendered = RenderedSource(objects: [], skipped: walk.skipped, revision: "")
        var revision = SourceRevision()
        var total = 0
        for file in files {
            if let tool = Self.tool(for: file.path) {
                throw RenderFailure(path: file.path, reason: .notRendered(tool))
            }
            let content = try BoundedFile(name: file.path, limit: limits.manifest.bytes).read(file.location)
            total += content.count
            guard total <= limits.totalBytes else {
                throw RenderFailure(path: path, reason: .totalTooLarge(limit: limits.totalBytes))
            }
            revision.add(path: file.path, content: content)
            let reader = ManifestReader(file: file.path, limits: limits.manifest)
            if let objects = try reader.objectsIfManifest(in: content) {
                rendered.objects += objects
            } else {
                rendered.skipped.append(SkippedFile(path: file.path, reason: .noManifest))
            }
        }
        rendered.revision = revision.text
        return rendered
    }
}
