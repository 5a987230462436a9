import KubeCore
import SyncEngine
import Testing

@Suite("Hooks by the health of their objects")
struct HealthHookTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var rule: String
        var hook: KubeObject
        var outcome: HookOutcome

        var testDescription: String { rule }
    }

    static let rows = [
        Row(
            rule: "S77 a kind without health has succeeded once it exists", hook: live("v1", "ConfigMap"),
            outcome: HookOutcome(.succeeded, message: "x created")),
        Row(
            rule: "S77 healthy: succeeded",
            hook: live("batch/v1", "Job", status: conditions(condition("Complete", "True", "", "done"))),
            outcome: HookOutcome(.succeeded, message: "done")),
        Row(
            rule: "S77 an empty message leaves the one of the apply",
            hook: live("batch/v1", "Job", status: conditions(condition("Complete", "True"))),
            outcome: HookOutcome(.succeeded)),
        Row(
            rule: "S77 progressing: running", hook: live("batch/v1", "Job", status: ["active": 1]),
            outcome: HookOutcome(.running)),
        Row(
            rule: "S77 suspended: running",
            hook: live("batch/v1", "Job", status: conditions(condition("Suspended", "True", "", "paused"))),
            outcome: HookOutcome(.running, message: "paused")),
        Row(
            rule: "S77 degraded: failed",
            hook: live(
                "batch/v1", "Job", status: conditions(condition("Failed", "True", "", "backoff limit"))),
            outcome: HookOutcome(.failed, message: "backoff limit")),
        Row(
            rule: "S77 unknown: failed",
            hook: live("argoproj.io/v1alpha1", "Workflow", status: ["phase": "Strange", "message": "?"]),
            outcome: HookOutcome(.failed, message: "?")),
        Row(
            rule: "S77 a version that cannot be judged is an error", hook: live("batch/v1beta1", "Job"),
            outcome: HookOutcome(
                .error,
                message: "failed to get resource health: unsupported Job GVK: batch/v1beta1, Kind=Job")),
        Row(
            rule: "D7 a resumed Job is running",
            hook: live("batch/v1", "Job", status: conditions(condition("Suspended", "False"))),
            outcome: HookOutcome(.running)),
        Row(
            rule: "S79 a hook that is being deleted is running", hook: deleting(status: "Complete"),
            outcome: HookOutcome(.running, message: "Pending deletion")),
    ]

    static func deleting(status: String?) -> KubeObject {
        live(
            "batch/v1", "Job", status: status.map { conditions(condition($0, "True", "", "over")) },
            metadata: ["deletionTimestamp": "2026-01-02T03:04:05Z"])
    }

    @Test("S77-S79 a hook's live object tells how far it is", arguments: rows)
    func outcome(_ row: Row) {
        #expect(HookOutcome(of: row.hook) == row.outcome)
    }

    @Test("D2 a hook that is gone is judged by what it had reached")
    func deleted() {
        #expect(HookOutcome(ofDeleted: Self.deleting(status: "Complete")).phase == .succeeded)
        #expect(
            HookOutcome(ofDeleted: Self.deleting(status: "Failed")) == HookOutcome(.failed, message: "over"))
        #expect(HookOutcome(ofDeleted: Self.deleting(status: nil)).phase == .running)
    }
}
