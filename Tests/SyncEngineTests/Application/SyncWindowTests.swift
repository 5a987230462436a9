import KubeCore
import SyncEngine
import Testing

/// When an application may be synced. It is 2026-01-02 03:04:05, a Friday.
struct SyncWindowTests {
    static let now = Timestamp(seconds: 1_767_323_045)
    static let shop = Destination(server: Destination.ownServer, namespace: "shop-prod")

    /// A window that is open, or closed, now.
    private static func window(
        _ kind: String, isOpen: Bool = true, _ others: JSONObject = ["applications": ["*"]]
    ) -> JSONValue {
        var members: JSONObject = [
            "kind": .string(kind), "schedule": .string(isOpen ? "0 3 * * *" : "0 12 * * *"), "duration": "1h",
        ]
        for member in others { members[member.key] = member.value }
        return .object(members)
    }

    private func windows(_ entries: [JSONValue], to destination: Destination = shop) -> SyncWindows {
        SyncWindows(entries, of: "shop", to: destination) { name in
            name == "Etc/GMT-2" ? ZoneOffsets(offset: 7200) : nil
        }
    }

    struct Match: CustomTestStringConvertible {
        var scope: JSONObject
        var matches: Bool
        var testDescription: String { "S133 \(JSONValue.object(scope).text)" }
    }

    static let matches = [
        Match(scope: [:], matches: false), Match(scope: ["applications": ["shop"]], matches: true),
        Match(scope: ["applications": ["sh*", "x"]], matches: true),
        Match(scope: ["applications": ["other"]], matches: false),
        Match(scope: ["namespaces": ["*-prod"]], matches: true),
        Match(scope: ["clusters": ["in-cluster"]], matches: true),
        Match(scope: ["clusters": ["https://kubernetes.default.svc"]], matches: true),
        Match(scope: ["clusters": ["https://other"]], matches: false),
        Match(scope: ["applications": ["other"], "namespaces": ["shop-prod"]], matches: true),
        Match(
            scope: ["applications": ["other"], "namespaces": ["shop-prod"], "andOperator": true],
            matches: false),
        Match(
            scope: ["applications": ["shop"], "namespaces": ["shop-prod"], "andOperator": true], matches: true
        ),
        Match(scope: ["andOperator": true], matches: false),
    ]

    @Test("S133 whom a window concerns", arguments: matches)
    func match(_ row: Match) {
        let verdict = windows([Self.window("deny", row.scope)]).verdict(at: Self.now, isManual: false)
        #expect((verdict != .permitted) == row.matches)
    }

    struct Decision: CustomTestStringConvertible {
        var rule: String
        var windows: [JSONValue]
        var automatic: Bool
        var manual: Bool
        var testDescription: String { rule }
    }

    private static let byHand: JSONObject = ["applications": ["*"], "manualSync": true]
    static let decisions = [
        Decision(rule: "S135 no window", windows: [], automatic: true, manual: true),
        Decision(rule: "S135 open denial", windows: [window("deny")], automatic: false, manual: false),
        Decision(
            rule: "S135 closed denial", windows: [window("deny", isOpen: false)], automatic: true,
            manual: true),
        Decision(
            rule: "S135 open denial for automatic syncs", windows: [window("deny", byHand)], automatic: false,
            manual: true),
        Decision(
            rule: "S135 of two open denials one is for all",
            windows: [window("deny", byHand), window("deny")],
            automatic: false, manual: false),
        Decision(
            rule: "S135 a denial before a permission", windows: [window("allow"), window("deny")],
            automatic: false,
            manual: false),
        Decision(
            rule: "S135 open permission", windows: [window("allow"), window("allow", isOpen: false)],
            automatic: true, manual: true),
        Decision(
            rule: "S135 closed permission", windows: [window("allow", isOpen: false)], automatic: false,
            manual: false),
        Decision(
            rule: "S135 closed permission for automatic syncs",
            windows: [window("allow", isOpen: false, byHand)],
            automatic: false, manual: true),
        Decision(
            rule: "S135 closed permission beside a closed denial",
            windows: [window("allow", isOpen: false), window("deny", isOpen: false)], automatic: false,
            manual: false),
    ]

    @Test("S135 S138 what windows decide together", arguments: decisions)
    func decision(_ row: Decision) {
        let windows = windows(row.windows)
        #expect((windows.verdict(at: Self.now, isManual: false) == .permitted) == row.automatic)
        #expect((windows.verdict(at: Self.now, isManual: true) == .permitted) == row.manual)
    }

    @Test("S134 a window is open from its start, and no longer at its end")
    func edges() {
        let windows = windows([Self.window("deny")])
        let start = Timestamp(seconds: Self.now.seconds - 245)
        for (offset, isOpen) in [(-1, false), (0, true), (3599, true), (3600, false)] as [(Int64, Bool)] {
            let time = Timestamp(seconds: start.seconds + offset)
            #expect((windows.verdict(at: time, isManual: false) != .permitted) == isOpen)
        }
    }

    @Test("S134 a window's own clocks count")
    func timeZone() {
        let shifted: JSONObject = ["applications": ["*"], "timeZone": "Etc/GMT-2"]
        #expect(windows([Self.window("deny", shifted)]).verdict(at: Self.now, isManual: false) == .permitted)
        let before = Timestamp(seconds: Self.now.seconds - 7200)
        #expect(windows([Self.window("deny", shifted)]).verdict(at: before, isManual: false) != .permitted)
    }

    @Test("S136 what was permitted when it began may end, if all windows that decide say so")
    func overrun() {
        let overrun: JSONObject = ["applications": ["*"], "syncOverrun": true]
        let before = Timestamp(seconds: Self.now.seconds - 3600)
        let lenient = windows([Self.window("deny", overrun)])
        #expect(lenient.verdict(at: Self.now, isManual: false, begunAt: before) == .permitted)
        #expect(lenient.verdict(at: Self.now, isManual: false, begunAt: Self.now) != .permitted)
        #expect(lenient.verdict(at: Self.now, isManual: false) != .permitted)
        let strict = windows([Self.window("deny", overrun), Self.window("deny")])
        #expect(strict.verdict(at: Self.now, isManual: false, begunAt: before) != .permitted)
    }

    struct Bad: CustomTestStringConvertible {
        var others: JSONObject
        var problem: String
        var testDescription: String { problem }
    }

    static let bad = [
        Bad(
            others: ["kind": "maybe"],
            problem: "spec.syncWindows[0].kind must be one of allow, deny, not 'maybe'"),
        Bad(
            others: ["schedule": "daily"],
            problem:
                "spec.syncWindows[0].schedule 'daily' is no schedule: it must have five fields, as '0 22 * * *', or be one as @daily"
        ),
        Bad(
            others: ["duration": "-1h"],
            problem: "spec.syncWindows[0].duration must be a duration as 1h30m, of at most a year, not '-1h'"),
        Bad(
            others: ["timeZone": "Moon/Sea"],
            problem: "spec.syncWindows[0].timeZone 'Moon/Sea' is no time zone that is known here"),
    ]

    @Test("S137 nothing begins while a window cannot be read, and the message says which", arguments: bad)
    func malformed(_ row: Bad) {
        let verdict = windows([Self.window("allow", row.others)]).verdict(at: Self.now, isManual: true)
        #expect(verdict.message == "Sync operation blocked by sync window: \(row.problem)")
    }

    @Test("S137 the message of a blocked operation")
    func message() {
        let verdict = windows([Self.window("deny")]).verdict(at: Self.now, isManual: false)
        #expect(verdict.message == "Sync operation blocked by sync window")
        #expect(windows([]).verdict(at: Self.now, isManual: false).message == nil)
    }

    @Test("S137 an operation that is blocked is looked at again when a window opens or closes")
    func nextChange() {
        #expect(windows([]).nextChange(after: Self.now) == nil)
        #expect(windows([Self.window("deny")]).nextChange(after: Self.now)?.rfc3339 == "2026-01-02T04:00:00Z")
        #expect(
            windows([Self.window("allow", isOpen: false)]).nextChange(after: Self.now)?.rfc3339
                == "2026-01-02T12:00:00Z")
    }
}
