public import KubeYAML

/// How much a source may ask of us: it can come from a repository that somebody else writes.
public struct SourceLimits: Hashable, Sendable {
    /// Of each file, in its `bytes`, and of what it unfolds to.
    public var manifest: YAMLLimits
    /// Of all files together.
    public var totalBytes: Int
    /// Entries of folders looked at, whether they are manifests or not.
    public var files: Int
    /// Folders inside one another.
    public var depth: Int

    public init(
        manifest: YAMLLimits = YAMLLimits(), totalBytes: Int = 256 << 20, files: Int = 100_000,
        depth: Int = 64
    ) {
        self.manifest = manifest
        self.totalBytes = totalBytes
        self.files = files
        self.depth = depth
    }
}
