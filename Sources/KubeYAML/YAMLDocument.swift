public import KubeCore

/// One document of a stream, and where it stands in it.
public struct YAMLDocument: Hashable, Sendable {
    public var value: JSONValue
    /// Documents count from 1, empty ones included; a `---` before the first content begins no new one.
    public var document: Int
    /// The line of the whole stream on which the content begins, from 1.
    public var line: Int

    public init(value: JSONValue, document: Int, line: Int) {
        self.value = value
        self.document = document
        self.line = line
    }
}
