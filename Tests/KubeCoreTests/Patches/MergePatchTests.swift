import KubeCore
import Testing

/// RFC 7386.
struct MergePatchTests {
    // The examples of the RFC's appendix A, and some more.
    static let examples: [(target: JSONValue, patch: JSONValue, result: JSONValue)] = [
        (["a": "b"], ["a": "c"], ["a": "c"]),
        (["a": "b"], ["b": "c"], ["a": "b", "b": "c"]),
        (["a": "b"], ["a": .null], [:]),
        (["a": "b", "b": "c"], ["a": .null], ["b": "c"]),
        (["a": ["b"]], ["a": "c"], ["a": "c"]),
        (["a": "c"], ["a": ["b"]], ["a": ["b"]]),
        (["a": ["b": "c"]], ["a": ["b": "d", "c": .null]], ["a": ["b": "d"]]),
        (["a": [["b": "c"]]], ["a": [1]], ["a": [1]]),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        (["a": "b"], ["c"], ["c"]),
        (["a": "foo"], .null, .null),
        (["a": "foo"], "bar", "bar"),
        (["e": .null], ["a": 1], ["e": .null, "a": 1]),
        ([1, 2], ["a": "b", "c": .null], ["a": "b"]),
        ([:], ["a": ["bb": ["ccc": .null]]], ["a": ["bb": [:]]]),
        (["a": 1], [:], ["a": 1]),
        (1, [:], [:]),
        (["a": [:]], ["a": ["b": [["c": .null]]]], ["a": ["b": [["c": .null]]]]),
    ]

    @Test("a patch is applied", arguments: examples)
    func apply(_ target: JSONValue, _ patch: JSONValue, _ result: JSONValue) {
        #expect(MergePatch(patch).applied(to: target) == result)
    }

    static let differences: [(from: JSONValue, to: JSONValue, patch: JSONValue?)] = [
        (["a": 1], ["a": 1], nil),
        (["a": 1, "b": 2], ["b": 2, "a": 1], nil),
        (["a": 1], ["a": 2], ["a": 2]),
        (["a": 1], [:], ["a": .null]),
        ([:], ["a": ["b": 1]], ["a": ["b": 1]]),
        (["a": ["b": 1, "c": 2]], ["a": ["b": 1, "c": 3]], ["a": ["c": 3]]),
        (["a": [1, 2]], ["a": [1, 3]], ["a": [1, 3]]),
        (["a": 1], ["a": [:]], ["a": [:]]),
        (["a": 1], ["a": .null], ["a": .null]),
        (["a": 1], ["a": 1, "b": .null], nil),
        (["a": [:]], ["a": [:], "b": ["c": .null]], ["b": [:]]),
        (1, "a", "a"),
    ]

    @Test("a difference holds what changed, and no more", arguments: differences)
    func difference(_ from: JSONValue, _ to: JSONValue, _ patch: JSONValue?) {
        #expect(MergePatch(from: from, to: to)?.json == patch)
    }

    @Test("the difference applied to the one value makes the other", arguments: Seeds.all)
    func roundTrip(_ seed: UInt64) {
        var json = RandomJSON(seed: seed)
        json.hasNulls = false
        for _ in 0..<60 {
            let from = json.value()
            for to in [json.value(), json.changed(from), json.shuffled(from), from] {
                let patch = MergePatch(from: from, to: to)
                #expect((patch == nil) == (from == to))
                #expect((patch?.applied(to: from) ?? from) == to)
            }
        }
    }
}
