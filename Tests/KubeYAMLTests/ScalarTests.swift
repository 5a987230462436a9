import KubeCore
import KubeYAML
import Testing

/// Scalars beyond the samples, checked by hand against goyaml.v2 and kubectl.
@Suite("Scalars and keys")
struct ScalarTests {
    struct Scalar: CustomTestStringConvertible {
        var text: String
        /// `nil`: refused.
        var value: JSONValue?
        var testDescription: String { text }
    }

    static let scalars = [
        Scalar(text: "0b-101", value: -5), Scalar(text: "-0b-101", value: "-0b-101"),
        Scalar(text: "0o", value: "0o"), Scalar(text: "0x", value: "0x"), Scalar(text: "00", value: 0),
        Scalar(text: ".5_0", value: 0.5), Scalar(text: "._5", value: "._5"),
        Scalar(text: ".5_", value: ".5_"),
        Scalar(text: "1.e3", value: 1000), Scalar(text: "+", value: "+"), Scalar(text: "-", value: nil),
        Scalar(text: "4611686018427387904.0", value: 4_611_686_018_427_388_000),
        Scalar(text: "+18446744073709551615", value: 18_446_744_073_709_551_615.0),
        Scalar(text: "!!binary 4oI=", value: "\u{FFFD}\u{FFFD}"), Scalar(text: "!!binary aGk", value: nil),
        Scalar(text: "!!binary aG=k", value: nil), Scalar(text: "!!binary ''", value: ""),
        Scalar(text: "!!timestamp 2001-2-29", value: nil),
        Scalar(text: "!!timestamp 2004-2-29", value: "2004-2-29"),
        Scalar(text: "!!timestamp 2001-12-14t21:59:43.10-05:00", value: "2001-12-14t21:59:43.10-05:00"),
        Scalar(text: "!!timestamp 2001-12-14 21:59:43.10 -5", value: nil),
        Scalar(text: "!!null x", value: nil), Scalar(text: "!!bool 1", value: nil),
        Scalar(text: "!!int ''", value: nil),
        Scalar(text: "!!float 0x10", value: 16), Scalar(text: "!!str", value: ""),
        Scalar(text: "!foo", value: ""),
        Scalar(text: #""\'\'" # two"#, value: "''"), Scalar(text: #"["é", "\'", 'a\'b\/']"#, value: nil),
        Scalar(text: #"["é\'", 'a\/b', "\\/", x\'y]"#, value: ["é'", #"a\/b"#, #"\/"#, #"x\'y"#]),
        Scalar(text: #"[é, "x\/"]"#, value: nil),
    ]

    @Test("a scalar has goyaml's type", arguments: scalars)
    func scalar(_ sample: Scalar) {
        let documents = try? YAMLStream.documents(in: Array("v: \(sample.text)\n".utf8))
        #expect(documents?.first?.value["v"] == sample.value)
    }

    @Test(
        "a number as a key is a 32-bit float in Go's layout",
        arguments: [
            ("1e6", "1e+06"), ("999999.0", "999999"), ("123456.5", "123456.5"),
            ("16777217.5", "1.6777218e+07"),
            ("0.0001", "0.0001"), ("0.00001", "1e-05"), ("1e39", ".inf"), ("-0.0", "-0"), ("1e20", "1e+20"),
            ("-.5", "-0.5"),
        ])
    func key(_ written: String, _ name: String) throws {
        let documents = try YAMLStream.documents(in: Array("\(written): x\n".utf8))
        #expect(documents.first?.value.object?.members.map(\.key) == [name])
    }

    @Test("names are told apart by their bytes, not by how they look")
    func exactNames() throws {
        let text = "\u{E9}: 1\ne\u{301}: 2\n"
        let documents = try YAMLStream.documents(in: Array(text.utf8))
        #expect(documents.first?.value.object?.count == 2)
    }

    @Test("a JSON stream types its numbers as kubectl does")
    func jsonNumbers() throws {
        let text = #"{"a": [1.0, 1e3, -0.0, 1.5, 12345678901234567890, {"b": 2.0}]}"#
        let documents = try YAMLStream.documents(in: Array(text.utf8))
        #expect(documents.first?.value["a"] == [1, 1000, 0, 1.5, 12_345_678_901_234_567_890.0, ["b": 2]])
    }

    @Test("two JSON values make it a JSON stream for good; one does not")
    func jsonFallback() throws {
        #expect(throws: YAMLFailure.self) { try YAMLStream.documents(in: Array("{} {} a: 1\n".utf8)) }
        #expect(try YAMLStream.documents(in: Array("{}\na: 1\n".utf8)).count == 2)
        #expect(try YAMLStream.documents(in: Array("{a: 1}\n---\nb: 1\n".utf8)).count == 2)
    }

    /// Where libyaml itself reads otherwise than goyaml's port of it. Each is listed so that a change is noticed.
    @Test(
        "known differences: kubectl reads these, we refuse them",
        arguments: ["a: [b:, c]\n", "a: !x[ b\n", "a: 1\n\u{FEFF}b: 2\n"])
    func stricter(_ text: String) {
        #expect(throws: YAMLFailure.self) { try YAMLStream.documents(in: Array(text.utf8)) }
    }

    @Test(
        "known differences: kubectl refuses these, we read them",
        arguments: ["a: [{b: c?}]\n", "a: {b: !x, c: d}\n"])
    func laxer(_ text: String) {
        #expect(throws: Never.self) { try YAMLStream.documents(in: Array(text.utf8)) }
    }
}
