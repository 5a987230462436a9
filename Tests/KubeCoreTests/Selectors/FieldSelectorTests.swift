import KubeCore
import Testing

/// Field selectors as the API reads them.
struct FieldSelectorTests {
    static let read: [(text: String, printed: String, requirements: [FieldSelector.Requirement])] = [
        ("", "", []),
        ("metadata.name=web", "metadata.name=web", [.init("metadata.name", "web")]),
        ("metadata.name==web", "metadata.name=web", [.init("metadata.name", "web")]),
        ("a!=b", "a!=b", [.init("a", "b", isEqual: false)]),
        ("a=", "a=", [.init("a", "")]),
        ("a=b,c!=d", "a=b,c!=d", [.init("a", "b"), .init("c", "d", isEqual: false)]),
        (",a=b,,", "a=b", [.init("a", "b")]),
        (#"a=b\,c\=d\\e"#, #"a=b\,c\=d\\e"#, [.init("a", #"b,c=d\e"#)]),
    ]

    @Test("the syntax is read, and printed again", arguments: read)
    func parse(_ text: String, _ printed: String, _ requirements: [FieldSelector.Requirement]) throws {
        let selector = try FieldSelector(parsing: text)
        #expect(selector.requirements == requirements)
        #expect(selector.description == printed)
        #expect(try FieldSelector(parsing: printed) == selector)
    }

    static let refused: [(String, SelectorFailure.Reason, Int)] = [
        ("a", .expected("an operator (=, ==, !=)"), 1),
        ("a=b,c", .expected("an operator (=, ==, !=)"), 5),
        ("=b", .expected("a field such as metadata.name"), 0),
        ("!=b", .expected("a field such as metadata.name"), 0),
        ("a===b", .expected("a backslash before an equals sign in a value"), 3),
        (#"a=b\c"#, .expected("a comma, an equals sign or a backslash"), 4),
        (#"a=b\"#, .expected("a comma, an equals sign or a backslash"), 4),
    ]

    @Test("I7 what is no selector is refused, with the reason and the place", arguments: refused)
    func refuse(_ text: String, _ reason: SelectorFailure.Reason, _ offset: Int) {
        #expect(throws: SelectorFailure(reason, .offset(offset))) { try FieldSelector(parsing: text) }
    }

    static let matches: [(String, Bool)] = [
        ("", true), ("metadata.name=web", true), ("metadata.name=x", false), ("metadata.name!=x", true),
        ("metadata.namespace=demo,metadata.name=web", true),
        ("metadata.namespace=demo,metadata.name=x", false),
        ("status.phase=", true), ("status.phase!=Running", true), ("spec.unschedulable=true", true),
        ("spec.replicas=3", true), ("spec=", true), ("a..b=", true),
    ]

    @Test("all requirements have to be met, and what is absent is empty", arguments: matches)
    func match(_ text: String, _ isMatch: Bool) throws {
        let object = KubeObject([
            "metadata": ["name": "web", "namespace": "demo"], "spec": ["unschedulable": true, "replicas": 3],
        ])
        #expect(try FieldSelector(parsing: text).matches(object) == isMatch)
    }
}
