import KubeCore
import Testing

/// RFC 6902.
struct JSONPatchTests {
    struct Example: CustomTestStringConvertible {
        var document: JSONValue
        var patch: String
        var result: JSONValue
        var testDescription: String { patch }

        init(_ document: JSONValue, _ patch: String, _ result: JSONValue) {
            self.document = document
            self.patch = patch
            self.result = result
        }
    }

    static let examples = [
        Example(
            ["foo": "bar"], #"[{"op":"add","path":"/baz","value":"qux"}]"#, ["foo": "bar", "baz": "qux"]),
        Example(["a": ["x"]], #"[{"op":"add","path":"/a/1","value":"y"}]"#, ["a": ["x", "y"]]),
        Example(["a": ["x"]], #"[{"op":"add","path":"/a/0","value":"y"}]"#, ["a": ["y", "x"]]),
        Example(["a": ["x"]], #"[{"op":"add","path":"/a/-","value":["y"]}]"#, ["a": ["x", ["y"]]]),
        Example(["a": 1], #"[{"op":"add","path":"/a","value":null}]"#, ["a": .null]),
        Example(["a": 1], #"[{"op":"add","path":"","value":[1]}]"#, [1]),
        Example(["a": 1, "b": 2], #"[{"op":"remove","path":"/a"}]"#, ["b": 2]),
        Example(["a": [1, 2, 3]], #"[{"op":"remove","path":"/a/1"}]"#, ["a": [1, 3]]),
        Example(["a": 1, "b": 2], #"[{"op":"replace","path":"/a","value":3}]"#, ["a": 3, "b": 2]),
        Example(["a": [1, 2]], #"[{"op":"replace","path":"/a/0","value":3}]"#, ["a": [3, 2]]),
        Example(["a": 1], #"[{"op":"replace","path":"","value":3}]"#, 3),
        Example(
            ["a": ["b": 1, "c": 2], "d": [:]], #"[{"op":"move","from":"/a/b","path":"/d/e"}]"#,
            ["a": ["c": 2], "d": ["e": 1]]),
        Example(["a": [1, 2, 3]], #"[{"op":"move","from":"/a/0","path":"/a/2"}]"#, ["a": [2, 3, 1]]),
        Example(["a": 1], #"[{"op":"move","from":"/a","path":"/a"}]"#, ["a": 1]),
        Example(["a": ["b": 1]], #"[{"op":"move","from":"/a/b","path":"/a"}]"#, ["a": 1]),
        Example(["a": [1]], #"[{"op":"copy","from":"/a","path":"/b"}]"#, ["a": [1], "b": [1]]),
        Example(["a": [1]], #"[{"op":"copy","from":"/a","path":"/a/-"}]"#, ["a": [1, [1]]]),
        Example(["a": 1], #"[{"op":"copy","from":"","path":"/b"}]"#, ["a": 1, "b": ["a": 1]]),
        Example(
            ["a/b": 1, "m~n": 2], #"[{"op":"test","path":"/a~1b","value":1},{"op":"remove","path":"/m~0n"}]"#,
            ["a/b": 1]),
        Example(["~1": 1], #"[{"op":"replace","path":"/~01","value":2}]"#, ["~1": 2]),
        Example(["": ["": 1]], #"[{"op":"replace","path":"//","value":2}]"#, ["": ["": 2]]),
        Example(["0": 1], #"[{"op":"replace","path":"/0","value":2}]"#, ["0": 2]),
        Example(
            ["a": ["x": 1, "y": [1, .null]]], #"[{"op":"test","path":"/a","value":{"y":[1,null],"x":1}}]"#,
            ["a": ["x": 1, "y": [1, .null]]]),
        Example(["a": 1], #"[{"op":"add","path":"/b","value":2,"note":"ignored"}]"#, ["a": 1, "b": 2]),
        Example(["a": 1], "[]", ["a": 1]),
    ]

    @Test("operations are applied, and written as they were read", arguments: examples)
    func apply(_ row: Example) throws {
        let patch = try JSONPatch(try JSONValue(parsing: row.patch))
        #expect(try patch.applied(to: row.document) == row.result)
        #expect(try JSONPatch(patch.json) == patch)
    }

    struct Refused: CustomTestStringConvertible {
        var document: JSONValue
        var patch: String
        var reason: JSONPatchFailure.Reason
        var operation: Int?
        var path: String
        var testDescription: String { patch }

        init(
            _ document: JSONValue, _ patch: String, _ reason: JSONPatchFailure.Reason, operation: Int? = 0,
            path: String = ""
        ) {
            self.document = document
            self.patch = patch
            self.reason = reason
            self.operation = operation
            self.path = path
        }
    }

    static let refused = [
        Refused([:], "{}", .malformed("a patch is an array of operations"), operation: nil),
        Refused([:], "[1]", .malformed("an operation is an object")),
        Refused([:], "[{}]", .malformed("\"op\" is missing")),
        Refused([:], #"[{"op":"add","value":1}]"#, .malformed("\"path\" is missing")),
        Refused([:], #"[{"op":"add","path":"/a"}]"#, .malformed("\"value\" is missing")),
        Refused([:], #"[{"op":"move","path":"/a"}]"#, .malformed("\"from\" is missing")),
        Refused(
            [:], #"[{"op":"put","path":"/a"}]"#,
            .malformed("\"put\" is no operation (add, remove, replace, move, copy and test are)")),
        Refused(
            [:], #"[{"op":"remove","path":"a"}]"#,
            .malformed("\"path\" is no JSON pointer (/a/b, with ~0 for ~ and ~1 for /)"), path: "a"),
        Refused(
            [:], #"[{"op":"remove","path":"/~2"}]"#,
            .malformed("\"path\" is no JSON pointer (/a/b, with ~0 for ~ and ~1 for /)"), path: "/~2"),
        Refused([:], #"[{"op":"remove","path":"/a"}]"#, .missing, path: "/a"),
        Refused([:], #"[{"op":"replace","path":"/a","value":1}]"#, .missing, path: "/a"),
        Refused([:], #"[{"op":"add","path":"/a/b","value":1}]"#, .missing, path: "/a/b"),
        Refused([:], #"[{"op":"copy","from":"/a","path":"/b"}]"#, .missing, path: "/a"),
        Refused(["a": 1], #"[{"op":"add","path":"/a/b","value":1}]"#, .noContainer, path: "/a/b"),
        Refused(["a": 1], #"[{"op":"add","path":"/a/b/c","value":1}]"#, .noContainer, path: "/a/b/c"),
        Refused([1], #"[{"op":"add","path":"/2","value":1}]"#, .badIndex, path: "/2"),
        Refused([1], #"[{"op":"add","path":"/01","value":1}]"#, .badIndex, path: "/01"),
        Refused([1], #"[{"op":"add","path":"/-1","value":1}]"#, .badIndex, path: "/-1"),
        Refused([1], #"[{"op":"add","path":"/x","value":1}]"#, .badIndex, path: "/x"),
        Refused([1], #"[{"op":"add","path":"/-/a","value":1}]"#, .badIndex, path: "/-/a"),
        Refused([1], #"[{"op":"remove","path":"/-"}]"#, .missing, path: "/-"),
        Refused([1], #"[{"op":"remove","path":"/1"}]"#, .missing, path: "/1"),
        Refused(
            [1], #"[{"op":"add","path":"/99999999999999999999","value":1}]"#, .badIndex,
            path: "/99999999999999999999"),
        Refused(["a": 1], #"[{"op":"test","path":"/a","value":"1"}]"#, .testFailed, path: "/a"),
        Refused(["a": 1], #"[{"op":"test","path":"/b","value":null}]"#, .missing, path: "/b"),
        Refused(
            ["a": 1], #"[{"op":"remove","path":"/a"},{"op":"test","path":"","value":{"a":1}}]"#, .testFailed,
            operation: 1),
        Refused(["a": ["b": 1]], #"[{"op":"move","from":"/a","path":"/a/b"}]"#, .intoItself, path: "/a/b"),
        Refused(["a": 1], #"[{"op":"move","from":"","path":"/a"}]"#, .intoItself, path: "/a"),
    ]

    @Test(
        "I7 an operation that does not fit is refused, with its number, place and reason", arguments: refused)
    func refuse(_ row: Refused) {
        let expected = JSONPatchFailure(row.reason, operation: row.operation, path: row.path)
        #expect(throws: expected) {
            try JSONPatch(try JSONValue(parsing: row.patch)).applied(to: row.document)
        }
    }

    @Test("I6 a document that is copied into itself again and again ends at the limit")
    func copyBomb() {
        let patch = JSONPatch(
            Array(repeating: .copy(from: JSONPointer(["a"]), to: JSONPointer(["a", "-"])), count: 60))
        let failure = #expect(throws: JSONPatchFailure.self) {
            try patch.applied(to: ["a": ["0123456789"]])
        }
        #expect(failure?.reason == .tooMuchCopied(limit: 16 << 20))
    }

    @Test("I6 a document that is nested by copying ends at the limit of depth")
    func deep() throws {
        let wrap = JSONPatch.Operation.copy(from: JSONPointer(["a"]), to: JSONPointer(["b"]))
        let move = JSONPatch.Operation.move(from: JSONPointer(["b"]), to: JSONPointer(["a", "c"]))
        var limits = JSONPatchLimits()
        limits.depth = 3
        let document: JSONValue = ["a": ["x": 1]]
        _ = try JSONPatch([wrap, move]).applied(to: document, limits: limits)
        let failure = #expect(throws: JSONPatchFailure.self) {
            try JSONPatch([wrap, move, wrap, move]).applied(to: document, limits: limits)
        }
        #expect(failure?.reason == .tooDeep(limit: 3))
        #expect(failure?.operation == 3)
        _ = try JSONPatch([.add(JSONPointer(["a", "x"]), [])]).applied(to: document, limits: limits)
        #expect(throws: JSONPatchFailure.self) {
            try JSONPatch([.add(JSONPointer(["a", "x"]), [[]])]).applied(to: document, limits: limits)
        }
    }

    @Test("I6 the number of operations is limited")
    func many() {
        let failure = #expect(throws: JSONPatchFailure.self) {
            try JSONPatch(Array(repeating: .test(JSONPointer([]), .null), count: 10_001)).applied(to: .null)
        }
        #expect(failure?.reason == .tooManyOperations(limit: 10_000))
    }

    @Test("a failure says which operation, where and what")
    func description() {
        let failure = JSONPatchFailure(.missing, operation: 2, path: "/a~1b")
        #expect(failure.description == "JSON patch, operation 2, at /a~1b: there is nothing there")
    }

    @Test("every place of a document can be pointed at, tested, replaced and removed", arguments: Seeds.all)
    func places(_ seed: UInt64) throws {
        var json = RandomJSON(seed: seed)
        for _ in 0..<10 {
            let document = json.value(depth: 3)
            for pointer in Self.pointers(document) {
                #expect(JSONPointer(parsing: pointer.description) == pointer)
                let value = try #require(document[pointer])
                let replaced = try JSONPatch([.test(pointer, value), .replace(pointer, "new")]).applied(
                    to: document)
                #expect(replaced[pointer] == "new")
                #expect(try JSONPatch([.replace(pointer, value)]).applied(to: replaced) == document)
                guard !pointer.steps.isEmpty else { continue }
                let removed = try JSONPatch([.remove(pointer)]).applied(to: document)
                #expect(removed != document)
                #expect(try JSONPatch([.add(pointer, value)]).applied(to: removed) == document)
            }
        }
    }

    private static func pointers(_ value: JSONValue) -> [JSONPointer] {
        let children: [(String, JSONValue)] =
            value.object?.members.map { ($0.key, $0.value) }
            ?? value.array?.enumerated().map { (String($0.offset), $0.element) } ?? []
        return [JSONPointer([])]
            + children.flatMap { step, child in pointers(child).map { JSONPointer([step] + $0.steps) } }
    }
}
