import KubeCore
import Testing

/// What holds for all JSON.
struct JSONPropertyTests {
    @Test("what is written reads back as the same value", arguments: Seeds.all)
    func roundTrip(_ seed: UInt64) throws {
        var json = RandomJSON(seed: seed)
        for _ in 0..<40 {
            let value = json.value()
            for format in [JSONFormat.compact, .canonical, .pretty] {
                let bytes = value.serialized(format)
                #expect(try JSONValue(parsing: bytes) == value)
                #expect(try JSONValue(parsing: bytes).serialized(format) == bytes)
            }
        }
    }

    @Test("what kube-apiserver printed is written byte for byte as it was")
    func serverRoundTrip() throws {
        for object in try Fixtures.objects() {
            #expect(try JSONValue(parsing: object).serialized() == object)
            #expect(try JSONTape(parsing: object).root.value.serialized() == object)
        }
    }

    @Test(
        "equal values have equal canonical bytes and equal hashes, whatever the order", arguments: Seeds.all)
    func canonical(_ seed: UInt64) throws {
        var json = RandomJSON(seed: seed)
        for _ in 0..<40 {
            let value = json.value()
            let other = json.shuffled(value)
            #expect(value == other)
            #expect(value.hashValue == other.hashValue)
            #expect(value.serialized(.canonical) == other.serialized(.canonical))
            let changed = json.changed(value)
            #expect((value == changed) == (value.serialized(.canonical) == changed.serialized(.canonical)))
        }
    }

    @Test("I7 whatever is done to the bytes, reading them answers or fails", arguments: Seeds.all)
    func mutations(_ seed: UInt64) throws {
        var json = RandomJSON(seed: seed)
        for _ in 0..<25 {
            let original = json.value().serialized()
            for _ in 0..<20 {
                let bytes = Self.mutated(original, &json.random)
                guard let value = try? JSONValue(parsing: bytes) else {
                    #expect(throws: JSONParseFailure.self) { try JSONTape(parsing: bytes) }
                    continue
                }
                #expect(try JSONTape(parsing: bytes).root.value == value)
                #expect(try JSONValue(parsing: value.serialized()) == Self.asWritten(value))
            }
        }
    }

    private static func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        let signs = Array("{}[],:\"\\u0e-. \n\u{0}tfn".utf8) + [0x80, 0xC3, 0xED, 0xF0, 0xFF]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0...3, using: &random) {
            case 0: bytes.removeSubrange(place...)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2 where place < bytes.count: bytes[place] = signs.randomElement(using: &random) ?? 0
            default: bytes.insert(signs.randomElement(using: &random) ?? 0, at: place)
            }
        }
        return bytes
    }

    /// A float without fraction is written without one, as Go does it, and reads back as an integer.
    private static func asWritten(_ value: JSONValue) -> JSONValue {
        switch value {
        case .double(let number): (try? JSONValue(parsing: value.text)) ?? .double(number)
        case .array(let elements): .array(elements.map(asWritten))
        case .object(let object):
            .object(
                JSONObject(
                    uniqueMembers: object.members.map {
                        JSONObject.Member(key: $0.key, value: asWritten($0.value))
                    }))
        case .null, .bool, .int, .string: value
        }
    }

    // Each of these has as many values for its bytes as JSON can have.
    @Test(
        "I6 the densest texts, whole and cut off anywhere, need no more room than was taken",
        arguments: [
            "[0,0,0,0,0,0,0]", "[[],[],[[]]]", "[{},{},{}]", #"{"":0,"":{"":[]}}"#, #"["","",""]"#, "0",
            "[[[[",
        ])
    func density(_ text: String) {
        let bytes = Array(String(repeating: text, count: 1).utf8)
        for end in 0...bytes.count { _ = try? JSONTape(parsing: Array(bytes[..<end])) }
        let many = Array(("[" + Array(repeating: text, count: 300).joined(separator: ",") + "]").utf8)
        for end in stride(from: 0, through: many.count, by: 7) {
            _ = try? JSONTape(parsing: Array(many[..<end]))
            _ = try? JSONTape(parsing: Array(many[..<end]), limits: JSONLimits(depth: 3))
        }
    }
}
