import KubeYAML
import Testing

/// Where a document, or what is wrong with it, is said to stand.
@Suite("Places in a stream")
struct PlaceTests {
    struct Numbered: CustomTestStringConvertible {
        var rule: String
        var text: String
        /// Document and line of each.
        var places: [[Int]]
        var testDescription: String { rule }
    }

    static let numbered = [
        Numbered(rule: "one document", text: "a: 1\n", places: [[1, 1]]),
        Numbered(
            rule: "a separator before the first content begins no new one", text: "---\na: 1\n",
            places: [[1, 2]]),
        Numbered(
            rule: "comments before the first separator are no document",
            text: "# x\n\n---\n# y\na: 1\n---\nb: 1\n",
            places: [[1, 5], [2, 7]]),
        Numbered(
            rule: "empty documents and nulls count", text: "a: 1\n---\n---\nnull\n---\n\nb: 2\n",
            places: [[1, 1], [4, 7]]),
        Numbered(
            rule: "the document ends where `...` stands", text: "a: 1\n...\nb: 2\n---\nc: 3\n",
            places: [[1, 1], [2, 5]]),
        Numbered(
            rule: "carriage returns do not count twice", text: "a: 1\r\n---\r\n\r\nb: 2\r\n",
            places: [[1, 1], [2, 4]]),
        Numbered(
            rule: "JSON values count as documents", text: "\n{}\n\n{\"a\":\n1} {}",
            places: [[1, 2], [2, 4], [3, 5]]),
        Numbered(
            rule: "YAML after a JSON value goes on counting", text: "{\"a\": 1}\n---\nb: 2\n---\nc: 3\n",
            places: [[1, 1], [2, 3], [3, 5]]),
    ]

    @Test("documents are numbered as people count separators", arguments: numbered)
    func numbers(_ sample: Numbered) throws {
        let documents = try YAMLStream.documents(in: Array(sample.text.utf8))
        #expect(documents.map { [$0.document, $0.line] } == sample.places)
    }

    struct Refused: CustomTestStringConvertible {
        var text: String
        var message: String
        var testDescription: String { message }
    }

    static let refused = [
        Refused(
            text: "a: 1\n---\nb: 2\n---\nc:\n  d: 1\n  e: 2\n  f: 3\n  g: 4\n  h: 5\n i: 6\n",
            message: "syntax error on line 7 of document 3 (line 11 of the file): did not find expected key"),
        Refused(
            text: "a: [1, 2\n",
            message: "syntax error on line 1 of document 1: did not find expected ',' or ']'"),
        Refused(
            text: "a: 1\n---\nx: 1\na: \u{1}\n",
            message:
                "syntax error on line 2 of document 2 (line 4 of the file): control characters are not allowed"
        ),
        Refused(
            text: "a: 1\n--- b: 2\n",
            message: "error on line 2 of document 1: only a comment may follow --- on its line, not \"b: 2\""),
        Refused(
            text: "a:\n  b: *x\n", message: "error on line 2 of document 1: unknown anchor 'x' referenced"),
        Refused(text: "a: &x [*x]\n", message: "error on line 1 of document 1: anchor 'x' contains itself"),
        Refused(
            text: "a:\n  image: {{ .Values.image }}\n",
            message: "error on line 2 of document 1: a key may not be a mapping or a list "
                + "(is a template {{ … }} unquoted?)"),
        Refused(
            text: "a: 1\nb: !!int x\n",
            message: "error on line 2 of document 1: the value is no !!int, as its tag says"),
        Refused(
            text: "a: \"x\\/y\"\n",
            message:
                #"syntax error on line 1 of document 1: found unknown escape character (\/ is none in YAML)"#),
        Refused(
            text: "{\"a\": 1}\n{\"b\": 2}\n{\"c\"\n: }\n",
            message: "syntax error on line 2 of document 3 (line 4 of the file): a value is expected here"),
        Refused(
            text: "{\"a\": [\n",
            message: "syntax error on line 1 of document 1: the JSON ends where a value is expected"),
    ]

    @Test("a refusal names document, line and what is wrong", arguments: refused)
    func refusals(_ sample: Refused) {
        #expect {
            try YAMLStream.documents(in: Array(sample.text.utf8))
        } throws: { error in
            let message = (error as? YAMLFailure)?.message ?? ""
            if !message.hasPrefix(sample.message) { Issue.record("\(message)") }
            return message.hasPrefix(sample.message)
        }
    }
}
