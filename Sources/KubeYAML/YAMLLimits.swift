/// How much a stream may ask of us. A manifest comes from outside; none of these is met by an honest one.
public struct YAMLLimits: Hashable, Sendable {
    /// Of the input.
    public var bytes: Int
    /// Of the stream, empty ones included.
    public var documents: Int
    /// Collections inside one another, those inside aliases included.
    public var depth: Int
    /// What all documents together would take written out, aliases expanded.
    public var outputBytes: Int

    public init(
        bytes: Int = 64 << 20, documents: Int = 100_000, depth: Int = 512, outputBytes: Int = 256 << 20
    ) {
        self.bytes = bytes
        self.documents = documents
        self.depth = depth
        self.outputBytes = outputBytes
    }
}
