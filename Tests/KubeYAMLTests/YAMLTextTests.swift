import Foundation
import KubeCore
import KubeYAML
import Testing

@Suite("YAML for people")
struct YAMLTextTests {
    struct Sample: CustomTestStringConvertible {
        var value: JSONValue
        var text: String
        var testDescription: String { text }

        init(_ value: JSONValue, _ text: String) {
            self.value = value
            self.text = text
        }
    }

    static let samples = [
        Sample(
            ["kind": "Service", "apiVersion": "v1", "spec": ["ports": [["port": 80, "name": "http"]]]],
            """
            apiVersion: v1
            kind: Service
            spec:
              ports:
              - name: http
                port: 80
            """),
        Sample(["a": [], "b": [:], "c": .null, "d": 1.5], "a: []\nb: {}\nc: null\nd: 1.5"),
        Sample([[1, [2, [:]]], []], "- - 1\n  - - 2\n    - {}\n- []"),
        Sample([["a": ["b": [1]]], "x"], "- a:\n    b:\n    - 1\n- x"),
        Sample(
            ["script": "#!/bin/sh\nset -e\n\n  echo hi\n", "b": "no end\nhere", "c": "two\n\n"],
            "b: |-\n  no end\n  here\nc: |+\n  two\n\nscript: |\n  #!/bin/sh\n  set -e\n\n    echo hi"),
        Sample(["- x\n", ["two\nlines"]], "- |\n  - x\n- - |-\n    two\n    lines"),
    ]

    @Test("values stand as kubectl writes them", arguments: samples)
    func layout(_ sample: Sample) throws {
        #expect(YAMLText(sample.value).lines.joined(separator: "\n") == sample.text)
        #expect(try read(sample.value) == sample.value)
    }

    @Test(
        "a text that could be taken for something else stands in quotes",
        arguments: [
            ("", #""""#), ("true", #""true""#), ("no", #""no""#), ("y", #""y""#), ("null", #""null""#),
            ("~", #""~""#), ("1", #""1""#), ("1e3", #""1e3""#), ("0x1f", #""0x1f""#), (".5", #"".5""#),
            ("1.2.3", "1.2.3"), ("1Gi", "1Gi"), ("500m", "500m"), ("2026-01-01", #""2026-01-01""#),
            ("12:30", #""12:30""#), ("2026-01-01T00:00:00Z", #""2026-01-01T00:00:00Z""#),
            ("nginx:1.25", "nginx:1.25"), ("a: b", #""a: b""#), ("a #b", #""a #b""#), ("a#b", "a#b"),
            ("a:", #""a:""#), ("- a", #""- a""#), ("*a", #""*a""#), ("&a", #""&a""#), ("!a", #""!a""#),
            ("{a", #""{a""#), ("%a", #""%a""#), ("@a", #""@a""#), ("`a", #""`a""#), ("<<", #""<<""#),
            (" a", #"" a""#), ("a ", #""a ""#), ("a b", "a b"), (#"it's "so""#, #"it's "so""#),
            (#""so""#, #""\"so\"""#), (#"a\b"#, #"a\b"#), ("tab\tbed", #""tab\tbed""#), ("café", "café"),
            ("\u{1B}[31mred", #""\x1B[31mred""#), ("\u{202E}live", #""\u202Elive""#),
            ("\u{FEFF}", #""\uFEFF""#), ("a\r\nb", #""a\r\nb""#), ("\u{7F}", #""\x7F""#),
            (" a\nb", #"" a\nb""#), ("a\n  \nb", #""a\n  \nb""#), ("\u{E0001}", #""\U000E0001""#),
        ])
    func scalars(_ text: String, _ written: String) throws {
        #expect(YAMLText(["v": .string(text)]).lines == ["v: \(written)"])
        #expect(try read(["v": .string(text)]) == ["v": .string(text)])
        let name = text.isEmpty ? "k" : text
        #expect(try read([name: 1])?.object?.members.map(\.key) == [name])
    }

    @Test("what is written reads back as the same value")
    func roundTrip() throws {
        let seed = UInt64.random(in: .min ... .max)
        var source = RandomValues(seed: seed)
        for round in 0..<2000 {
            let value = source.value(depth: 4)
            let back = try? read(["v": value])
            guard back == ["v": value] else {
                Issue.record("seed \(seed), round \(round): \(value.text)\n\(YAMLText(value).lines)")
                return
            }
        }
    }

    /// A value, written and read.
    private func read(_ value: JSONValue) throws -> JSONValue? {
        let text = YAMLText(value).lines.joined(separator: "\n") + "\n"
        return try YAMLStream.documents(in: Array(text.utf8)).first?.value
    }
}

/// Values made of what is hard to write.
private struct RandomValues {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    private mutating func number(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }

    mutating func value(depth: Int) -> JSONValue {
        switch number(depth > 0 ? 8 : 5) {
        case 0: return .null
        case 1: return .bool(number(2) == 0)
        case 2: return .int(Int64(number(2000)) - 1000)
        case 3, 4: return .string(text())
        case 5: return .array((0..<number(4)).map { _ in value(depth: depth - 1) })
        default:
            return .object(JSONObject((0..<number(4)).map { _ in (text(), value(depth: depth - 1)) }))
        }
    }

    private static let pieces = [
        "a", "b c", " ", "\n", "\n\n", ":", ": ", "#", " #", "-", "- ", "\t", "\"", "'", "\\", "|", ">", "{",
        "}",
        "[", "]", ",", "&", "*", "!", "%", "@", "`", "0", "1", "true", "null", "é", "e\u{301}", "\u{1F600}",
        "\u{85}",
        "\u{2028}", "\u{0}", "\u{1B}", "\r", "<<", "=", "?", "? ", "~", ".", "...", "---", "  ", "\u{A0}",
    ]

    private mutating func text() -> String {
        (0..<number(6)).map { _ in Self.pieces[number(Self.pieces.count)] }.joined()
    }
}
