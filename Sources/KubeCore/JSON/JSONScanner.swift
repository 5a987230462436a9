/// Checks a JSON text and notes its tokens: the one place where JSON's grammar stands.
///
/// It does not recurse: an array or object that is still open keeps the index of the one around it in its own
/// token, so the tape is the stack, and depth costs nothing.
struct JSONScanner {
    private var position = 0
    private var depth = 0
    /// The innermost open array or object.
    private var open = Self.none
    private let maximumDepth: Int

    /// Stands for "no token"; the largest index that a token can hold, which no tape reaches.
    private static let none = 1 << 28 - 1

    private init(maximumDepth: Int) {
        self.maximumDepth = maximumDepth
    }

    /// Notes the tokens of a text, the value first; the text is valid UTF-8 if this returns.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - limits: What is too much.
    ///   - tokens: Where they go; what it holds is replaced, its room is used again.
    /// - Returns: Whether the text is ASCII throughout.
    /// - Throws: The first thing that is wrong.
    static func scan(
        _ bytes: Span<UInt8>, limits: JSONLimits, into tokens: inout [JSONToken]
    ) throws(JSONParseFailure) -> Bool {
        tokens.removeAll(keepingCapacity: true)
        do throws(JSONProblem) {
            guard bytes.count <= limits.usableBytes else {
                throw JSONProblem(.tooLarge(limit: limits.usableBytes), at: 0)
            }
            let isASCII = try isASCII(bytes)
            let depth = max(0, min(limits.depth, bytes.count))
            // Every value but the innermost open ones ends with a byte of its own: comma, colon or bracket. Memory
            // that is not written to is not taken.
            try tokens.append(addingCapacity: bytes.count / 2 + depth + 2) { room throws(JSONProblem) in
                var scanner = JSONScanner(maximumDepth: depth)
                try scanner.scan(bytes, into: &room)
            }
            return isASCII
        } catch {
            throw JSONParseFailure(error, in: bytes)
        }
    }

    /// Whether the text is ASCII; it is a failure if it is not UTF-8 either.
    private static func isASCII(_ bytes: Span<UInt8>) throws(JSONProblem) -> Bool {
        do throws(UTF8.ValidationError) {
            return try UTF8Span(validating: bytes).isKnownASCII
        } catch {
            throw JSONProblem(.invalidUTF8, at: error.byteOffsets.lowerBound)
        }
    }

    private mutating func scan(
        _ bytes: Span<UInt8>, into tokens: inout OutputSpan<JSONToken>
    ) throws(JSONProblem) {
        position = bytes.afterWhitespace(from: 0)
        repeat {
            // A value; those that hold others stay open, and their first element or name is next.
            if try openValue(bytes, &tokens) { continue }
            try closeFinished(bytes, &tokens)
        } while open != Self.none
        guard position == bytes.count else {
            throw JSONProblem(.unexpected(wanted: "the end of the document"), at: position)
        }
    }

    /// Reads one value, or the beginning of an array or object that is not empty.
    ///
    /// - Returns: Whether a value has to follow inside what was opened.
    @inline(__always)
    private mutating func openValue(
        _ bytes: Span<UInt8>, _ tokens: inout OutputSpan<JSONToken>
    ) throws(JSONProblem) -> Bool {
        guard position < bytes.count else {
            throw JSONProblem(.unexpectedEnd(wanted: "a value"), at: position)
        }
        switch bytes[position] {
        case UInt8(ascii: "\""): position = try Self.scanString(bytes, from: position, &tokens)
        case UInt8(ascii: "{"):
            try push(.object, &tokens)
            position = bytes.afterWhitespace(from: position)
            guard position < bytes.count, bytes[position] == UInt8(ascii: "}") else {
                position = try Self.scanName(bytes, from: position, &tokens)
                return true
            }
            pop(&tokens)
        case UInt8(ascii: "["):
            try push(.array, &tokens)
            position = bytes.afterWhitespace(from: position)
            guard position < bytes.count, bytes[position] == UInt8(ascii: "]") else {
                return true
            }
            pop(&tokens)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            position = try Self.scanNumber(bytes, from: position, &tokens)
        default:
            position = try Self.scanLiteral(bytes, from: position, &tokens)
        }
        return false
    }

    /// Behind a value: closes what ends here, and steps over the comma to the next value.
    @inline(__always)
    private mutating func closeFinished(
        _ bytes: Span<UInt8>, _ tokens: inout OutputSpan<JSONToken>
    ) throws(JSONProblem) {
        while true {
            position = bytes.afterWhitespace(from: position)
            guard open != Self.none else { return }
            let isObject = tokens[open].kind == .object
            let byte = position < bytes.count ? bytes[position] : 0
            if byte == UInt8(ascii: ",") {
                position = bytes.afterWhitespace(from: position &+ 1)
                if isObject { position = try Self.scanName(bytes, from: position, &tokens) }
                return
            }
            guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                let wanted = isObject ? "a comma or the object's end" : "a comma or the array's end"
                throw Self.unexpected(wanted, bytes, at: position)
            }
            pop(&tokens)
        }
    }

    @inline(__always)
    private mutating func push(
        _ kind: JSONToken.Kind, _ tokens: inout OutputSpan<JSONToken>
    ) throws(JSONProblem) {
        guard depth < maximumDepth else { throw JSONProblem(.tooDeep(limit: maximumDepth), at: position) }
        depth &+= 1
        tokens.append(JSONToken(kind, start: position, reach: open))
        open = tokens.count &- 1
        position &+= 1
    }

    @inline(__always)
    private mutating func pop(_ tokens: inout OutputSpan<JSONToken>) {
        let token = tokens[open]
        tokens[open] = JSONToken(token.kind, start: token.start, reach: tokens.count)
        open = token.reach
        depth &-= 1
        position &+= 1
    }
}
