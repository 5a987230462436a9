/// A stream could not be read as kubectl would read it, or asked for too much.
public struct YAMLFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// Not YAML (and not JSON, where the stream begins with `{`).
        case syntax
        /// A line begins with `---` and goes on with something else than a comment.
        case separator
        /// YAML, but nothing that JSON can hold: a key that is a list, a merge of a number, infinity.
        case value
        /// An alias without its anchor, or one inside its own anchor.
        case alias
        /// Aliases expand to far more than was written.
        case excessiveAliasing
        /// Larger than the limit on bytes.
        case tooLarge
        case tooManyDocuments
        case tooDeep
        /// Written out, with aliases expanded, it would be larger than the limit on output bytes.
        case tooMuchOutput
    }

    public var reason: Reason
    /// What is wrong, without the place.
    public var problem: String
    /// Counted as in ``YAMLDocument``.
    public var document: Int
    /// Of the whole stream, from 1.
    public var line: Int
    /// Of the document, counted from the line after its separator, from 1.
    public var lineInDocument: Int
    /// From 1; `nil` where the problem is not at one place.
    public var column: Int?

    public init(
        _ reason: Reason, _ problem: String, document: Int = 1, line: Int = 1, lineInDocument: Int = 1,
        column: Int? = nil
    ) {
        self.reason = reason
        self.problem = problem
        self.document = document
        self.line = line
        self.lineInDocument = lineInDocument
        self.column = column
    }
}

extension YAMLFailure: CustomStringConvertible {
    /// The sentence for people, with both ways to find the place.
    ///
    /// `syntax error on line 7 of document 3 (line 41 of the file): did not find expected key`
    public var message: String {
        let place =
            document == 1 && line == lineInDocument
            ? "on line \(line) of document 1"
            : "on line \(lineInDocument) of document \(document) (line \(line) of the file)"
        return switch reason {
        case .syntax: "syntax error \(place): \(problem)"
        case .separator, .value, .alias: "error \(place): \(problem)"
        case .excessiveAliasing, .tooManyDocuments, .tooDeep, .tooMuchOutput: "refused \(place): \(problem)"
        case .tooLarge: problem
        }
    }

    public var description: String { message }
}
