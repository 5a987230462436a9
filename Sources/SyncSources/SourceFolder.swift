/// A file of a source, in memory.
public struct SourceFile: Hashable, Sendable {
    /// Relative to the folder that was asked for.
    public var path: String
    public var content: [UInt8]
    public var isExecutable: Bool

    public init(path: String, content: [UInt8], isExecutable: Bool = false) {
        self.path = path
        self.content = content
        self.isExecutable = isExecutable
    }
}

/// A folder of a source, in memory.
public struct SourceFolder: Hashable, Sendable {
    /// In byte order of their paths. A link to a file counts as a file with that content.
    public var files: [SourceFile]
    /// Links to folders, and other repositories inside: what is in them is not here.
    public var skipped: [SkippedFile]

    public init(files: [SourceFile], skipped: [SkippedFile] = []) {
        self.files = files
        self.skipped = skipped
    }
}
