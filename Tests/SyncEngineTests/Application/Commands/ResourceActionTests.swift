import KubeCore
import Testing

@testable import SyncEngine

@Suite("Actions on live objects")
struct ResourceActionTests {
    struct Case: CustomTestStringConvertible {
        var rule: String
        var apiVersion = "apps/v1"
        var kind = "Deployment"
        var spec: JSONObject = [:]
        var status: JSONObject = [:]
        /// Those that would do something, and the others with `-` before them.
        var actions: [String]
        var testDescription: String { rule }
    }

    static let cases = [
        Case(rule: "C5 a Deployment", actions: ["pause", "restart", "-resume", "scale"]),
        Case(
            rule: "C5 one that is paused", spec: ["paused": true],
            actions: ["-pause", "restart", "resume", "scale"]),
        Case(rule: "C5 a StatefulSet", kind: "StatefulSet", actions: ["restart", "scale"]),
        Case(rule: "C5 a DaemonSet", kind: "DaemonSet", actions: ["restart"]),
        Case(
            rule: "C5 a CronJob that is suspended", apiVersion: "batch/v1beta1", kind: "CronJob",
            spec: ["suspend": true], actions: ["resume", "-suspend"]),
        Case(
            rule: "C5 a Job that is over", apiVersion: "batch/v1", kind: "Job",
            status: ["conditions": [["type": "Complete", "status": "True"]]],
            actions: ["-resume", "-suspend"]),
        Case(rule: "C5 any other kind", apiVersion: "v1", kind: "ConfigMap", actions: []),
    ]

    @Test("C5 which there are", arguments: cases)
    func all(_ row: Case) {
        let object = KubeObject([
            "apiVersion": .string(row.apiVersion), "kind": .string(row.kind),
            "spec": .object(row.spec), "status": .object(row.status),
        ])
        let found = ResourceAction.all(of: object).map { ($0.isUseful ? "" : "-") + $0.action.rawValue }
        #expect(found == row.actions)
    }

    private let deployment = KubeObject([
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "shop"],
    ])

    @Test("C5 what carries it out")
    func patches() throws {
        let now = Timestamp(seconds: 0)
        let scaled = try ResourceAction.scale.patch(of: deployment, ["replicas": "3"], at: now)
        #expect(scaled.json == ["spec": ["replicas": 3]])
        let restarted = try ResourceAction.restart.patch(of: deployment, [:], at: now)
        #expect(
            restarted.json["spec"]?["template"]?["metadata"]?["annotations"]
                == ["kubectl.kubernetes.io/restartedAt": "1970-01-01T00:00:00Z"])
    }

    @Test(
        "I7 what cannot be done says why",
        arguments: [
            (
                ResourceAction.suspend, [:] as [String: String],
                "apps/Deployment shop/web has no action 'suspend'; it has pause, restart, resume, scale"
            ),
            (.scale, [:], "say how many: --param replicas=NUMBER"),
            (.scale, ["replicas": "-1"], "say how many: --param replicas=NUMBER"),
            (.restart, ["replicas": "1"], "action 'restart' has no parameter 'replicas'"),
        ])
    func refused(_ action: ResourceAction, _ parameters: [String: String], _ message: String) {
        let failure = #expect(throws: RequestRefusal.self) {
            try action.patch(of: deployment, parameters, at: Timestamp(seconds: 0))
        }
        #expect(failure?.description == message)
    }
}
