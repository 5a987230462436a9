/// What the scanners need of bytes.
extension Span<UInt8> {
    /// Eight bytes as one little-endian number; the caller knows that they are there.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        // Safe: the offset is checked against the span's end, and every pattern of 64 bits is a UInt64.
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The first byte at or behind `offset` that a JSON string cannot hold as it is: quote, backslash, control
    /// character; `count` if there is none.
    @inline(__always)
    func stringBreak(from offset: Int) -> Int {
        var position = offset
        while position &+ 8 <= count {
            let word = word(at: position)
            let quote = word ^ Self.repeated(0x22)
            let backslash = word ^ Self.repeated(0x5C)
            let found =
                Self.zeros(quote) | Self.zeros(backslash)
                | (word &- Self.repeated(0x20)) & ~word
            let mask = found & Self.repeated(0x80)
            if mask != 0 { return position &+ mask.trailingZeroBitCount >> 3 }
            position &+= 8
        }
        while position < count, !Self.endsRun(self[position]) { position &+= 1 }
        return position
    }

    /// Whether a string holds what ``JSONWriter`` escapes, or the first byte of it (of U+2028 and U+2029).
    var needsEscapes: Bool {
        var position = 0
        while position &+ 8 <= count {
            let word = word(at: position)
            // Quote and ampersand differ in one bit, and so do the angle brackets.
            let quote = (word & ~Self.repeated(0x04)) ^ Self.repeated(0x22)
            let bracket = (word & ~Self.repeated(0x02)) ^ Self.repeated(0x3C)
            let backslash = word ^ Self.repeated(0x5C)
            let separator = word ^ Self.repeated(0xE2)
            let found =
                Self.zeros(quote) | Self.zeros(bracket) | Self.zeros(backslash) | Self.zeros(separator)
                | (word &- Self.repeated(0x20)) & ~word
            if found & Self.repeated(0x80) != 0 { return true }
            position &+= 8
        }
        while position < count {
            switch self[position] {
            case 0..<0x20, 0x22, 0x26, 0x3C, 0x3E, 0x5C, 0xE2: return true
            default: position &+= 1
            }
        }
        return false
    }

    /// The first byte at or behind `offset` that is no white space; `count` if there is none.
    @inline(__always)
    func afterWhitespace(from offset: Int) -> Int {
        var position = offset
        while position < count {
            switch self[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
            default: return position
            }
        }
        return position
    }

    @inline(__always)
    private static func repeated(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

    /// Has the highest bit of the first byte that is zero, and perhaps of bytes behind it.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- repeated(0x01)) & ~word }

    @inline(__always)
    private static func endsRun(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x5C || byte < 0x20 }

    /// A string of bytes that are known to be UTF-8 (cut out of checked text at ASCII characters).
    @inline(__always)
    func string(_ range: Range<Int>, isASCII: Bool = false) -> String {
        if isASCII {
            // Safe: the text that this is cut from was checked to be ASCII throughout.
            return unsafe String(copying: UTF8Span(unchecked: extracting(range), isKnownASCII: true))
        }
        // Checked once more: it costs little, and tells the string whether it is ASCII, which later comparisons use.
        guard let text = try? UTF8Span(validating: extracting(range)) else { return "" }
        return String(copying: text)
    }
}
