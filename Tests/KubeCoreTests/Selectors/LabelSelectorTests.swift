import KubeCore
import Testing

/// Label selectors as kubectl and the API read them.
struct LabelSelectorTests {
    struct Read: CustomTestStringConvertible {
        var text: String
        var printed: String
        var requirements: [LabelSelector.Requirement]
        var testDescription: String { text.isEmpty ? "(nothing)" : text }

        init(_ text: String, printed: String? = nil, _ requirements: [(String, LabelSelector.Condition)]) {
            self.text = text
            self.printed = printed ?? text
            self.requirements = requirements.map { LabelSelector.Requirement($0.0, $0.1) }
        }
    }

    static let read = [
        Read("", []),
        Read("  ", printed: "", []),
        Read("app", [("app", .exists)]),
        Read("!app", [("app", .absent)]),
        Read("! app", printed: "!app", [("app", .absent)]),
        Read("app=web", [("app", .equals("web"))]),
        Read("app==web", printed: "app=web", [("app", .equals("web"))]),
        Read(" app = web ", printed: "app=web", [("app", .equals("web"))]),
        Read("app!=web", [("app", .differs(from: "web"))]),
        Read("app=", [("app", .equals(""))]),
        Read("app=,tier", [("app", .equals("")), ("tier", .exists)]),
        Read("app in (a)", [("app", .isOne(of: ["a"]))]),
        Read("app in(a,b)", printed: "app in (a,b)", [("app", .isOne(of: ["a", "b"]))]),
        Read("app in ( a , b )", printed: "app in (a,b)", [("app", .isOne(of: ["a", "b"]))]),
        Read("app in ()", [("app", .isOne(of: [""]))]),
        Read("app in (a,)", [("app", .isOne(of: ["a", ""]))]),
        Read("app notin (a,b)", [("app", .isNone(of: ["a", "b"]))]),
        Read("in in (in)", [("in", .isOne(of: ["in"]))]),
        Read("notin", [("notin", .exists)]),
        Read("n>1,n<5", [("n", .isGreater(than: 1)), ("n", .isLess(than: 5))]),
        Read(
            "app.kubernetes.io/name=web,tier notin (x),!old",
            [("app.kubernetes.io/name", .equals("web")), ("tier", .isNone(of: ["x"])), ("old", .absent)]),
    ]

    @Test("the syntax is read, and printed again", arguments: read)
    func parse(_ row: Read) throws {
        let selector = try LabelSelector(parsing: row.text)
        #expect(selector.requirements == row.requirements)
        #expect(selector.description == row.printed)
        #expect(try LabelSelector(parsing: row.printed) == selector)
        #expect(selector.isEverything == row.requirements.isEmpty)
    }

    struct Refused: CustomTestStringConvertible {
        var text: String
        var reason: SelectorFailure.Reason
        var offset: Int
        var testDescription: String { text }

        init(_ text: String, _ reason: SelectorFailure.Reason, at offset: Int) {
            self.text = text
            self.reason = reason
            self.offset = offset
        }
    }

    static let anOperator = SelectorFailure.Reason.expected(
        "an operator (=, ==, !=, in, notin, >, <), a comma or the end")

    static let refused = [
        Refused(",", .expected("a label name"), at: 0),
        Refused("a,", .expected("a label name"), at: 2),
        Refused("a,,b", .expected("a label name"), at: 2),
        Refused("=a", .expected("a label name"), at: 0),
        Refused("!", .expected("a label name"), at: 1),
        Refused("!a=b", .expected("a comma or the end"), at: 2),
        Refused("a b", anOperator, at: 2),
        Refused("a (b)", anOperator, at: 2),
        Refused("a=b c", .expected("a comma or the end"), at: 4),
        Refused("a=b)", .expected("a comma or the end"), at: 3),
        Refused("a===b", .expected("a label value"), at: 3),
        Refused("a=!b", .expected("a label value"), at: 2),
        Refused("a in b", .expected("an opening parenthesis"), at: 5),
        Refused("a in", .expected("an opening parenthesis"), at: 4),
        Refused("a in (b", .expected("a comma or the closing parenthesis"), at: 7),
        Refused("a in (b c)", .expected("a comma or the closing parenthesis"), at: 8),
        Refused("a>b", .noInteger("b"), at: 2),
        Refused("a>-1", .noInteger("-1"), at: 2),
        Refused("a>", .expected("a whole number"), at: 2),
        Refused("-a", .invalidName("-a"), at: 0),
        Refused("a/b/c=d", .invalidName("a/b/c"), at: 0),
        Refused("A.b/c", .invalidName("A.b/c"), at: 0),
        Refused("/c", .invalidName("/c"), at: 0),
        Refused("a/", .invalidName("a/"), at: 0),
        Refused("a=b.", .invalidValue("b."), at: 2),
        Refused("a=é", .invalidValue("é"), at: 2),
        Refused(
            "a=" + String(repeating: "x", count: 64), .invalidValue(String(repeating: "x", count: 64)), at: 2),
    ]

    @Test("I7 what is no selector is refused, with the reason and the place", arguments: refused)
    func refuse(_ row: Refused) {
        #expect(throws: SelectorFailure(row.reason, .offset(row.offset))) {
            try LabelSelector(parsing: row.text)
        }
    }

    struct Match: CustomTestStringConvertible {
        var selector: String
        var labels: [String: String]
        var isMatch: Bool
        var testDescription: String { "\(selector) \(isMatch ? "chooses" : "leaves out") \(labels)" }

        init(_ selector: String, _ labels: [String: String], _ isMatch: Bool) {
            self.selector = selector
            self.labels = labels
            self.isMatch = isMatch
        }
    }

    static let matches = [
        Match("", [:], true), Match("", ["a": "b"], true),
        Match("a", ["a": ""], true), Match("a", [:], false),
        Match("!a", [:], true), Match("!a", ["a": ""], false),
        Match("a=b", ["a": "b"], true), Match("a=b", ["a": "c"], false), Match("a=b", [:], false),
        Match("a=", ["a": ""], true), Match("a=", [:], false),
        Match("a!=b", ["a": "c"], true), Match("a!=b", ["a": "b"], false), Match("a!=b", [:], true),
        Match("a in (b,c)", ["a": "c"], true), Match("a in (b,c)", ["a": "d"], false),
        Match("a in (b,c)", [:], false), Match("a in (b,)", ["a": ""], true),
        Match("a notin (b,c)", ["a": "c"], false), Match("a notin (b,c)", ["a": "d"], true),
        Match("a notin (b,c)", [:], true),
        Match("a>1", ["a": "2"], true), Match("a>1", ["a": "1"], false), Match("a>1", ["a": "x"], false),
        Match("a>1", [:], false), Match("a<1", ["a": "0"], true), Match("a<1", ["a": "1"], false),
        Match("a=b,c", ["a": "b"], false), Match("a=b,c", ["a": "b", "c": ""], true),
    ]

    @Test("all requirements have to be met", arguments: matches)
    func match(_ row: Match) throws {
        let selector = try LabelSelector(parsing: row.selector)
        #expect(selector.matches(row.labels) == row.isMatch)
        var object = KubeObject(JSONObject())
        for (name, value) in row.labels { object.setLabel(name, value) }
        #expect(selector.matches(object) == row.isMatch)
    }

    @Test("matchLabels and matchExpressions are read")
    func json() throws {
        let selector = try LabelSelector([
            "matchLabels": ["app": "web"],
            "matchExpressions": [
                ["key": "a", "operator": "In", "values": ["1", "2"]],
                ["key": "b", "operator": "NotIn", "values": ["3"]],
                ["key": "c", "operator": "Exists"],
                ["key": "d", "operator": "DoesNotExist", "values": .null],
            ],
        ])
        #expect(selector.description == "app=web,a in (1,2),b notin (3),c,!d")
        #expect(try LabelSelector(JSONObject()).isEverything)
        #expect(try LabelSelector(["matchLabels": .null]).isEverything)
    }

    static let refusedJSON: [(JSONObject, SelectorFailure.Reason, String)] = [
        (["matchLabel": ["a": "b"]], .unknownMember, "matchLabel"),
        (["matchLabels": []], .expected("an object"), "matchLabels"),
        (["matchLabels": ["a": 1]], .expected("a string"), "matchLabels.a"),
        (["matchLabels": ["a b": "c"]], .invalidName("a b"), "matchLabels.a b"),
        (["matchLabels": ["a": "b c"]], .invalidValue("b c"), "matchLabels.a"),
        (["matchExpressions": [:]], .expected("an array"), "matchExpressions"),
        (["matchExpressions": [1]], .expected("an object"), "matchExpressions[0]"),
        (
            ["matchExpressions": [["operator": "Exists"]]], .expected("a label name"),
            "matchExpressions[0].key"
        ),
        (
            ["matchExpressions": [["key": "a", "operator": "in"]]], .unknownOperator("in"),
            "matchExpressions[0].operator"
        ),
        (
            ["matchExpressions": [["key": "a", "operator": "In"]]], .expected("at least one value"),
            "matchExpressions[0].values"
        ),
        (
            ["matchExpressions": [["key": "a", "operator": "Exists", "values": ["b"]]]],
            .expected("no value, with this operator,"), "matchExpressions[0].values"
        ),
        (
            ["matchExpressions": [["key": "a", "operator": "In", "values": "b"]]],
            .expected("an array of strings"), "matchExpressions[0].values"
        ),
        (
            ["matchExpressions": [["key": "a", "operator": "In", "values": ["b", 1]]]], .expected("a string"),
            "matchExpressions[0].values[1]"
        ),
        (
            ["matchExpressions": [["key": "a", "operator": "Exists", "value": "b"]]], .unknownMember,
            "matchExpressions[0].value"
        ),
    ]

    @Test(
        "I7 a selector object that is none is refused, with the reason and the place", arguments: refusedJSON)
    func refuseJSON(_ json: JSONObject, _ reason: SelectorFailure.Reason, _ path: String) {
        #expect(throws: SelectorFailure(reason, .member(path))) { try LabelSelector(json) }
    }

    @Test("I7 no text stops the process", arguments: Seeds.all)
    func anyText(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parts = [
            "a", "b/c", "in", "notin", "(", ")", ",", "!", "=", "==", "<", ">", " ", "\\", "é", "1", ".",
        ]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0...9, using: &random))
                .map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            if let selector = try? LabelSelector(parsing: text) {
                #expect((try? LabelSelector(parsing: selector.description)) == selector, "\(text)")
            }
            if let selector = try? FieldSelector(parsing: text) {
                #expect((try? FieldSelector(parsing: selector.description)) == selector, "\(text)")
            }
        }
    }

    @Test("a failure says where and what")
    func description() {
        let failure = #expect(throws: SelectorFailure.self) { try LabelSelector(parsing: "app in web") }
        #expect(failure?.description == "selector, character 8: an opening parenthesis is expected here")
    }
}
