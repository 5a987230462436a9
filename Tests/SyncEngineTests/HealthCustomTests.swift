import KubeCore
import SyncEngine
import Testing

@Suite("Health of custom kinds by convention")
struct HealthCustomTests {
    static func custom(_ status: JSONValue?, generation: Int64 = 1) -> KubeObject {
        live("example.com/v1", "Widget", status: status, metadata: ["generation": .int(generation)])
    }

    static let rows = [
        HealthRow("S171 without a status: no health", custom(nil), nil),
        HealthRow("S171 a status that says nothing we know: no health", custom(["widgets": 3]), nil),
        HealthRow(
            "S171 a phase that nobody knows: no health", custom(["phase": "Purple"]), nil),
        HealthRow(
            "I5 a status of an earlier generation is no verdict",
            custom(["observedGeneration": 1, "conditions": [condition("Ready", "True")]], generation: 2),
            Health(.progressing, "Waiting for the controller to observe the last change")),
        HealthRow(
            "I5 nor is a condition of an earlier generation",
            custom(
                ["conditions": [["type": "Ready", "status": "True", "observedGeneration": 1]]], generation: 2),
            Health(.progressing, "Waiting for condition Ready to be of the last change")),
        HealthRow(
            "S167 Ready=True", custom(conditions(condition("Ready", "True", "Up", "all up"))),
            Health(.healthy, "all up")),
        HealthRow(
            "S167 Ready=Unknown", custom(conditions(condition("Ready", "Unknown", "Checking"))),
            Health(.progressing, "Checking")),
        HealthRow(
            "S167 Ready=False for good",
            custom(conditions(condition("Ready", "False", "InvalidSpec", "no host"))),
            Health(.degraded, "no host")),
        HealthRow(
            "S167 Ready=False for now",
            custom(conditions(condition("Ready", "False", "WaitingForNodes", "2 of 3"))),
            Health(.progressing, "2 of 3")),
        HealthRow(
            "S167 Ready=False without a reason is no failure yet",
            custom(conditions(condition("Ready", "False"))),
            Health(.progressing)),
        HealthRow(
            "S167 Ready counts before Available",
            custom(conditions(condition("Available", "True"), condition("Ready", "False", "Broken"))),
            Health(.degraded, "Broken")),
        HealthRow(
            "S167 Stalled counts before all",
            custom(
                conditions(
                    condition("Ready", "True"), condition("Reconciling", "True"),
                    condition("Stalled", "True", "", "gave up"))),
            Health(.degraded, "gave up")),
        HealthRow(
            "S167 Reconciling counts before Ready",
            custom(conditions(condition("Ready", "True"), condition("Reconciling", "True", "NewSpec"))),
            Health(.progressing, "NewSpec")),
        HealthRow(
            "S167 Synced=False is a failure, whatever Ready says",
            custom(conditions(condition("Ready", "True"), condition("Synced", "False", "", "cannot write"))),
            Health(.degraded, "cannot write")),
        HealthRow(
            "S167 Synced counts where nothing tells more", custom(conditions(condition("Synced", "True"))),
            Health(.healthy)),
        HealthRow(
            "S167 NotReady=True for now", custom(conditions(condition("NotReady", "True", "Creating"))),
            Health(.progressing, "Creating")),
        HealthRow(
            "S167 NotReady=True for good", custom(conditions(condition("NotReady", "True", "Broken"))),
            Health(.degraded, "Broken")),
        HealthRow(
            "S167 what is suspended is not judged by its last run",
            live(
                "example.com/v1", "Widget", status: conditions(condition("Ready", "False", "Broken")),
                spec: ["suspend": true]),
            Health(.suspended, "Widget is suspended")),
        HealthRow("S167 status.ready", custom(["ready": true]), Health(.healthy)),
        HealthRow("S167 status.ready is not yet", custom(["ready": false]), Health(.progressing)),
        HealthRow(
            "S167 Stalled=False is nothing", custom(conditions(condition("Stalled", "False"))), nil),
        HealthRow(
            "S167 a phase is read where no condition tells", custom(["phase": "Failed", "message": "disk"]),
            Health(.degraded, "disk")),
        HealthRow("S167 a state is read as a phase", custom(["state": "RUNNING"]), Health(.healthy)),
        HealthRow(
            "S167 a custom kind below k8s.io is custom",
            live(
                "snapshot.storage.k8s.io/v1", "VolumeSnapshot", status: conditions(condition("Ready", "True"))
            ),
            Health(.healthy)),
    ]

    @Test("S167 I5 a custom object is judged by its status", arguments: rows)
    func assess(_ row: HealthRow) {
        #expect(Health(of: row.object) == row.health)
    }
}
