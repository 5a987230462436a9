import KubeCore
import Testing

/// A tape answers what the tree of the same text answers.
struct JSONTapeTests {
    @Test("a tape holds the tree's values", arguments: Seeds.all)
    func sameAsTree(_ seed: UInt64) throws {
        var json = RandomJSON(seed: seed)
        for _ in 0..<25 {
            let value = json.value()
            for isKept in [true, false] {
                let tape = try JSONTape(parsing: value.serialized(), isKept: isKept)
                Self.check(tape.root, value)
            }
        }
    }

    private static func check(_ node: JSONTape.Node, _ value: JSONValue) {
        #expect(node.value == value)
        #expect(node.string == value.string)
        #expect(node.int == value.int)
        #expect(node.bool == value.bool)
        #expect(node.isNull == value.isNull)
        #expect(node.isArray == (value.array != nil))
        #expect(node.isObject == (value.object != nil))
        let elements = Array(node.elements)
        #expect(elements.count == value.array?.count ?? 0)
        for (element, expected) in zip(elements, value.array ?? []) { check(element, expected) }
        let members = Array(node.members)
        #expect(members.map(\.name) == value.object?.members.map(\.key) ?? [])
        for (member, expected) in zip(members, value.object?.members ?? []) {
            check(member.value, expected.value)
            #expect(node[member.name]?.value == expected.value)
        }
        #expect(node["no such member"] == nil)
    }

    @Test("two tapes, or a tape and a tree, are equal exactly if the trees are", arguments: Seeds.all)
    func equality(_ seed: UInt64) throws {
        var json = RandomJSON(seed: seed)
        for _ in 0..<40 {
            let value = json.value()
            let others = [value, json.shuffled(value), json.changed(value), json.value()]
            let node = try JSONTape(parsing: value.serialized()).root
            for other in others {
                let isEqual = value == other
                #expect((node == (try JSONTape(parsing: other.serialized(.pretty)).root)) == isEqual)
                #expect((node == other) == isEqual)
            }
        }
    }

    struct Comparison: CustomTestStringConvertible {
        var left: String
        var right: String
        var areEqual: Bool
        var testDescription: String { "\(left) \(areEqual ? "==" : "!=") \(right)" }

        init(_ left: String, _ right: String, _ areEqual: Bool) {
            self.left = left
            self.right = right
            self.areEqual = areEqual
        }
    }

    static let comparisons = [
        Comparison(#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, true),
        Comparison(#"{"a":1,"a":2}"#, #"{"a":2}"#, true),
        Comparison(#"{"a":2}"#, #"{"a":1,"a":2}"#, true),
        Comparison(#"{"a":1,"a":2}"#, #"{"a":3,"a":2}"#, true),
        Comparison(#"{"a":1,"a":2}"#, #"{"a":1,"a":3}"#, false),
        Comparison(#"{"a":1,"a":1}"#, #"{"a":1,"b":1}"#, false),
        Comparison(#"{"a":1}"#, #"{"a":1,"b":1}"#, false),
        Comparison(#"{"a":1,"b":1}"#, #"{"a":1}"#, false),
        Comparison(#""a""#, #""\u0061""#, true),
        Comparison(#"{"a":0}"#, #"{"\u0061":-0}"#, true),
        Comparison("[1.5]", "[15e-1]", true),
        Comparison("[1.0]", "[1]", false),
        Comparison("[1]", "[1,1]", false),
        Comparison("[1,1]", "[1]", false),
        Comparison("[]", "{}", false),
        Comparison("null", "false", false),
        Comparison("\"\u{E9}\"", "\"e\u{301}\"", false),
        Comparison("{\"\u{E9}\":1}", "{\"e\u{301}\":1}", false),
    ]

    @Test("what is the same value, however it is written", arguments: comparisons)
    func compare(_ row: Comparison) throws {
        let left = try JSONTape(parsing: Array(row.left.utf8)).root
        let right = try JSONTape(parsing: Array(row.right.utf8)).root
        #expect((left == right) == row.areEqual)
        #expect((left == right.value) == row.areEqual)
        #expect((left.value == right.value) == row.areEqual)
    }

    @Test("of two members with one name the later one is found")
    func repeatedName() throws {
        let tape = try JSONTape(parsing: Array(#"{"a":1,"b":0,"a":2}"#.utf8))
        #expect(tape.root["a"]?.int == 2)
        #expect(tape.root.value["a"] == 2)
    }

    @Test("a path is followed to its end, or to nothing")
    func path() throws {
        for object in try Fixtures.objects() {
            let tape = try JSONTape(parsing: object)
            let tree = tape.root.value
            for path in [
                ["metadata", "name"], ["metadata", "labels", "app"], ["spec", "x", "y"], ["kind", "x"], [],
            ] {
                #expect(tape.root[path: path]?.value == tree[path: path])
            }
        }
    }
}
