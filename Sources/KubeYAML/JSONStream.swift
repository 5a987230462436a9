import KubeCore

/// JSON values one after another, as Go's decoder takes them from a stream.
struct JSONStream {
    /// A value and where it stood.
    struct Element {
        var value: JSONValue
        /// Counted from 1.
        var line: Int
        var bytes: Int
    }

    private let bytes: [UInt8]
    private let limits: YAMLLimits
    /// Behind the last value.
    private(set) var position = 0
    /// The line on which `position` stands, from 1.
    private(set) var line = 1
    /// Values read so far.
    private(set) var count = 0

    init(_ text: SourceText, limits: YAMLLimits) {
        bytes = text.bytes
        self.limits = limits
    }

    /// Whether kubectl takes a stream for JSON: the first character that is not blank, near the beginning, is `{`.
    static func isLikely(_ text: SourceText) -> Bool {
        // The distance at which kubectl gives up looking.
        let start = text.bytes.prefix(4096)
        let first = String(decoding: start, as: UTF8.self).unicodeScalars.first {
            !$0.properties.isWhitespace
        }
        return first == "{"
    }

    /// The next value; `nil` at the end of the stream. After a failure, nothing has been taken.
    mutating func next() throws(YAMLFailure) -> Element? {
        guard let start = bytes[position...].firstIndex(where: { !Self.isBlank($0) }) else { return nil }
        let startLine = line + lineFeeds(in: position..<start)
        let end = self.end(ofValueAt: start)
        let value: JSONValue
        do {
            value = try JSONValue(
                parsing: Array(bytes[start..<end]),
                limits: JSONLimits(bytes: limits.bytes, depth: limits.depth))
        } catch {
            throw failure(error, line: startLine)
        }
        line = startLine + lineFeeds(in: start..<end)
        position = end
        count += 1
        return Element(value: KubeNumber.normalized(value), line: startLine, bytes: end - start)
    }

    /// Where YAML goes on once something is no JSON: behind the line feed, if only blanks stand before it.
    mutating func skipRestOfLine() {
        var index = position
        while index < bytes.count, Self.isBlank(bytes[index]) {
            index += 1
            guard bytes[index - 1] == UInt8(ascii: "\n") else { continue }
            line += 1
            break
        }
        position = index
    }

    private func failure(_ failure: JSONParseFailure, line startLine: Int) -> YAMLFailure {
        let reason: YAMLFailure.Reason =
            switch failure.reason {
            case .tooDeep: .tooDeep
            case .tooLarge: .tooLarge
            default: .syntax
            }
        let place = Place(document: count + 1, firstLine: startLine)
        return place.failure(
            reason, "\(failure.reason)", line: failure.line - 1,
            column: failure.line > 1 ? failure.column - 1 : nil)
    }

    /// The end of the value that begins at `start`, if it is one: the parser judges that.
    private func end(ofValueAt start: Int) -> Int {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index = end(ofStringAt: index)
                if depth == 0 { return index }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return index + 1 }
            case let byte where depth == 0 && Self.isBlank(byte): return index
            default: break
            }
            index += 1
        }
        // It does not end: it breaks off behind the last character that is not blank.
        return bytes.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? bytes.count
    }

    private func end(ofStringAt start: Int) -> Int {
        var index = start + 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return bytes.count
    }

    private func lineFeeds(in range: Range<Int>) -> Int {
        bytes[range].count { $0 == UInt8(ascii: "\n") }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (byte >= UInt8(ascii: "\t") && byte <= UInt8(ascii: "\r"))
    }
}
