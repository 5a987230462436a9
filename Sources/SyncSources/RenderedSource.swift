public import SyncEngine

/// What a source wants in the cluster, at one of its revisions.
public struct RenderedSource: Hashable, Sendable {
    /// In render order: by file, then as they stand in it, lists expanded.
    ///
    /// May be empty. Whether an empty source is meant is for the caller to ask (D8).
    public var objects: [DesiredObject]
    /// What looked like manifests and was left out: worth a warning each.
    public var skipped: [SkippedFile]
    /// The commit, or for plain files a hash of what was read; see ``SourceRevision``.
    public var revision: String

    public init(objects: [DesiredObject], skipped: [SkippedFile] = [], revision: String) {
        self.objects = objects
        self.skipped = skipped
        self.revision = revision
    }
}

/// A file or folder that was left out, and why.
public struct SkippedFile: Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        /// Text that can be read, but none of its documents has `apiVersion` or `kind`.
        case noManifest
        /// A link to a folder of the same source: its files are read where they are.
        case linkedFolder
        /// Another repository inside this one: it is not fetched.
        case submodule
    }

    /// Relative to the source.
    public var path: String
    public var reason: Reason

    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    public var description: String {
        switch reason {
        case .noManifest: "\(path) is skipped: no document in it has apiVersion and kind"
        case .linkedFolder: "\(path) is skipped: links to folders are not followed"
        case .submodule: "\(path) is skipped: submodules are not fetched"
        }
    }
}
