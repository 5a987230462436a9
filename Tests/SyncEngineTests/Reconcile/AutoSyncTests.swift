import KubeCore
import SyncEngine
import Testing

/// Syncs that nobody asked for.
@Suite("auto-sync")
struct AutoSyncTests {
    private typealias Make = SampleApplication

    private static let revision = SampleApplication.revision
    private static let drifted = [
        ComparedResource.map("cfg", .modified), .map("ok", ComparedResource.Difference.none),
    ]
    private static let orphans = [
        ComparedResource.map("extra", .extraneous), .map("ok", ComparedResource.Difference.none),
    ]

    private static func decision(
        _ application: Application, _ resources: [ComparedResource], isPermitted: Bool = true,
        isNamespaceMetadataDue: Bool = false, after seconds: Int64 = 0
    ) -> AutoSync.Decision {
        var summary = ComparisonSummary(resources)
        summary.isNamespaceMetadataDue = isNamespaceMetadataDue
        return AutoSync().decision(
            on: application, comparedAs: summary, revisions: [revision], isPermitted: isPermitted,
            now: Timestamp(seconds: SampleApplication.now.seconds + seconds))
    }

    @Test(
        "S128 S139 S141 what differs is synced: the compared revision and source, the policy's prune and options"
    )
    func operation() throws {
        let application = Make.make(
            Make.automated(["prune": true]), ["spec": ["syncPolicy": ["syncOptions": ["PruneLast=true"]]]])
        guard case .start(let request) = Self.decision(application, Self.drifted) else {
            Issue.record("nothing is started")
            return
        }
        #expect(
            request.json == [
                "sync": [
                    "revision": .string(Self.revision), "prune": true, "source": Make.source,
                    "syncOptions": ["PruneLast=true"],
                ],
                "initiatedBy": ["automated": true], "retry": ["limit": 5],
            ])
    }

    @Test("S128 the spec's own idea of retries counts")
    func retry() {
        let application = Make.make(
            Make.automated([:]), ["spec": ["syncPolicy": ["retry": ["limit": 2]]]])
        guard case .start(let request) = Self.decision(application, Self.drifted) else {
            Issue.record("nothing is started")
            return
        }
        #expect(request.retry == RetryStrategy(limit: 2))
    }

    struct Row: CustomTestStringConvertible {
        var rule: String
        var application: Application
        var resources = AutoSyncTests.drifted
        var isPermitted = true
        var isNamespaceMetadataDue = false
        var after: Int64 = 0
        var decision: Outcome
        var testDescription: String { rule }
    }

    enum Outcome: Equatable {
        case nothing
        case held
        case start(resources: [String], attempts: Int64)
        case wait(seconds: Int64)
        case refused(String)

        static let whole = Outcome.start(resources: [], attempts: 0)

        init(_ decision: AutoSync.Decision) {
            switch decision {
            case .nothing: self = .nothing
            case .held: self = .held
            case .wait(let until): self = .wait(seconds: until.seconds - SampleApplication.now.seconds)
            case .refused(let message): self = .refused(message)
            case .start(let request):
                let resources = request.sync?.resources ?? []
                #expect(resources.allSatisfy { $0.namespace.isEmpty })
                self = .start(
                    resources: resources.map(\.name),
                    attempts: request.sync?.remainder.healAttempts ?? 0)
            }
        }
    }

    private static let healing = Make.automated(["selfHeal": true])
    private static let failed =
        "Failed last sync attempt to [\(revision)]: one or more objects failed to apply, reason: boom"
    private static let wiped =
        "Skipping sync attempt to [\(revision)]: auto-sync will wipe out all resources"

    /// A patch: the last sync that worked.
    private static func synced(_ revision: String) -> JSONValue {
        [
            "status": [
                "history": [
                    [
                        "id": 0, "revision": .string(revision), "source": Make.source,
                        "deployedAt": "2026-01-02T03:00:00Z", "deployStartedAt": "2026-01-02T02:59:00Z",
                    ]
                ]
            ]
        ]
    }

    static let rows = [
        Row(rule: "S139 no policy", application: Make.make(), decision: .nothing),
        Row(
            rule: "S139 switched off", application: Make.make(Make.automated(["enabled": false])),
            decision: .nothing),
        Row(
            rule: "S139 switched on, also without saying so", application: Make.make(Make.automated([:])),
            decision: .whole),
        Row(
            rule: "S140 an operation is set",
            application: Make.make(Make.automated([:]), ["operation": ["sync": [:]]]), decision: .nothing),
        Row(
            rule: "S140 it is being deleted",
            application: Make.make(
                Make.automated([:]), ["metadata": ["deletionTimestamp": "2026-01-02T03:00:00Z"]]),
            decision: .nothing),
        Row(
            rule: "S140 nothing differs", application: Make.make(Make.automated([:])),
            resources: [.map("ok", ComparedResource.Difference.none)], decision: .nothing),
        Row(
            rule: "S141 what a sync refuses is tried, so that the operation says why",
            application: Make.make(Make.automated([:])),
            resources: [
                .map("ok", ComparedResource.Difference.none), .map("cfg", .missing, isRefused: true),
            ],
            decision: .whole),
        Row(
            rule: "S140 nothing but what is to be pruned, and prune is off",
            application: Make.make(Make.automated([:])), resources: orphans, decision: .nothing),
        Row(
            rule: "S140 the same with prune", application: Make.make(Make.automated(["prune": true])),
            resources: orphans, decision: .whole),
        Row(
            rule: "S107 S140 only the namespace's metadata differs",
            application: Make.make(Make.automated([:])),
            resources: [.map("ok", ComparedResource.Difference.none)], isNamespaceMetadataDue: true,
            decision: .whole),
        Row(
            rule: "S138 a window blocks", application: Make.make(Make.automated([:])), isPermitted: false,
            decision: .held),
        Row(
            rule: "S138 a window blocks nothing where nothing begins by itself", application: Make.make(),
            isPermitted: false, decision: .nothing),
        Row(
            rule: "S142 S143 this revision failed: not again",
            application: Make.make(
                healing, Make.last("Failed", "one or more objects failed to apply, reason: boom")),
            decision: .refused(failed)),
        Row(
            rule: "S142 another revision failed",
            application: Make.make(healing, Make.last("Failed", revision: "fedcba")), decision: .whole),
        Row(
            rule: "S142 this revision of another source failed",
            application: Make.make(
                healing, Make.last("Failed"), ["spec": ["source": ["path": "elsewhere"]]]),
            decision: .whole),
        Row(
            rule: "S142 one that ended before it had anything to sync counts",
            application: Make.make(Make.automated([:]), Make.last("Error", "no project", result: [:])),
            decision: .refused("Failed last sync attempt to [\(revision)]: no project")),
        Row(
            rule: "S142 one that ended before it was rendered counts for the revision that it was asked for",
            application: Make.make(
                Make.automated([:]),
                Make.last(
                    "Error", "no answer", sync: ["revision": .string(revision)],
                    result: ["source": Make.source])
            ),
            decision: .refused("Failed last sync attempt to [\(revision)]: no answer")),
        Row(
            rule: "S142 and another revision leaves it behind",
            application: Make.make(
                Make.automated([:]),
                Make.last("Error", "no answer", sync: ["revision": "fedcba"], result: ["source": Make.source])
            ),
            decision: .whole),
        Row(
            rule: "S142 so it does if none was asked for",
            application: Make.make(
                Make.automated([:]), Make.last("Error", "no answer", result: ["source": Make.source])),
            decision: .whole),
        Row(
            rule: "S142 one that was terminated counts as failed",
            application: Make.make(Make.automated([:]), Make.last("Failed", "Operation terminated")),
            decision: .refused("Failed last sync attempt to [\(revision)]: Operation terminated")),
        Row(
            rule: "S142 a dry run was no attempt",
            application: Make.make(Make.automated([:]), Make.last("Succeeded", sync: ["dryRun": true])),
            decision: .whole),
        Row(
            rule:
                "S142 S144 a dry run of what was synced before takes that sync's place, and changes nothing",
            application: Make.make(
                Make.automated([:]), Make.last("Succeeded", sync: ["dryRun": true]), synced(revision)),
            decision: .nothing),
        Row(
            rule: "S142 a dry run, and the last sync was of another revision",
            application: Make.make(
                Make.automated([:]), Make.last("Succeeded", sync: ["dryRun": true]), synced("fedcba")),
            decision: .whole),
        Row(
            rule: "S144 drift, and nobody wants it corrected",
            application: Make.make(Make.automated([:]), Make.last("Succeeded")), decision: .nothing),
        Row(
            rule: "S144 drift is corrected: what differs, and nothing else",
            application: Make.make(healing, Make.last("Succeeded")),
            decision: .start(resources: ["cfg"], attempts: 1)),
        Row(
            rule: "S144 hooks and what is skipped have not drifted",
            application: Make.make(healing, Make.last("Succeeded")),
            resources: drifted + [.map("hook", nil, isHook: true), .map("skipped", nil)],
            decision: .start(resources: ["cfg"], attempts: 1)),
        Row(
            rule: "S144 S145 the second attempt after two seconds",
            application: Make.make(
                healing, Make.last("Succeeded", ago: 1, sync: ["autoHealAttemptsCount": 1])),
            decision: .wait(seconds: 1)),
        Row(
            rule: "S144 S145 and then it is made",
            application: Make.make(
                healing, Make.last("Succeeded", ago: 1, sync: ["autoHealAttemptsCount": 1])),
            after: 1, decision: .start(resources: ["cfg"], attempts: 2)),
        Row(
            rule: "S145 the fourth after 18 seconds",
            application: Make.make(
                healing, Make.last("Succeeded", ago: 0, sync: ["autoHealAttemptsCount": 3])),
            decision: .wait(seconds: 18)),
        Row(
            rule: "S145 never more than five minutes",
            application: Make.make(
                healing, Make.last("Succeeded", ago: 0, sync: ["autoHealAttemptsCount": 9_000_000_000])),
            decision: .wait(seconds: 300)),
        Row(
            rule: "S146 all would go", application: Make.make(Make.automated(["prune": true])),
            resources: [.map("extra", .extraneous), .map("hook", nil, isHook: true)],
            decision: .refused(wiped)),
        Row(
            rule: "S146 all may go",
            application: Make.make(Make.automated(["prune": true, "allowEmpty": true])),
            resources: [.map("extra", .extraneous)], decision: .whole),
    ]

    @Test("S138-S146 what is begun", arguments: rows)
    func decide(_ row: Row) {
        let decision = Self.decision(
            row.application, row.resources, isPermitted: row.isPermitted,
            isNamespaceMetadataDue: row.isNamespaceMetadataDue, after: row.after)
        #expect(Outcome(decision) == row.decision)
    }

    @Test("S145 a fixed pause counts from the end of the last sync")
    func fixedPause() {
        var rule = AutoSync()
        rule.healPause = .fixed(.seconds(5))
        let application = Make.make(Self.healing, Make.last("Succeeded", ago: 3))
        let decision = rule.decision(
            on: application, comparedAs: ComparisonSummary(Self.drifted), revisions: [Self.revision],
            isPermitted: true, now: SampleApplication.now)
        #expect(decision == .wait(until: Timestamp(seconds: SampleApplication.now.seconds + 2)))
    }

    @Test("S147 SyncError stands as long as auto-sync refuses, with the time at which that began")
    func condition() {
        let earlier = Timestamp(seconds: 1)
        let before = [ApplicationCondition(.syncError, Self.failed, lastTransitionTime: earlier)]
        let refused = AutoSync.Decision.refused(Self.failed)
        #expect(
            before.evaluated([.syncError], to: refused.conditions ?? [], at: SampleApplication.now) == before)
        #expect(AutoSync.Decision.nothing.conditions == [])
        // What a window holds back has not been decided: nothing is said of it.
        #expect(AutoSync.Decision.held.conditions == nil)
    }
}
