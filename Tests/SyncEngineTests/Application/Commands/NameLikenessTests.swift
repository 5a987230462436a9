import Testing

@testable import SyncEngine

@Suite("Names that were mistyped")
struct NameLikenessTests {
    struct Case: CustomTestStringConvertible {
        var rule: String
        var name: String
        var names: [String]
        var near: [String]
        var testDescription: String { rule }
    }

    static let cases = [
        Case(rule: "C1 two letters that are swapped", name: "dmeo", names: ["demo", "shop"], near: ["demo"]),
        Case(
            rule: "C1 a letter too much, and the nearest first", name: "shopp", names: ["shot", "shop"],
            near: ["shop"]),
        Case(
            rule: "C1 the beginning of a name", name: "guest", names: ["guestbook", "west"],
            near: ["guestbook"]),
        Case(rule: "C1 nothing comes near", name: "demo", names: ["guestbook", "a"], near: []),
        Case(
            rule: "C1 one letter says nothing of long names", name: "g", names: ["guestbook", "h"],
            near: ["h"]),
    ]

    @Test("C1 what may be meant", arguments: cases)
    func near(_ row: Case) {
        #expect(NameLikeness(of: row.name).nearest(of: row.names) == row.near)
    }
}
