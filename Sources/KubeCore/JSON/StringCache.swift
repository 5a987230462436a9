/// Strings that were made before, so that the thousandth object shares its label names with the first.
///
/// Bounded: each slot holds the last string that fell on it. Only strings that Swift keeps on the heap, and that are
/// short enough to come again, go through it.
public struct StringCache: Sendable {
    private var slots: [String]

    /// - Parameter slots: Rounded up to a power of two; 16 bytes each, and the strings.
    public init(slots: Int = 8192) {
        let bits = Int.bitWidth - max(1, min(slots, 1 << 20) - 1).leadingZeroBitCount
        self.slots = Array(repeating: "", count: 1 << bits)
    }

    static let lengths = 16...64

    /// The string of bytes that are known to be UTF-8.
    mutating func string(_ range: Range<Int>, of bytes: Span<UInt8>, isASCII: Bool) -> String {
        guard Self.lengths.contains(range.count) else { return bytes.string(range, isASCII: isASCII) }
        let hash = bytes.fingerprint(range) &* 0x9E37_79B9_7F4A_7C15
        let slot = Int(truncatingIfNeeded: hash >> 40) & (slots.count - 1)
        if slots[slot].utf8.count == range.count,
            slots[slot].utf8Span.span.isSame(as: bytes.extracting(range))
        {
            return slots[slot]
        }
        let text = bytes.string(range, isASCII: isASCII)
        slots[slot] = text
        return text
    }
}
