import KubeCore
import Testing

@testable import SyncEngine

@Suite("What a sync asks for")
struct SyncWishTests {
    struct Case: CustomTestStringConvertible {
        var rule: String
        var application: JSONObject = [:]
        var wish: @Sendable (inout SyncWish) -> Void = { _ in }
        /// Of `operation`: what must be there.
        var sync: JSONObject = [:]
        var retry: JSONValue?
        var testDescription: String { rule }
    }

    static let cases = [
        Case(rule: "C12 without a selection everything is meant", sync: ["resources": .null]),
        Case(
            rule: "C11 C12 a selection becomes names of what the status knows",
            wish: {
                $0.selection = ResourceSelection(
                    ["*:*:*", "!:ConfigMap:*"].compactMap(ResourceSelection.Pattern.init))
            },
            sync: [
                "resources": [
                    ["kind": "Deployment", "name": "web", "group": "apps", "namespace": "demo"]
                ]
            ]),
        Case(
            rule: "C14 without options the spec's count",
            application: ["syncPolicy": ["syncOptions": ["PruneLast=true"]]],
            sync: ["syncOptions": ["PruneLast=true"]]),
        Case(
            rule: "C14 with one, the spec's do not",
            application: ["syncPolicy": ["syncOptions": ["PruneLast=true"]]],
            wish: { $0.options = ["Replace=true"] }, sync: ["syncOptions": ["Replace=true"]]),
        Case(
            rule: "C15 without retries the spec's count",
            application: ["syncPolicy": ["retry": ["limit": 3]]], retry: ["limit": 3]),
        Case(
            rule: "C15 with retries, the spec's do not",
            application: ["syncPolicy": ["retry": ["limit": 3]]],
            wish: { $0.retry = RetryStrategy(limit: -1) }, retry: ["limit": -1]),
        Case(
            rule: "S113 hooks run unless they are told not to", sync: ["syncStrategy": ["hook": [:]]]),
        Case(
            rule: "S113 an Application that nobody has looked at for a day is synced to what was compared",
            sync: ["revision": "0123456789abcdef0123456789abcdef01234567"]),
        Case(
            rule: "S113 who looks at the source itself needs no such revision",
            wish: { $0.isForController = false }, sync: ["revision": .null]),
        Case(
            rule: "S113 of an automatic sync the tracked revision may be asked for",
            application: ["syncPolicy": ["automated": [:]]], wish: { $0.revision = "main" },
            sync: ["revision": "main"]),
    ]

    @Test("C11 C12 C14 C15 S113 the operation", arguments: cases)
    func request(_ row: Case) throws {
        var wish = SyncWish()
        row.wish(&wish)
        let request = try wish.request(for: Self.application(row.application), now: Self.muchLater)
        for member in row.sync {
            let found = request.json["sync"]?[member.key] ?? .null
            #expect(found == member.value)
        }
        if let retry = row.retry { #expect(request.json["retry"] == retry) }
    }

    @Test("S113 while somebody looks, the newest revision is the controller's to find")
    func newest() throws {
        let now = try #require(Timestamp(rfc3339: "2026-01-02T04:00:00Z"))
        #expect(try SyncWish().request(for: Self.application(), now: now).sync?.revision == "")
    }

    struct Refused: CustomTestStringConvertible {
        var rule: String
        var spec: JSONObject = [:]
        var others: JSONObject = [:]
        var wish: @Sendable (inout SyncWish) -> Void = { _ in }
        var message: String
        var testDescription: String { rule }
    }

    static let refused = [
        Refused(
            rule: "S113 one operation at a time", others: ["operation": ["sync": [:]]],
            message: "another operation is already in progress"),
        Refused(
            rule: "S113 not while it is being deleted",
            others: ["metadata": ["deletionTimestamp": "2026-01-02T03:00:00Z"]],
            message: "application is being deleted"),
        Refused(
            rule: "S113 not to another revision while syncs begin by themselves",
            spec: ["syncPolicy": ["automated": [:]]], wish: { $0.revision = "v1" },
            message: "Cannot sync to v1: auto-sync currently set to main"),
        Refused(
            rule: "C12 what the status does not know cannot be chosen",
            wish: {
                $0.filters = [":Secret:*"]
                $0.selection = ResourceSelection([":Secret:*"].compactMap(ResourceSelection.Pattern.init))
            },
            message: "No matching app resources found for resource filter: :Secret:*"),
        Refused(
            rule: "S113 nor has one of another name", wish: { $0.revisionsByName = ["top": "v1"] },
            message: "there is no source top"),
        Refused(
            rule: "S113 a source that is not there has no revision", wish: { $0.revisions = [1: "v1"] },
            message: "there is no source 2"),
        Refused(
            rule: "S113 one revision is not that of several sources",
            spec: [
                "source": .null,
                "sources": [
                    ["repoURL": "https://example.test/a.git", "path": "a"],
                    ["repoURL": "https://example.test/b.git", "path": "b"],
                ],
            ],
            wish: { $0.revision = "v1" },
            message:
                "--revision is for one source, and there are 2: say --revisions with --source-positions or --source-names"
        ),
    ]

    @Test("C12 S113 refused", arguments: refused)
    func refusal(_ row: Refused) {
        var wish = SyncWish()
        row.wish(&wish)
        let asked = wish
        let failure = #expect(throws: RequestRefusal.self) {
            try asked.request(for: Self.application(row.spec, row.others), now: Self.muchLater)
        }
        #expect(failure?.description == row.message)
    }

    @Test(
        "C17 what an operation leaves to complain about",
        arguments: [
            ("Failed", "OutOfSync", "Synced", false, "Operation has completed with phase: Failed"),
            ("Succeeded", "OutOfSync", "PruneSkipped", false, "1 resources require pruning"),
            ("Succeeded", "OutOfSync", "PruneSkipped", true, nil),
            ("Succeeded", "Synced", "PruneSkipped", false, nil),
            ("Succeeded", "OutOfSync", "Synced", false, nil),
        ])
    func complaint(_ phase: String, _ sync: String, _ entry: String, _ isSelective: Bool, _ text: String?)
        throws
    {
        let state: JSONValue = [
            "phase": .string(phase), "startedAt": "2026-01-02T03:00:00Z",
            "syncResult": ["resources": [["kind": "ConfigMap", "name": "a", "status": .string(entry)]]],
        ]
        let application = Application(
            KubeObject(["status": ["sync": ["status": .string(sync)], "operationState": state]]))
        let operation = try #require(application.status.operation)
        #expect(application.complaint(about: operation, isSelective: isSelective) == text)
    }

    @Test("S184 a rollback goes to the entry before the newest, without hooks and retries")
    func rollback() throws {
        let spec: JSONObject = ["syncPolicy": ["retry": ["limit": 3]]]
        let request = try RollbackWish().request(for: Self.application(spec))
        #expect(request.json["sync"]?["revision"] == "bbbb")
        #expect(request.json["sync"]?["syncStrategy"] == ["apply": [:]])
        #expect(request.json["retry"] == nil)
        #expect(try RollbackWish(id: 1).request(for: Self.application(spec)).sync?.revision == "aaaa")
    }

    @Test(
        "S184 refused",
        arguments: [
            (
                ["syncPolicy": ["automated": [:]]] as JSONObject, nil as Int64?,
                "rollback cannot be initiated when auto-sync is enabled"
            ),
            ([:] as JSONObject, 9, "Application does not have deployment id '9' in history"),
        ])
    func rollbackRefused(_ spec: JSONObject, _ id: Int64?, _ message: String) {
        let failure = #expect(throws: RequestRefusal.self) {
            try RollbackWish(id: id).request(for: Self.application(spec))
        }
        #expect(failure?.description == message)
    }

    @Test("S122 an operation can be terminated only while there is one")
    func terminate() throws {
        var idle = KubeObject(["status": ["operationState": ["phase": "Succeeded"]]])
        let failure = #expect(throws: RequestRefusal.self) { try idle.terminate() }
        #expect(failure?.description == "Unable to terminate operation. No operation is in progress")
        var busy = idle
        busy["operation"] = ["sync": [:]]
        try busy.terminate()
        #expect(busy["status", "operationState", "phase"] == "Terminating")
    }

    private static let muchLater = Timestamp(seconds: 4_000_000_000)

    private static func application(_ spec: JSONObject = [:], _ others: JSONObject = [:]) -> Application {
        var object = KubeObject(others)
        object["spec"] = .object(spec)
        object["spec", "source"] = ["repoURL": "https://example.test/repo.git", "targetRevision": "main"]
        object["spec", "destination"] = ["server": "https://kubernetes.default.svc"]
        object["status"] = [
            "reconciledAt": "2026-01-02T03:30:00Z",
            "sync": ["revision": "0123456789abcdef0123456789abcdef01234567"],
            "resources": [
                ["kind": "ConfigMap", "version": "v1", "namespace": "demo", "name": "cfg"],
                ["group": "apps", "kind": "Deployment", "version": "v1", "namespace": "demo", "name": "web"],
            ],
            "history": [
                ["id": 1, "revision": "aaaa"], ["id": 2, "revision": "bbbb"], ["id": 3, "revision": "cccc"],
            ],
        ]
        return Application(object)
    }
}
