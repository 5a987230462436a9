/// Cuts a stream into documents as kubectl does: by lines, before any of it is read as YAML.
///
/// This is not YAML's own rule. A line that begins with `---` separates wherever it stands; only blanks and a comment
/// may follow the dashes; directives are torn off the document that they were meant for.
struct DocumentSplitter {
    /// The lines between two separators.
    struct Chunk {
        var range: Range<Int>
        var place: Place
    }

    private let bytes: [UInt8]
    private var position: Int
    private var line: Int
    private var document: Int
    /// Whether something has been seen that a separator would end: content, a JSON value, another separator.
    private var hasBegun: Bool

    /// Splits what begins at `position` of the text.
    ///
    /// - Parameters:
    ///   - text: The whole stream.
    ///   - position: Where to begin.
    ///   - line: The line that begins there, from 1.
    ///   - documentsBefore: How many documents were read from what stands before.
    init(_ text: SourceText, from position: Int = 0, line: Int = 1, documentsBefore: Int = 0) {
        bytes = text.bytes
        self.position = position
        self.line = line
        document = max(documentsBefore, 1)
        hasBegun = documentsBefore > 0
    }

    /// The next document that has at least one line; `nil` at the end.
    mutating func next() throws(YAMLFailure) -> Chunk? {
        var start = position
        var place = Place(document: document, firstLine: line)
        while position < bytes.count {
            let current = nextLine()
            guard isSeparator(current) else {
                hasBegun = hasBegun || hasContent(current)
                continue
            }
            try checkSeparator(current, after: place)
            if hasBegun { document += 1 }
            hasBegun = true
            if start < current.lowerBound { return Chunk(range: start..<current.lowerBound, place: place) }
            start = position
            place = Place(document: document, firstLine: line)
        }
        return start < position ? Chunk(range: start..<position, place: place) : nil
    }

    /// Moves over one line and answers with its range, without the line feed.
    private mutating func nextLine() -> Range<Int> {
        let start = position
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        position = min(end + 1, bytes.count)
        line += 1
        return start..<end
    }

    private func isSeparator(_ range: Range<Int>) -> Bool {
        range.count >= 3 && bytes[range.lowerBound] == UInt8(ascii: "-")
            && bytes[range.lowerBound + 1] == UInt8(ascii: "-")
            && bytes[range.lowerBound + 2] == UInt8(ascii: "-")
    }

    private func hasContent(_ range: Range<Int>) -> Bool {
        guard !hasBegun else { return true }
        let first = bytes[range].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return first != nil && first != UInt8(ascii: "#")
    }

    private func checkSeparator(_ range: Range<Int>, after place: Place) throws(YAMLFailure) {
        let rest = bytes[(range.lowerBound + 3)..<range.upperBound]
        if rest.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { return }
        let scalars = String(decoding: rest, as: UTF8.self).unicodeScalars.drop(
            while: \.properties.isWhitespace)
        guard let first = scalars.first, first != "#" else { return }
        let shown = String(scalars.prefix(40).map(Character.init))
        throw place.failure(
            .separator, "only a comment may follow --- on its line, not \"\(shown)\"",
            line: line - 1 - place.firstLine)
    }
}
