/// One value or member name of a JSON text, in 64 bits: its kind, where it begins, how far it reaches.
///
/// Layout, from the high end: kind (4 bits), reach (28), first byte (32).
struct JSONToken: BitwiseCopyable, Sendable {
    enum Kind: UInt8 {
        case null
        case `true`
        case `false`
        /// Fits 64 bits.
        case int
        case double
        /// As it stands in the text; `start` is behind the quote.
        case plainString
        /// With escapes.
        case escapedString
        case array
        case object
    }

    var bits: UInt64

    /// - Parameters:
    ///   - kind: What it is.
    ///   - start: Offset of its first byte.
    ///   - reach: Length in bytes; of an array or object the index of the token behind its last one.
    init(_ kind: Kind, start: Int, reach: Int) {
        bits = UInt64(kind.rawValue) << 60 | UInt64(reach) << 32 | UInt64(start)
    }

    @inline(__always)
    var kind: Kind {
        switch bits >> 60 {
        case 0: .null
        case 1: .true
        case 2: .false
        case 3: .int
        case 4: .double
        case 5: .plainString
        case 6: .escapedString
        case 7: .array
        default: .object
        }
    }

    var start: Int { Int(bits & 0xFFFF_FFFF) }
    var reach: Int { Int(bits >> 32 & 0xFFF_FFFF) }

    var range: Range<Int> { start..<start + reach }

    /// Whether it has tokens inside.
    var isContainer: Bool { bits >> 60 >= UInt64(Kind.array.rawValue) }
}
