/// Which texts a `!!timestamp` tag may stand before: those that goyaml reads as a time.
///
/// The text stays a string either way, so only yes or no is of interest.
enum Timestamps {
    /// `2006-1-2`, `2006-1-2 15:4:5`, `2006-1-2T15:4:5Z`, `2006-1-2t15:4:5+07:00`, each with any fraction.
    static func isTimestamp(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var reader = DigitReader(rest: Array(text)[...])
        guard let year = reader.number(digits: 4...4), reader.skip("-"),
            let month = reader.number(digits: 1...2), (1...12).contains(month), reader.skip("-"),
            let day = reader.number(digits: 1...2), day >= 1, day <= days(of: month, in: year)
        else { return false }
        if reader.rest.isEmpty { return true }
        if reader.skip(" ") { return hasTime(&reader) && reader.rest.isEmpty }
        guard reader.skip("T") || reader.skip("t"), hasTime(&reader) else { return false }
        return hasZone(&reader) && reader.rest.isEmpty
    }

    private static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func hasTime(_ reader: inout DigitReader) -> Bool {
        guard let hour = reader.number(digits: 1...2), hour < 24, reader.skip(":"),
            let minute = reader.number(digits: 1...2), minute < 60, reader.skip(":"),
            let second = reader.number(digits: 1...2), second < 60
        else { return false }
        if reader.skip(".") || reader.skip(",") { return reader.skipDigits() > 0 }
        return true
    }

    private static func hasZone(_ reader: inout DigitReader) -> Bool {
        if reader.skip("Z") { return true }
        guard reader.skip("+") || reader.skip("-"), let hours = reader.number(digits: 2...2), hours <= 24,
            reader.skip(":"), let minutes = reader.number(digits: 2...2)
        else { return false }
        return minutes < 60
    }
}

/// Takes numbers and single characters from the front of a text.
private struct DigitReader {
    var rest: ArraySlice<UInt8>

    mutating func number(digits: ClosedRange<Int>) -> Int? {
        let found = rest.prefix(digits.upperBound).prefix {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        guard found.count >= digits.lowerBound else { return nil }
        rest = rest.dropFirst(found.count)
        return found.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func skipDigits() -> Int {
        let found = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(found.count)
        return found.count
    }
}
