import KubeCore
import Testing

/// How values are written.
struct JSONWritingTests {
    struct Number: CustomTestStringConvertible {
        var number: Double
        var text: String
        var testDescription: String { text }

        init(_ number: Double, _ text: String) {
            self.number = number
            self.text = text
        }
    }

    // What Go 1.19 prints for the same numbers.
    static let numbers = [
        Number(0, "0"), Number(-0.0, "-0"), Number(1, "1"), Number(-1.5, "-1.5"), Number(0.1, "0.1"),
        Number(100, "100"), Number(123_456.789, "123456.789"), Number(0.000001, "0.000001"),
        Number(0.00000123, "0.00000123"), Number(9.5e-7, "9.5e-7"), Number(1e-7, "1e-7"),
        Number(1e-10, "1e-10"), Number(1.5e-300, "1.5e-300"), Number(.leastNonzeroMagnitude, "5e-324"),
        Number(1e20, "100000000000000000000"), Number(1e21, "1e+21"), Number(1.25e22, "1.25e+22"),
        Number(-1e100, "-1e+100"), Number(9_223_372_036_854_775_808, "9223372036854776000"),
        Number(2_251_799_813_685_248.5, "2251799813685248.5"), Number(0.3, "0.3"),
        Number(0.1 + 0.2, "0.30000000000000004"),
        Number(.greatestFiniteMagnitude, "1.7976931348623157e+308"), Number(.infinity, "null"),
        Number(.nan, "null"),
    ]

    @Test("a number is written as Go writes it", arguments: numbers)
    func number(_ row: Number) {
        #expect(JSONValue.double(row.number).text == row.text)
    }

    @Test("a string is escaped as Go escapes it")
    func strings() {
        let value: JSONValue = "\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}<a>&é€😀\u{2028}\u{2029}\u{2027}"
        let text =
            #""\"\\/\u0008\u000c\n\r\t\u0000\u001f"# + "\u{7F}" + #"\u003ca\u003e\u0026é€😀\u2028\u2029"#
            + "\u{2027}\""
        #expect(value.text == text)
    }

    static let nested: JSONValue = [
        "b": [1, [], [:], ["x": .null]], "a": ["d": true, "c": "text"], "é": 1.5, "Z": -1,
    ]

    @Test("members stand in their own order")
    func compact() {
        #expect(Self.nested.text == #"{"b":[1,[],{},{"x":null}],"a":{"d":true,"c":"text"},"é":1.5,"Z":-1}"#)
    }

    @Test("canonical members stand in the order of their names' bytes")
    func canonical() {
        #expect(
            Self.nested.text(.canonical)
                == #"{"Z":-1,"a":{"c":"text","d":true},"b":[1,[],{},{"x":null}],"é":1.5}"#)
    }

    @Test("for people, every member stands on its own line")
    func pretty() {
        let text = """
            {
              "b": [
                1,
                [],
                {},
                {
                  "x": null
                }
              ],
              "a": {
                "d": true,
                "c": "text"
              },
              "é": 1.5,
              "Z": -1
            }
            """
        #expect(Self.nested.text(.pretty) == text)
    }
}
