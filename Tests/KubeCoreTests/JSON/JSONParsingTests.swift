import KubeCore
import Testing

/// What is read as JSON, what is refused, and where the refusal points.
struct JSONParsingTests {
    struct Accepted: CustomTestStringConvertible {
        var text: String
        var value: JSONValue
        var testDescription: String { text }

        init(_ text: String, _ value: JSONValue) {
            self.text = text
            self.value = value
        }
    }

    static let accepted = [
        Accepted("null", .null),
        Accepted(" true\t\r\n", true),
        Accepted("false", false),
        Accepted("0", 0),
        Accepted("-0", 0),
        Accepted("-0.0", .double(-0.0)),
        Accepted("9223372036854775807", .int(.max)),
        Accepted("-9223372036854775808", .int(.min)),
        Accepted("9223372036854775808", .double(9_223_372_036_854_775_808)),
        Accepted("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
        Accepted("1.0", .double(1)),
        Accepted("1e2", .double(100)),
        Accepted("1E+2", .double(100)),
        Accepted("12.5e-1", .double(1.25)),
        Accepted("1e-400", .double(0)),
        Accepted("1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
        Accepted(#""""#, ""),
        Accepted(#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{C}\n\r\tz"),
        Accepted(#""\u0041\u00e9\u20AC\ud83d\ude00""#, "Aé€😀"),
        Accepted(#""\u0000""#, "\u{0}"),
        Accepted(#""\ud83d""#, "\u{FFFD}"),
        Accepted(#""\ude00x""#, "\u{FFFD}x"),
        Accepted(#""\ud83d\u0041""#, "\u{FFFD}A"),
        Accepted(#""\ud83d\n""#, "\u{FFFD}\n"),
        Accepted("\"é€😀\u{2028}\u{7F}\"", "é€😀\u{2028}\u{7F}"),
        Accepted("[]", []),
        Accepted("[ ]", []),
        Accepted("{}", [:]),
        Accepted("{ }", [:]),
        Accepted("[[],{},[{}]]", [[], [:], [[:]]]),
        Accepted("[1 , \"a\",null]", [1, "a", .null]),
        Accepted(#"{"a":{"b":[true,{"c":-1}]}, "d" : ""}"#, ["a": ["b": [true, ["c": -1]]], "d": ""]),
        Accepted(#"{"":0}"#, ["": 0]),
        Accepted(#"{"\u0061":1}"#, ["a": 1]),
        Accepted(#"{"a":1,"b":2,"a":3}"#, ["a": 3, "b": 2]),
        Accepted(#"{"a":1,"\u0061":{}}"#, ["a": [:]]),
        Accepted("\"sixteen bytes...and more than that\"", "sixteen bytes...and more than that"),
    ]

    @Test("what JSON allows is read", arguments: accepted)
    func accepts(_ row: Accepted) throws {
        #expect(try JSONValue(parsing: row.text) == row.value)
    }

    struct Refused: CustomTestStringConvertible {
        var text: [UInt8]
        var reason: JSONParseFailure.Reason
        var offset: Int
        var testDescription: String { String(decoding: text, as: UTF8.self) }

        init(_ text: String, _ reason: JSONParseFailure.Reason, at offset: Int) {
            self.init(bytes: Array(text.utf8), reason, at: offset)
        }

        init(bytes: [UInt8], _ reason: JSONParseFailure.Reason, at offset: Int) {
            self.text = bytes
            self.reason = reason
            self.offset = offset
        }
    }

    static let refused = [
        Refused("", .unexpectedEnd(wanted: "a value"), at: 0),
        Refused(" \n", .unexpectedEnd(wanted: "a value"), at: 2),
        Refused("\u{FEFF}1", .unexpected(wanted: "a value"), at: 0),
        Refused("nul", .unknownLiteral, at: 0),
        Refused("True", .unknownLiteral, at: 0),
        Refused("NaN", .unknownLiteral, at: 0),
        Refused("Infinity", .unknownLiteral, at: 0),
        Refused("truex", .unexpected(wanted: "the end of the document"), at: 4),
        Refused("1 2", .unexpected(wanted: "the end of the document"), at: 2),
        Refused("{}}", .unexpected(wanted: "the end of the document"), at: 2),
        Refused("01", .malformedNumber, at: 0),
        Refused("-01", .malformedNumber, at: 0),
        Refused("-", .malformedNumber, at: 0),
        Refused("1.", .malformedNumber, at: 0),
        Refused("1.e1", .malformedNumber, at: 0),
        Refused("1e", .malformedNumber, at: 0),
        Refused("1e+", .malformedNumber, at: 0),
        Refused("[-a]", .malformedNumber, at: 1),
        Refused("+1", .unexpected(wanted: "a value"), at: 0),
        Refused(".5", .unexpected(wanted: "a value"), at: 0),
        Refused("0x1F", .unexpected(wanted: "the end of the document"), at: 1),
        Refused("1_000", .unexpected(wanted: "the end of the document"), at: 1),
        Refused("1e400", .numberOutOfRange, at: 0),
        Refused("[-1e999]", .numberOutOfRange, at: 1),
        Refused("\"", .unexpectedEnd(wanted: "a string's closing quote"), at: 1),
        Refused("\"abcdefghijkl", .unexpectedEnd(wanted: "a string's closing quote"), at: 13),
        Refused("\"a\\", .unexpectedEnd(wanted: "the rest of an escape"), at: 3),
        Refused(#""\x41""#, .malformedEscape, at: 1),
        Refused(#""\u12G4""#, .malformedEscape, at: 1),
        Refused(#""\u123"#, .malformedEscape, at: 1),
        Refused(#""\'""#, .malformedEscape, at: 1),
        Refused("\"a\nb\"", .controlCharacter, at: 2),
        Refused("\"a\tb\"", .controlCharacter, at: 2),
        Refused("\"a\u{0}b\"", .controlCharacter, at: 2),
        Refused("'a'", .unexpected(wanted: "a value"), at: 0),
        Refused("[1,]", .unexpected(wanted: "a value"), at: 3),
        Refused("[,1]", .unexpected(wanted: "a value"), at: 1),
        Refused("[1 2]", .unexpected(wanted: "a comma or the array's end"), at: 3),
        Refused("[1}", .unexpected(wanted: "a comma or the array's end"), at: 2),
        Refused("[1", .unexpectedEnd(wanted: "a comma or the array's end"), at: 2),
        Refused("[", .unexpectedEnd(wanted: "a value"), at: 1),
        Refused("[1,", .unexpectedEnd(wanted: "a value"), at: 3),
        Refused("]", .unexpected(wanted: "a value"), at: 0),
        Refused("{", .unexpectedEnd(wanted: "a member's name in quotes"), at: 1),
        Refused("{\"a\"", .unexpectedEnd(wanted: "a colon"), at: 4),
        Refused("{\"a\":", .unexpectedEnd(wanted: "a value"), at: 5),
        Refused("{\"a\":1", .unexpectedEnd(wanted: "a comma or the object's end"), at: 6),
        Refused("{\"a\":1,}", .unexpected(wanted: "a member's name in quotes"), at: 7),
        Refused("{\"a\":1]", .unexpected(wanted: "a comma or the object's end"), at: 6),
        Refused("{\"a\" 1}", .unexpected(wanted: "a colon"), at: 5),
        Refused("{a:1}", .unexpected(wanted: "a member's name in quotes"), at: 1),
        Refused("{1:1}", .unexpected(wanted: "a member's name in quotes"), at: 1),
        Refused("// x\n1", .unexpected(wanted: "a value"), at: 0),
        Refused("\u{B}1", .unexpected(wanted: "a value"), at: 0),
        Refused("\u{A0}1", .unexpected(wanted: "a value"), at: 0),
        Refused("[1\u{C}]", .unexpected(wanted: "a comma or the array's end"), at: 2),
        Refused(bytes: [0x22, 0xFF, 0x22], .invalidUTF8, at: 1),
        Refused(bytes: [0x22, 0xC0, 0x80, 0x22], .invalidUTF8, at: 1),
        Refused(bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], .invalidUTF8, at: 1),
        Refused(bytes: [0x22, 0x61, 0xE2, 0x82], .invalidUTF8, at: 2),
        Refused(bytes: [0xEF, 0xBB, 0xBF, 0x31], .unexpected(wanted: "a value"), at: 0),
        Refused(bytes: [0xFE, 0xFF, 0x00, 0x31], .invalidUTF8, at: 0),
    ]

    @Test("I7 what JSON does not allow is refused, with the reason and the place", arguments: refused)
    func refuses(_ row: Refused) {
        let failure = #expect(throws: JSONParseFailure.self) { try JSONValue(parsing: row.text) }
        #expect(failure?.reason == row.reason)
        #expect(failure?.offset == row.offset)
    }

    @Test("a refusal counts lines and characters from 1, and quotes nothing of the document")
    func place() {
        let text = "{\n  \"é\": \"secret\",\n  \"ü\": x\n}"
        let failure = #expect(throws: JSONParseFailure.self) { try JSONValue(parsing: text) }
        #expect(failure?.line == 3)
        #expect(failure?.column == 8)
        #expect(
            failure?.description
                == "line 3, column 8: this is not a JSON value (only true, false and null stand without quotes)"
        )
    }

    @Test("I6 depth is limited to what was said, and not before", arguments: ["[", "{\"a\":"])
    func depth(_ opening: String) throws {
        let closing = opening == "[" ? "]" : "}"
        func nested(_ depth: Int) -> String {
            String(repeating: opening, count: depth - 1) + (opening == "[" ? "[]" : "{}")
                + String(repeating: closing, count: depth - 1)
        }
        _ = try JSONValue(parsing: nested(512))
        let failure = #expect(throws: JSONParseFailure.self) { try JSONValue(parsing: nested(513)) }
        #expect(failure?.reason == .tooDeep(limit: 512))
        #expect(throws: JSONParseFailure.self) { try JSONValue(parsing: nested(2_000_000)) }
        _ = try JSONValue(parsing: nested(3), limits: JSONLimits(depth: 3))
        #expect(throws: JSONParseFailure.self) {
            try JSONValue(parsing: nested(3), limits: JSONLimits(depth: 2))
        }
    }

    @Test("I6 size is limited")
    func size() throws {
        _ = try JSONValue(parsing: "[1,2]", limits: JSONLimits(bytes: 5))
        let failure = #expect(throws: JSONParseFailure.self) {
            try JSONValue(parsing: "[1,2]", limits: JSONLimits(bytes: 4))
        }
        #expect(failure?.reason == .tooLarge(limit: 4))
    }

    @Test("names that differ in bytes are two, also where Swift's strings are equal")
    func exactNames() throws {
        let value = try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value.object?.count == 2)
    }

    @Test("an object of many members keeps their order, and the last of two with one name")
    func manyMembers() throws {
        let names = (0..<1000).map { "name-\($0)" }
        let text = "{" + (names + ["name-7"]).map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
        let changed = text.replacing("\"name-7\"}", with: "\"new\"}")
        let object = try #require(try JSONValue(parsing: changed).object)
        #expect(Array(object.keys) == names)
        #expect(object["name-7"] == "new")
    }
}
