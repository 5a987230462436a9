/// Base64 as Go's `StdEncoding` reads it: padded, line breaks ignored.
enum Base64 {
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let symbols = text.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard symbols.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(symbols.count / 4 * 3)
        for start in stride(from: 0, to: symbols.count, by: 4) {
            let padding = start + 4 == symbols.count ? self.padding(symbols[start..<(start + 4)]) : 0
            var group: UInt32 = 0
            for index in start..<(start + 4 - padding) {
                guard let value = value(symbols[index]) else { return nil }
                group = group << 6 | value
            }
            group <<= 6 * UInt32(padding)
            for shift in [16, 8, 0].prefix(3 - padding) {
                bytes.append(UInt8(truncatingIfNeeded: group >> shift))
            }
        }
        return bytes
    }

    private static func padding(_ group: ArraySlice<UInt8>) -> Int {
        min(2, group.reversed().prefix { $0 == UInt8(ascii: "=") }.count)
    }

    private static func value(_ symbol: UInt8) -> UInt32? {
        switch symbol {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(symbol - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(symbol - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(symbol - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

/// Bytes of a `!!binary` scalar as Go's JSON writes them.
enum UTF8Repair {
    /// Every byte that belongs to no character becomes a U+FFFD of its own; Swift would join some.
    static func string(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var repaired = String.UnicodeScalarView()
        var rest = bytes[...]
        while let first = rest.first {
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            let scalars = String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars
            if let scalars, scalars.count == 1 {
                repaired.append(contentsOf: scalars)
                rest = rest.dropFirst(length)
            } else {
                repaired.append("\u{FFFD}")
                rest = rest.dropFirst()
            }
        }
        return String(repaired)
    }
}
