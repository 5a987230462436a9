/// The values of scalars of which the grammar was checked before.
extension Span<UInt8> {
    @inline(__always)
    func afterDigits(from offset: Int) -> Int {
        var position = offset
        while position < count, self[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
        return position
    }

    /// A number without fraction and exponent; `nil` if 64 bits do not hold it.
    func integer(_ range: Range<Int>) -> Int64? {
        let isNegative = self[range.lowerBound] == UInt8(ascii: "-")
        var value: Int64 = 0
        for position in range.dropFirst(isNegative ? 1 : 0) {
            let digit = Int64(self[position] &- UInt8(ascii: "0"))
            let (product, overflowsTen) = value.multipliedReportingOverflow(by: 10)
            // Downwards, since the smallest number has no positive counterpart.
            let (sum, overflowsDigit) = product.subtractingReportingOverflow(digit)
            if overflowsTen || overflowsDigit { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// Infinite if 64 bits do not hold it.
    func double(_ range: Range<Int>) -> Double {
        Double(string(range)) ?? .infinity
    }

    /// Four hexadecimal digits.
    func hexadecimal(at offset: Int) -> UInt16? {
        guard offset + 4 <= count else { return nil }
        var value: UInt16 = 0
        for position in offset..<offset + 4 {
            let digit: UInt8
            switch self[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = self[position] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = self[position] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = self[position] - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// A string with escapes, decoded. Half a surrogate pair becomes U+FFFD, as Go does it.
    func unescaped(_ range: Range<Int>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = self[position]
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                position += 1
                continue
            }
            position += 2
            switch self[position - 1] {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                let (scalar, length) = escapedScalar(at: position, before: range.upperBound)
                text.append(contentsOf: String(scalar).utf8)
                position += length
            default: text.append(self[position - 1])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The character behind `\u`, and how many bytes it took.
    private func escapedScalar(at offset: Int, before end: Int) -> (Unicode.Scalar, length: Int) {
        guard let first = hexadecimal(at: offset) else { return ("\u{FFFD}", 4) }
        if let scalar = Unicode.Scalar(first) { return (scalar, 4) }
        guard UTF16.isLeadSurrogate(first), offset + 10 <= end, self[offset + 4] == UInt8(ascii: "\\"),
            self[offset + 5] == UInt8(ascii: "u"), let second = hexadecimal(at: offset + 6),
            UTF16.isTrailSurrogate(second),
            let scalar = Unicode.Scalar(0x10000 + UInt32(first & 0x3FF) << 10 + UInt32(second & 0x3FF))
        else { return ("\u{FFFD}", 4) }
        return (scalar, 10)
    }
}

extension Span<UInt8> {
    /// Whether a text stands at an offset.
    @inline(__always)
    func holds(_ text: String, at offset: Int) -> Bool {
        let text = text.utf8
        guard count &- offset >= text.count else { return false }
        var position = offset
        for byte in text {
            if self[position] != byte { return false }
            position &+= 1
        }
        return true
    }
}
