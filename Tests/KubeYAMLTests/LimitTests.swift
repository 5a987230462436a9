import KubeCore
import KubeYAML
import Testing

/// Inputs that ask for too much are refused before they get it.
@Suite("I6 limits on YAML")
struct LimitTests {
    private func reason(_ text: String, _ limits: YAMLLimits = YAMLLimits()) -> YAMLFailure.Reason? {
        do {
            _ = try YAMLStream.documents(in: Array(text.utf8), limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }

    /// `levels` lists, each of ten times the one before.
    private func laughs(levels: Int) -> String {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1..<levels {
            text +=
                "a\(level): &a\(level) ["
                + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
        }
        return text
    }

    @Test("I6 a billion laughs are refused by goyaml's rule")
    func billionLaughs() {
        #expect(reason(laughs(levels: 9)) == .excessiveAliasing)
        #expect(reason(laughs(levels: 60)) == .excessiveAliasing)
        #expect(reason(laughs(levels: 2)) == nil)
    }

    @Test("I6 aliases through merges are charged, too")
    func mergedLaughs() {
        var text = "a0: &a0 {k0: [x,x,x,x,x,x,x,x,x,x]}\n"
        for level in 1..<9 {
            let entries = (0..<10).map { "k\($0): *a\(level - 1)" }.joined(separator: ", ")
            text += "a\(level): &a\(level) {\(entries), <<: *a\(level - 1)}\n"
        }
        #expect(reason(text) == .excessiveAliasing)
    }

    @Test("I6 what aliases expand to is bounded in bytes")
    func output() {
        let text =
            "a: &a \(String(repeating: "x", count: 10_000))\nl: [\(Array(repeating: "*a", count: 90).joined(separator: ","))]\n"
        #expect(reason(text) == nil)
        #expect(reason(text, YAMLLimits(outputBytes: 500_000)) == .tooMuchOutput)
        let two = "\(text)---\n\(text)"
        #expect(
            reason(two, YAMLLimits(outputBytes: 1_500_000)) == .tooMuchOutput, "all documents count together")
    }

    @Test("I6 collections inside one another are bounded, those inside aliases included")
    func depth() {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(reason("a: \(nested(511))\n") == nil)
        #expect(reason("a: \(nested(512))\n") == .tooDeep)
        #expect(reason("a: \(nested(100_000))\n") == .tooDeep)
        #expect(reason("a: &a \(nested(300))\nb: [[*a]]\n") == nil)
        let hidden =
            "a: &a \(nested(300))\nb: &b " + String(repeating: "[", count: 300) + "*a"
            + String(repeating: "]", count: 300) + "\n"
        #expect(reason(hidden) == .tooDeep)
        #expect(reason("{\"a\": \(nested(600))}") == .tooDeep)
    }

    @Test("I6 bytes and documents are bounded, and the message says by how much")
    func bytesAndDocuments() {
        let limits = YAMLLimits(bytes: 100, documents: 3)
        #expect(reason(String(repeating: "#", count: 101), limits) == .tooLarge)
        #expect(reason("a\n---\nb\n---\nc\n", limits) == nil)
        #expect(reason("a\n---\nb\n---\nc\n---\nd\n", limits) == .tooManyDocuments)
        #expect(reason("{}{}{}{}", limits) == .tooManyDocuments)
        let failure = #expect(throws: YAMLFailure.self) {
            try YAMLStream.documents(in: Array(repeating: 0x23, count: 101), limits: limits)
        }
        #expect(failure?.message == "101 bytes of YAML are more than the limit of 100")
    }

    @Test("I6 a mapping with very many keys takes time in proportion", .timeLimit(.minutes(1)))
    func manyKeys() throws {
        let text = (0..<50_000).map { "key\($0 % 25_000): \($0)\n" }.joined()
        let documents = try YAMLStream.documents(in: Array(text.utf8))
        #expect(documents.first?.value.object?.count == 25_000)
        #expect(documents.first?.value["key7"] == 25_007)
    }

    @Test("I6 very many escapes that libyaml does not know are refused in the end", .timeLimit(.minutes(1)))
    func respelling() {
        let scalar = "\"" + String(repeating: #"\'"#, count: 10) + "\"\n"
        #expect(reason(String(repeating: "- " + scalar, count: 200)) == nil)
        #expect(reason(String(repeating: "- " + scalar, count: 20_000)) == .syntax)
    }
}
