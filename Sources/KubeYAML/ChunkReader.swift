/// Reads the text of one document.
struct ChunkReader {
    var place: Place
    var limits: YAMLLimits

    /// How much text may be parsed again because of escapes that libyaml has to be shown in another spelling.
    private static let repeatedBytes = 4 << 20

    func read(_ chunk: ArraySlice<UInt8>) throws(YAMLFailure) -> DocumentReader.Document {
        var text = chunk.starts(with: [0xEF, 0xBB, 0xBF]) ? chunk.dropFirst(3) : chunk
        var repeated = 0
        while true {
            let problem: EventParser.Problem
            switch attempt(text) {
            case .success(let document): return document
            case .failure(.failure(let failure)): throw failure
            case .failure(.parser(let found)): problem = found
            }
            repeated += text.count
            guard repeated <= Self.repeatedBytes, let respelled = respelled(text, after: problem) else {
                throw failure(problem, in: text)
            }
            text = respelled[...]
        }
    }

    private func attempt(_ text: ArraySlice<UInt8>) -> Result<DocumentReader.Document, DocumentReader.Stop> {
        text.withUnsafeBufferPointer { buffer in
            guard let parser = EventParser(buffer) else {
                return .failure(.failure(place.failure(.tooLarge, "there is no memory left to read YAML")))
            }
            var reader = DocumentReader(parser, at: place, limits: limits, escapes: QuotedEscapes(buffer))
            return Result { () throws(DocumentReader.Stop) in try reader.read() }
        }
    }

    private func respelled(_ text: ArraySlice<UInt8>, after problem: EventParser.Problem) -> [UInt8]? {
        guard case .mark(_, _, let index) = problem.position, problem.text == "found unknown escape character"
        else { return nil }
        return QuotedEscapes.replacingQuote(in: Array(text), atCharacter: index)
    }

    private func failure(_ problem: EventParser.Problem, in text: ArraySlice<UInt8>) -> YAMLFailure {
        switch problem.position {
        case .mark(let line, let column, _):
            // At the end of the text libyaml names the line after the last one.
            let last = text.dropLast().count { $0 == UInt8(ascii: "\n") }
            return place.failure(
                .syntax, problem.text, line: min(line, last), column: line <= last ? column : nil)
        case .offset(let offset):
            let before = text.prefix(offset)
            let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? before.startIndex
            return place.failure(
                .syntax, problem.text, line: before.count { $0 == UInt8(ascii: "\n") },
                column: before.endIndex - lineStart)
        }
    }
}
