/// What has no parts. Each function notes one token and returns the offset behind it.
extension JSONScanner {
    /// A member's name and the colon, up to its value.
    @inline(__always)
    static func scanName(
        _ bytes: Span<UInt8>, from start: Int, _ tokens: inout OutputSpan<JSONToken>
    ) throws(JSONProblem) -> Int {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else {
            throw unexpected("a member's name in quotes", bytes, at: start)
        }
        let end = bytes.afterWhitespace(from: try scanString(bytes, from: start, &tokens))
        guard end < bytes.count, bytes[end] == UInt8(ascii: ":") else {
            throw unexpected("a colon", bytes, at: end)
        }
        return bytes.afterWhitespace(from: end &+ 1)
    }

    @inline(__always)
    static func scanString(
        _ bytes: Span<UInt8>, from quote: Int, _ tokens: inout OutputSpan<JSONToken>
    ) throws(JSONProblem) -> Int {
        let start = quote &+ 1
        var end = bytes.stringBreak(from: start)
        var kind = JSONToken.Kind.plainString
        if end >= bytes.count || bytes[end] != UInt8(ascii: "\"") {
            kind = .escapedString
            end = try endOfString(bytes, from: end)
        }
        tokens.append(JSONToken(kind, start: start, reach: end &- start))
        return end &+ 1
    }

    /// The closing quote of a string with escapes.
    private static func endOfString(_ bytes: Span<UInt8>, from start: Int) throws(JSONProblem) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            end = bytes.stringBreak(from: try afterEscape(bytes, at: end))
        }
        guard end < bytes.count else {
            throw JSONProblem(.unexpectedEnd(wanted: "a string's closing quote"), at: end)
        }
        return end
    }

    /// Checks the escape at an offset; a control character stands there otherwise.
    private static func afterEscape(_ bytes: Span<UInt8>, at offset: Int) throws(JSONProblem) -> Int {
        guard bytes[offset] == UInt8(ascii: "\\") else { throw JSONProblem(.controlCharacter, at: offset) }
        guard offset + 1 < bytes.count else {
            throw JSONProblem(.unexpectedEnd(wanted: "the rest of an escape"), at: bytes.count)
        }
        switch bytes[offset + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return offset + 2
        case UInt8(ascii: "u"):
            guard bytes.hexadecimal(at: offset + 2) != nil else {
                throw JSONProblem(.malformedEscape, at: offset)
            }
            return offset + 6
        default:
            throw JSONProblem(.malformedEscape, at: offset)
        }
    }

    static func scanLiteral(
        _ bytes: Span<UInt8>, from start: Int, _ tokens: inout OutputSpan<JSONToken>
    ) throws(JSONProblem) -> Int {
        switch bytes[start] {
        case UInt8(ascii: "t") where bytes.holds("true", at: start):
            tokens.append(JSONToken(.true, start: start, reach: 4))
            return start + 4
        case UInt8(ascii: "f") where bytes.holds("false", at: start):
            tokens.append(JSONToken(.false, start: start, reach: 5))
            return start + 5
        case UInt8(ascii: "n") where bytes.holds("null", at: start):
            tokens.append(JSONToken(.null, start: start, reach: 4))
            return start + 4
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            throw JSONProblem(.unknownLiteral, at: start)
        default:
            throw JSONProblem(.unexpected(wanted: "a value"), at: start)
        }
    }

    static func scanNumber(
        _ bytes: Span<UInt8>, from start: Int, _ tokens: inout OutputSpan<JSONToken>
    ) throws(JSONProblem) -> Int {
        let digits = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
        var end = bytes.afterDigits(from: digits)
        // A second digit behind a zero would be octal elsewhere.
        guard end > digits, end == digits + 1 || bytes[digits] != UInt8(ascii: "0") else {
            throw JSONProblem(.malformedNumber, at: start)
        }
        let integerEnd = end
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            end = try afterSomeDigits(bytes, from: end + 1, ofNumberAt: start)
        }
        if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
            end += 1
            if end < bytes.count, bytes[end] == UInt8(ascii: "+") || bytes[end] == UInt8(ascii: "-") {
                end += 1
            }
            end = try afterSomeDigits(bytes, from: end, ofNumberAt: start)
        }
        let isInteger = end == integerEnd && (end - digits < 19 || bytes.integer(start..<end) != nil)
        guard isInteger || bytes.double(start..<end).isFinite else {
            throw JSONProblem(.numberOutOfRange, at: start)
        }
        tokens.append(JSONToken(isInteger ? .int : .double, start: start, reach: end - start))
        return end
    }

    private static func afterSomeDigits(
        _ bytes: Span<UInt8>, from offset: Int, ofNumberAt start: Int
    ) throws(JSONProblem) -> Int {
        let end = bytes.afterDigits(from: offset)
        guard end > offset else { throw JSONProblem(.malformedNumber, at: start) }
        return end
    }

    static func unexpected(_ wanted: String, _ bytes: Span<UInt8>, at offset: Int) -> JSONProblem {
        offset < bytes.count
            ? JSONProblem(.unexpected(wanted: wanted), at: offset)
            : JSONProblem(.unexpectedEnd(wanted: wanted), at: offset)
    }
}
