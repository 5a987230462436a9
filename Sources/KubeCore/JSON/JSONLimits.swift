/// How much JSON is accepted from outside.
public struct JSONLimits: Hashable, Sendable {
    /// Bytes of the whole document; above 256 MiB less one byte the limit of ``JSONTape`` counts instead.
    public var bytes: Int
    /// Arrays and objects inside each other. What walks trees recurses: 512 levels take less than 256 KiB of stack, and
    /// less than 1 MiB in a debug build.
    public var depth: Int

    public init(bytes: Int = 128 << 20, depth: Int = 512) {
        self.bytes = bytes
        self.depth = depth
    }

    /// What a token's 28 bits can count.
    static let tapeBytes = 1 << 28 - 1

    var usableBytes: Int { min(bytes, Self.tapeBytes) }
}
