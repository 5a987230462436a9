/// Where a document stands in its stream.
struct Place: Hashable {
    /// Counted from 1.
    var document: Int
    /// The line of the stream on which the document's first line stands, from 1.
    var firstLine: Int

    /// A failure of this document.
    ///
    /// - Parameters:
    ///   - reason: What kind of problem.
    ///   - problem: What is wrong.
    ///   - line: The line within the document, from 0, as libyaml counts; `nil` for the document as a whole.
    ///   - column: From 0; `nil` where there is none.
    /// - Returns: The failure, in lines of the stream and of the document, from 1.
    func failure(
        _ reason: YAMLFailure.Reason, _ problem: String, line: Int? = nil, column: Int? = nil
    ) -> YAMLFailure {
        let line = line ?? 0
        return YAMLFailure(
            reason, problem, document: document, line: firstLine + line, lineInDocument: line + 1,
            column: column.map { $0 + 1 })
    }
}
