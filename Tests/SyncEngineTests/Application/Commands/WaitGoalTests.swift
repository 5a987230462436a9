import KubeCore
import Testing

@testable import SyncEngine

@Suite("What a wait is for")
struct WaitGoalTests {
    struct Look: CustomTestStringConvertible {
        var rule: String
        var goal: WaitGoal
        var application: JSONObject
        var isMet: Bool
        var testDescription: String { rule }
    }

    static let looks = [
        Look(
            rule: "C22 all is well and nothing runs", goal: .everything, application: status(), isMet: true),
        Look(
            rule: "C22 out of sync is not what is waited for", goal: .everything,
            application: status(sync: "OutOfSync"), isMet: false),
        Look(
            rule: "C22 any of the healths that were asked for will do", goal: healths(.healthy, .degraded),
            application: status(health: "Degraded"), isMet: true),
        Look(
            rule: "C22 another health will not do", goal: healths(.suspended),
            application: status(health: "Healthy"), isMet: false),
        Look(
            rule: "C22 with a selection the objects count and not the whole", goal: chosen(":Service:s"),
            application: status(health: "Degraded"), isMet: true),
        Look(
            rule: "C22 a selected object that is not well counts", goal: chosen("apps:Deployment:web"),
            application: status(), isMet: false),
        Look(
            rule: "C22 an object that is not there yet is waited for", goal: chosen(":Service:other"),
            application: status(), isMet: false),
        Look(
            rule: "C23 an operation that is asked for runs", goal: operation,
            application: status(others: ["operation": ["sync": [:]]]), isMet: false),
        Look(
            rule: "C23 a finished operation is over when the controller has looked since", goal: operation,
            application: status(finished: "2026-01-02T03:00:05Z", reconciled: "2026-01-02T03:00:05Z"),
            isMet: true),
        Look(
            rule: "C23 and not before", goal: operation,
            application: status(finished: "2026-01-02T03:00:05Z", reconciled: "2026-01-02T03:00:04Z"),
            isMet: false),
        Look(
            rule: "C23 after a dry run nobody looks", goal: operation,
            application: status(
                finished: "2026-01-02T03:00:05Z", reconciled: "2026-01-02T03:00:00Z",
                request: ["sync": ["dryRun": true]]), isMet: true),
        Look(
            rule: "C25 as long as it is there, its deletion is waited for", goal: deletion,
            application: status(), isMet: false),
    ]

    @Test("C22 C23 C25 one look", arguments: looks)
    func look(_ look: Look) {
        #expect(look.goal.isMet(by: Application(KubeObject(look.application))) == look.isMet)
    }

    @Test(
        "C26 an object that becomes degraded ends a wait for health",
        arguments: [
            (["Progressing", "Degraded"], Optional("Progressing")), (["Degraded", "Degraded"], nil),
            (["Unknown", "Degraded"], nil), (["Healthy", "Degraded"], "Healthy"), (["Degraded"], nil),
        ])
    func degraded(_ healths: [String], _ from: String?) {
        var waiting = Waiting(for: Self.healths(.healthy))
        let verdicts = healths.map { health in
            waiting.next(seeing: Application(KubeObject(Self.status(health: "Progressing", web: health))))
        }
        let web = ObjectKey(group: "apps", kind: "Deployment", namespace: "demo", name: "web")
        #expect(verdicts.last == from.map { .degraded(web, from: $0) } ?? .pending)
    }

    @Test("C25 an Application that is gone is gone")
    func gone() {
        var waiting = Waiting(for: Self.deletion)
        #expect(waiting.next(seeing: Application(KubeObject(Self.status()))) == .pending)
        #expect(waiting.next(seeing: nil) == .deleted)
    }

    private static func healths(_ healths: Health.Status...) -> WaitGoal {
        var goal = WaitGoal()
        goal.healths = Set(healths)
        return goal
    }

    private static func chosen(_ pattern: String) -> WaitGoal {
        var goal = healths(.healthy)
        goal.selection = ResourceSelection([ResourceSelection.Pattern(pattern)].compactMap(\.self))
        return goal
    }

    private static let operation: WaitGoal = {
        var goal = WaitGoal()
        goal.operation = true
        return goal
    }()

    private static let deletion: WaitGoal = {
        var goal = WaitGoal()
        goal.deletion = true
        return goal
    }()

    private static func status(
        sync: String = "Synced", health: String = "Healthy", web: String = "Progressing",
        finished: String? = nil, reconciled: String = "2026-01-02T03:00:00Z",
        request: JSONValue = ["sync": [:]], others: JSONObject = [:]
    ) -> JSONObject {
        var object = others
        var status: JSONObject = [
            "sync": ["status": .string(sync)], "health": ["status": .string(health)],
            "reconciledAt": .string(reconciled),
            "resources": [
                ["version": "v1", "kind": "Service", "namespace": "demo", "name": "s", "status": "Synced"],
                [
                    "group": "apps", "version": "v1", "kind": "Deployment", "namespace": "demo",
                    "name": "web",
                    "status": "Synced", "health": ["status": .string(web)],
                ],
            ],
        ]
        if let finished {
            status["operationState"] = [
                "phase": "Succeeded", "startedAt": "2026-01-02T03:00:00Z", "finishedAt": .string(finished),
                "operation": request,
            ]
        }
        object["status"] = .object(status)
        return object
    }
}
