import Foundation
public import KubeCore
public import Testing

/// Where random tests begin. A failing test prints its seed as its argument; `SYNCCTL_TEST_SEED=…` repeats it.
enum Seeds {
    static let all: [UInt64] = {
        if let given = ProcessInfo.processInfo.environment["SYNCCTL_TEST_SEED"].flatMap({ UInt64($0) }) {
            return [given]
        }
        return Array(1...12) + [UInt64.random(in: 1_000...UInt64.max)]
    }()
}

/// Numbers that follow from a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// Random JSON, with everything that is special about it.
struct RandomJSON {
    var random: SeededGenerator
    var hasNulls = true

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private static let texts = [
        "", "a", "name", "metadata", "labels", "app.kubernetes.io/name", "sixteen-bytes-ab",
        "with \"quotes\"",
        "back\\slash", "line\nbreak\t\r", "<b>&amp;</b>", "é", "e\u{301}", "漢字", "😀", "\u{2028}\u{2029}",
        "\u{0}\u{1F}\u{7F}", "~/~0~1", "0", "true", String(repeating: "long ", count: 40), "\u{FFFD}",
        "\u{FEFF}",
    ]

    mutating func text() -> String {
        let text = Self.texts.randomElement(using: &random) ?? ""
        return Bool.random(using: &random) ? text : text + String(Int.random(in: 0...30, using: &random))
    }

    mutating func value(depth: Int = 5) -> JSONValue {
        switch Int.random(in: depth > 0 ? 0...9 : 3...9, using: &random) {
        case 0, 1: .object(object(depth: depth))
        case 2: .array((0..<count()).map { _ in value(depth: depth - 1) })
        case 3: hasNulls ? .null : .bool(true)
        case 4: .bool(Bool.random(using: &random))
        case 5: .int(Int64(truncatingIfNeeded: random.next()))
        case 6: .int(Int64.random(in: -20...20, using: &random))
        case 7: .double(double())
        default: .string(text())
        }
    }

    mutating func object(depth: Int = 5) -> JSONObject {
        JSONObject((0..<count()).map { _ in (text(), value(depth: depth - 1)) })
    }

    /// Mostly small, sometimes beyond what is searched one by one.
    private mutating func count() -> Int {
        Int.random(in: 0...9, using: &random) == 0 ? 40 : Int.random(in: 0...5, using: &random)
    }

    /// Finite, and never one that is written like an integer, which reads back as one.
    private mutating func double() -> Double {
        let number = Double(bitPattern: random.next())
        guard number.isFinite, number != number.rounded() || number.magnitude >= 1e21 else { return 0.5 }
        return number
    }

    /// A value that differs a little.
    mutating func changed(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var object):
            for member in object.members {
                switch Int.random(in: 0...5, using: &random) {
                case 0: object[member.key] = nil
                case 1: object[member.key] = self.value(depth: 2)
                case 2: object[member.key] = changed(member.value)
                default: break
                }
            }
            if Bool.random(using: &random) { object[text()] = self.value(depth: 2) }
            return .object(JSONObject(uniqueMembers: object.members.shuffled(using: &random)))
        case .array(let elements):
            return .array(elements.map { Bool.random(using: &random) ? changed($0) : $0 })
        case .null, .bool, .int, .double, .string:
            return self.value(depth: 1)
        }
    }

    /// The same value with members in another order.
    mutating func shuffled(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            let members = object.members.map { JSONObject.Member(key: $0.key, value: shuffled($0.value)) }
            return .object(JSONObject(uniqueMembers: members.shuffled(using: &random)))
        case .array(let elements): return .array(elements.map { shuffled($0) })
        case .null, .bool, .int, .double, .string: return value
        }
    }
}

extension JSONValue: CustomTestStringConvertible {
    /// A failing test prints JSON, and no more of it than a person reads.
    public var testDescription: String { String(text.prefix(400)) }
}
