/// Why bytes are not JSON that we accept, and where.
public struct JSONParseFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// The text ended where more was needed.
        case unexpectedEnd(wanted: String)
        /// Something else stands where `wanted` should.
        case unexpected(wanted: String)
        /// A name or text that is no JSON literal, such as `True` or `NaN`.
        case unknownLiteral
        /// A number that JSON does not allow, such as `01`, `+1` or `1.`.
        case malformedNumber
        /// A number that no 64-bit float holds.
        case numberOutOfRange
        /// A control character inside a string, which has to be escaped.
        case controlCharacter
        /// A backslash with something that JSON does not know after it.
        case malformedEscape
        case invalidUTF8
        case tooDeep(limit: Int)
        /// `limit` is in bytes.
        case tooLarge(limit: Int)
    }

    public var reason: Reason
    /// Counted in bytes from 0.
    public var offset: Int
    /// Counted from 1.
    public var line: Int
    /// Counted in characters (Unicode scalars) from 1.
    public var column: Int

    public init(_ reason: Reason, offset: Int, line: Int, column: Int) {
        self.reason = reason
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// Finds line and column of an offset.
    init(_ problem: JSONProblem, in bytes: Span<UInt8>) {
        reason = problem.reason
        offset = problem.offset
        line = 1
        column = 1
        for index in 0..<min(problem.offset, bytes.count) {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
    }
}

extension JSONParseFailure: CustomStringConvertible {
    /// A sentence with the place. It never quotes the document, which may hold a secret.
    public var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSONParseFailure.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unexpectedEnd(let wanted): "the JSON ends where \(wanted) is expected"
        case .unexpected(let wanted): "\(wanted) is expected here"
        case .unknownLiteral: "this is not a JSON value (only true, false and null stand without quotes)"
        case .malformedNumber: "this is not a number as JSON writes it"
        case .numberOutOfRange: "the number is larger than a 64-bit float"
        case .controlCharacter: "a control character in a string must be escaped"
        case .malformedEscape: "unknown escape in a string"
        case .invalidUTF8: "the text is not UTF-8"
        case .tooDeep(let limit): "more than \(limit) arrays and objects inside each other"
        case .tooLarge(let limit): "the JSON is larger than \(limit) bytes"
        }
    }
}

/// A failure before somebody counted lines.
struct JSONProblem: Error {
    var reason: JSONParseFailure.Reason
    var offset: Int

    init(_ reason: JSONParseFailure.Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
