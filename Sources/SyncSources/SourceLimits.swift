public import KubeYAML

/// How much a source may ask of us: it can come from a repository that somebody else writes.
///
/// The bounds on what is read stand here, those on programs that render in ``RenderSettings``; what exceeds one is refused with a message that names it.
public struct SourceLimits: Hashable, Sendable {
    /// Of each file, in its `bytes`, and of what it unfolds to.
    public var manifest: YAMLLimits
    /// Of all files together that are read for one source.
    public var totalBytes: Int
    /// Entries of folders looked at, whether they are manifests or not; entries of a commit.
    public var files: Int
    /// Folders inside one another.
    public var depth: Int
    public var git = GitLimits()

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

/// What a repository may cost.
public struct GitLimits: Hashable, Sendable {
    /// Bytes of what one fetch brings, as git packs it. The kernel ends a fetch that brings more.
    public var fetchBytes = 1 << 30
    /// Bytes of all files of a commit that is checked out, unpacked.
    public var checkOutBytes = 1 << 30
    /// Bytes of memory for each of git's processes.
    public var memoryBytes = 2 << 30
    /// Bytes of the list of a repository's branches and tags: half a million of them.
    public var referenceBytes = 32 << 20
    /// For asking a server for its branches and tags.
    public var listTime = Duration.seconds(30)
    /// For one fetch.
    public var fetchTime = Duration.seconds(600)
    /// For reading from our own copy.
    public var readTime = Duration.seconds(120)
    /// Bytes of all copies of repositories; beyond, those that were used least recently go.
    public var cacheBytes = 20 << 30
    /// How long a copy is kept that nobody uses.
    public var cacheTime = Duration.seconds(7 * 86400)

    public init() {}
}
