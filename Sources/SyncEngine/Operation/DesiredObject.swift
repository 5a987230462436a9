public import KubeCore

/// An object as a manifest wants it, and where it was read.
public struct DesiredObject: Hashable, Sendable {
    public var object: KubeObject
    public var origin: ManifestOrigin

    public init(object: KubeObject, origin: ManifestOrigin) {
        self.object = object
        self.origin = origin
    }
}

/// The place of a manifest, for messages.
public struct ManifestOrigin: Hashable, Sendable, CustomStringConvertible {
    /// As a person would open it: relative to the source's folder, or `-` for standard input.
    public var file: String
    /// Documents of a file count from 1.
    public var document: Int
    /// The line of the file on which the document's first content stands, from 1.
    public var line: Int

    public init(file: String, document: Int, line: Int) {
        self.file = file
        self.document = document
        self.line = line
    }

    /// `web.yaml, document 3 (line 41)`
    public var description: String { "\(file), document \(document) (line \(line))" }
}
