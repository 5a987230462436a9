import KubeCore

/// Reads a whole stream: which parts are JSON, which YAML.
struct StreamReader {
    private let text: SourceText
    private let limits: YAMLLimits
    private var documents: [YAMLDocument] = []
    private var outputBytes = 0

    init(_ text: SourceText, limits: YAMLLimits) {
        self.text = text
        self.limits = limits
    }

    mutating func read() throws(YAMLFailure) -> [YAMLDocument] {
        if JSONStream.isLikely(text) {
            try readJSON()
        } else {
            var chunks = DocumentSplitter(text)
            while try readYAML(&chunks) {}
        }
        return documents
    }

    /// Reads JSON for as long as it is JSON, and YAML from there on.
    ///
    /// kubectl's rule: two values and more make it a JSON stream for good. What is neither JSON nor YAML is reported
    /// as JSON.
    private mutating func readJSON() throws(YAMLFailure) {
        var values = JSONStream(text, limits: limits)
        do {
            while let element = try values.next() {
                try append(
                    element.value, document: values.count, line: element.line, outputBytes: element.bytes)
            }
        } catch let failure {
            guard failure.reason == .syntax, values.count < 2 else { throw failure }
            values.skipRestOfLine()
            var chunks = DocumentSplitter(
                text, from: values.position, line: values.line, documentsBefore: values.count)
            do {
                guard try readYAML(&chunks) else { return }
            } catch {
                throw failure
            }
            while try readYAML(&chunks) {}
        }
    }

    /// Reads one document of YAML; the answer is `false` at the end.
    private mutating func readYAML(_ chunks: inout DocumentSplitter) throws(YAMLFailure) -> Bool {
        guard let chunk = try chunks.next() else { return false }
        let document = try read(chunk)
        try append(
            document.value, document: chunk.place.document, line: chunk.place.firstLine + document.line,
            outputBytes: document.outputBytes)
        return true
    }

    private mutating func append(
        _ value: JSONValue, document: Int, line: Int, outputBytes: Int
    ) throws(YAMLFailure) {
        guard document <= limits.documents else {
            throw Place(document: document, firstLine: line)
                .failure(.tooManyDocuments, "more than \(limits.documents) documents")
        }
        self.outputBytes += outputBytes
        if !value.isNull { documents.append(YAMLDocument(value: value, document: document, line: line)) }
    }

    private func read(_ chunk: DocumentSplitter.Chunk) throws(YAMLFailure) -> DocumentReader.Document {
        var rest = limits
        rest.outputBytes -= outputBytes
        return try ChunkReader(place: chunk.place, limits: rest).read(text.bytes[chunk.range])
    }
}
