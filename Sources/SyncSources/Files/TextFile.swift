import SystemPackage

/// A file of the user's own that is read as text, or standard input.
public struct TextFile {
    private let path: String
    private let limit: Int

    /// A file to read.
    ///
    /// - Parameters:
    ///   - path: Of the file; `-` for standard input.
    ///   - limit: In bytes.
    public init(_ path: String, limit: Int = 16 << 20) {
        self.path = path
        self.limit = limit
    }

    /// Reads all of it.
    public func text() throws(RenderFailure) -> String {
        let file = BoundedFile(name: path, limit: limit)
        let content = path == "-" ? try file.read(.standardInput) : try file.read(FilePath(path))
        return String(decoding: content, as: UTF8.self)
    }
}
