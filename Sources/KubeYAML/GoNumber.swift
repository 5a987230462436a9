/// Numbers as Go's strconv reads them for goyaml.
enum GoNumber {
    /// A scalar that begins with a digit or a sign; `nil` if it is no number.
    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar? {
        guard text.allSatisfy(mayStandInNumber) else { return nil }
        let digits = text.filter { $0 != UInt8(ascii: "_") }
        if let integer = integer(digits[...]) { return integer }
        if isDecimalFloat(digits[...]) { return float(digits) }
        return oddBinary(digits[...])
    }

    /// A scalar that begins with a point; `nil` if it is no number.
    static func parseFraction(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar? {
        let all = Array(text)
        guard hasUnderscoresBetweenDigitsOnly(all) else { return nil }
        let digits = all.filter { $0 != UInt8(ascii: "_") }
        return isDecimalFloat(digits[...]) ? float(digits) : nil
    }

    /// Go's `ParseInt`, then `ParseUint`, with the base from the prefix.
    private static func integer(_ text: ArraySlice<UInt8>) -> YAMLScalar? {
        let (isNegative, unsigned) = withoutSign(text)
        let (digits, radix) = withoutPrefix(unsigned)
        guard let magnitude = magnitude(digits, radix: radix) else { return nil }
        if isNegative {
            guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
            return .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        }
        if let value = Int64(exactly: magnitude) { return .int(value) }
        // ParseUint takes no sign.
        return unsigned.count == text.count ? .unsigned(magnitude) : nil
    }

    private static func withoutSign(_ text: ArraySlice<UInt8>) -> (isNegative: Bool, rest: ArraySlice<UInt8>)
    {
        switch text.first {
        case UInt8(ascii: "-"): (true, text.dropFirst())
        case UInt8(ascii: "+"): (false, text.dropFirst())
        default: (false, text)
        }
    }

    private static func withoutPrefix(_ text: ArraySlice<UInt8>) -> (digits: ArraySlice<UInt8>, radix: UInt64)
    {
        guard text.first == UInt8(ascii: "0"), text.count > 1 else { return (text, 10) }
        guard text.count > 2, let letter = text.dropFirst().first else { return (text, 8) }
        return switch letter | 0x20 {
        case UInt8(ascii: "x"): (text.dropFirst(2), 16)
        case UInt8(ascii: "o"): (text.dropFirst(2), 8)
        case UInt8(ascii: "b"): (text.dropFirst(2), 2)
        default: (text, 8)
        }
    }

    private static func magnitude(_ digits: ArraySlice<UInt8>, radix: UInt64) -> UInt64? {
        guard !digits.isEmpty else { return nil }
        var sum: UInt64 = 0
        for byte in digits {
            guard let digit = digitValue(byte), digit < radix else { return nil }
            let (product, tooLarge) = sum.multipliedReportingOverflow(by: radix)
            let (next, stillTooLarge) = product.addingReportingOverflow(digit)
            if tooLarge || stillTooLarge { return nil }
            sum = next
        }
        return sum
    }

    private static func digitValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// `0b-101` is -5 to goyaml: what follows its `0b` is parsed again, and may have a sign there.
    private static func oddBinary(_ text: ArraySlice<UInt8>) -> YAMLScalar? {
        guard text.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "b")]) else { return nil }
        let (isNegative, digits) = withoutSign(text.dropFirst(2))
        guard let magnitude = magnitude(digits, radix: 2), let value = Int64(exactly: magnitude) else {
            return nil
        }
        return .int(isNegative ? -value : value)
    }
}

extension GoNumber {
    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
    private static func isDecimalFloat(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = withoutSign(text).rest
        let whole = rest.prefix(while: isDigit)
        rest = rest[whole.endIndex...]
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let fraction = rest.prefix(while: isDigit)
            if whole.isEmpty, fraction.isEmpty { return false }
            rest = rest[fraction.endIndex...]
        } else if whole.isEmpty {
            return false
        }
        guard let letter = rest.first else { return true }
        guard letter | 0x20 == UInt8(ascii: "e") else { return false }
        let power = withoutSign(rest.dropFirst()).rest
        return !power.isEmpty && power.allSatisfy(isDigit)
    }

    /// `nil` beyond the range, which leaves the scalar a string; too small is zero.
    private static func float(_ text: [UInt8]) -> YAMLScalar? {
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return .double(value)
    }

    private static func hasUnderscoresBetweenDigitsOnly(_ text: [UInt8]) -> Bool {
        text.indices.allSatisfy { index in
            text[index] != UInt8(ascii: "_")
                || (index > 0 && index + 1 < text.count && isDigit(text[index - 1])
                    && isDigit(text[index + 1]))
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Tells times, addresses and versions from numbers before anything is copied.
    private static func mayStandInNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"),
            UInt8(ascii: "O"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
