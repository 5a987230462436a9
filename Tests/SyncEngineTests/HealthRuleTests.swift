import KubeCore
import SyncEngine
import Testing

/// One situation of a live object.
struct HealthRow: Sendable, CustomTestStringConvertible {
    var rule: String
    var object: KubeObject
    var isHook = false
    var health: Health?

    var testDescription: String { rule }

    init(_ rule: String, _ object: KubeObject, isHook: Bool = false, _ health: Health?) {
        self.rule = rule
        self.object = object
        self.isHook = isHook
        self.health = health
    }
}

/// An object of a kind with this status; `spec` and `metadata` where they matter.
func live(
    _ apiVersion: String, _ kind: String, status: JSONValue? = nil, spec: JSONValue = [:],
    metadata: [String: JSONValue] = [:]
) -> KubeObject {
    var json: JSONObject = ["apiVersion": .string(apiVersion), "kind": .string(kind), "spec": spec]
    json["metadata"] = .object(JSONObject([("name", "x")] + metadata.map { ($0.key, $0.value) }))
    json["status"] = status
    return KubeObject(json)
}

func condition(_ type: String, _ status: String, _ reason: String = "", _ message: String = "") -> JSONValue {
    [
        "type": .string(type), "status": .string(status), "reason": .string(reason),
        "message": .string(message),
    ]
}

func conditions(_ list: JSONValue...) -> JSONValue { ["conditions": .array(list)] }

@Suite("Health: rules of our own")
struct HealthRuleTests {
    static let jobs = [
        HealthRow(
            "D7 a resumed Job is running",
            live("batch/v1", "Job", status: conditions(condition("Suspended", "False"))),
            Health(.progressing)),
        HealthRow(
            "D7 Complete=False is not complete",
            live("batch/v1", "Job", status: conditions(condition("Complete", "False"))), Health(.progressing)),
        HealthRow(
            "D7 FailureTarget announces a failure, and the Job runs until it is final",
            live(
                "batch/v1", "Job",
                status: conditions(condition("FailureTarget", "True", "PodFailurePolicy", "exit 42"))),
            Health(.progressing, "Job is about to fail: exit 42")),
        HealthRow(
            "D7 FailureTarget=False announces nothing",
            live("batch/v1", "Job", status: conditions(condition("FailureTarget", "False"))),
            Health(.progressing)),
        HealthRow(
            "D7 FailureTarget and Failed: failed",
            live(
                "batch/v1", "Job",
                status: conditions(
                    condition("FailureTarget", "True", "", "a"), condition("Failed", "True", "", "b"))),
            Health(.degraded, "b")),
        HealthRow(
            "D7 SuccessCriteriaMet and Complete: complete",
            live(
                "batch/v1", "Job",
                status: conditions(
                    condition("SuccessCriteriaMet", "True"), condition("Complete", "True", "", "Reached"))),
            Health(.healthy, "Reached")),
        HealthRow(
            "D7 SuccessCriteriaMet without a message is told in our words",
            live("batch/v1", "Job", status: conditions(condition("SuccessCriteriaMet", "True"))),
            Health(.progressing, "Job met its success criteria, its pods are ending")),
    ]

    static let deletions = [
        HealthRow(
            "S79 an object that is being deleted is progressing, whatever its status says",
            live(
                "batch/v1", "Job", status: conditions(condition("Complete", "True")),
                metadata: ["deletionTimestamp": "2026-01-02T03:04:05Z"]),
            Health(.progressing, "Pending deletion")),
        HealthRow(
            "S79 so is one of a kind without health",
            live("v1", "ConfigMap", metadata: ["deletionTimestamp": "2026-01-02T03:04:05Z"]),
            Health(.progressing, "Pending deletion")),
        HealthRow(
            "S79 with Argo CD's hook finalizer its real status counts",
            live(
                "batch/v1", "Job", status: conditions(condition("Complete", "True")),
                metadata: [
                    "deletionTimestamp": "2026-01-02T03:04:05Z",
                    "finalizers": ["argocd.argoproj.io/hook-finalizer"],
                ]),
            Health(.healthy)),
        HealthRow(
            "S79 another finalizer changes nothing",
            live(
                "batch/v1", "Job", status: conditions(condition("Complete", "True")),
                metadata: [
                    "deletionTimestamp": "2026-01-02T03:04:05Z", "finalizers": ["foregroundDeletion"],
                ]),
            Health(.progressing, "Pending deletion")),
    ]

    static let readingOfVersions = [
        HealthRow(
            "S168 a version whose status nobody can read is unknown",
            live("batch/v1beta1", "Job"), Health(.unknown, "unsupported Job GVK: batch/v1beta1, Kind=Job")),
        HealthRow(
            "S168 the core group has no name in the message",
            live("v2", "Pod"), Health(.unknown, "unsupported Pod GVK: /v2, Kind=Pod")),
        HealthRow(
            "S168 an Ingress is read in any version",
            live("networking.k8s.io/v1beta1", "Ingress"), Health(.progressing)),
        HealthRow(
            "S168 a CronJob is read in any version",
            live("batch/v1beta1", "CronJob", status: [:]),
            Health(.healthy, "CronJob has not been scheduled yet")),
        HealthRow("S171 a kind of the API without a rule has no health", live("v1", "Namespace"), nil),
        HealthRow(
            "S171 not even if its status could be read",
            live("policy/v1", "Other", status: conditions(condition("Ready", "False"))), nil),
        HealthRow(
            "S177 an Application has no health",
            live("argoproj.io/v1alpha1", "Application", status: ["health": ["status": "Degraded"]]), nil),
    ]

    static let generations = [
        HealthRow(
            "I5 a Deployment of which the last change was not seen is not healthy",
            live(
                "apps/v1", "Deployment", status: ["observedGeneration": 3, "availableReplicas": 1],
                metadata: ["generation": 4]),
            Health(
                .progressing,
                "Waiting for rollout to finish: observed deployment generation less than desired generation")),
        HealthRow(
            "I5 a disruption budget of which the last change was not seen is not healthy",
            live(
                "policy/v1", "PodDisruptionBudget",
                status: [
                    "observedGeneration": 1,
                    "conditions": [condition("DisruptionAllowed", "True", "SufficientPods")],
                ], metadata: ["generation": 2]),
            Health(.progressing, "Waiting for status")),
        HealthRow(
            "S167 a server without conditions on disruption budgets: an observed one is healthy",
            live(
                "policy/v1beta1", "PodDisruptionBudget",
                status: ["observedGeneration": 1, "expectedPods": 0],
                metadata: ["generation": 1]),
            Health(.healthy)),
        HealthRow(
            "S167 a disruption budget that nobody has looked at is progressing",
            live(
                "policy/v1beta1", "PodDisruptionBudget", status: ["expectedPods": 0],
                metadata: ["generation": 1]),
            Health(.progressing, "Waiting for status")),
        HealthRow(
            "I5 an autoscaler of which the last change was not seen is not healthy",
            live(
                "autoscaling/v2", "HorizontalPodAutoscaler",
                status: ["observedGeneration": 1, "conditions": [condition("AbleToScale", "True")]],
                metadata: ["generation": 2]),
            Health(.progressing, "Waiting to Autoscale")),
    ]

    static let pods = [
        HealthRow(
            "S78 a hook Pod that runs to an end is not failed by its image",
            live("v1", "Pod", status: waitingPod, spec: ["restartPolicy": "Never"]), isHook: true,
            Health(.progressing)),
        HealthRow(
            "S78 a hook Pod with restartPolicy Always is",
            live("v1", "Pod", status: waitingPod, spec: ["restartPolicy": "Always"]), isHook: true,
            Health(.degraded, "no such image")),
        HealthRow(
            "S78 ignore-restart-policy is not honoured on hooks",
            live("v1", "Pod", status: waitingPod, spec: ["restartPolicy": "Never"], metadata: ignoring),
            isHook: true,
            Health(.progressing)),
        HealthRow(
            "S170 and is on others",
            live("v1", "Pod", status: waitingPod, spec: ["restartPolicy": "Never"], metadata: ignoring),
            Health(.degraded, "no such image")),
        HealthRow(
            "S170 a running Pod without restart policy is unknown",
            live("v1", "Pod", status: ["phase": "Running"]), Health(.unknown)),
    ]

    static let waitingPod: JSONValue = [
        "phase": "Pending",
        "containerStatuses": [
            ["state": ["waiting": ["reason": "ImagePullBackOff", "message": "no such image"]]]
        ],
    ]
    static let ignoring: [String: JSONValue] = [
        "annotations": ["argocd.argoproj.io/ignore-restart-policy": "true"]
    ]

    static let malformed = [
        HealthRow(
            "I7 counts at the limits of a number do not trap",
            live(
                "apps/v1", "StatefulSet", status: ["observedGeneration": 1, "readyReplicas": .int(.min)],
                spec: ["replicas": .int(.max)]),
            Health(.progressing, "Waiting for \(Int64.max) pods to be ready...")),
        HealthRow(
            "I7 a status of the wrong type is never healthy",
            live("batch/v1", "Job", status: "done"), Health(.progressing)),
        HealthRow(
            "I7 conditions of the wrong type are left out",
            live(
                "batch/v1", "Job",
                status: conditions("Complete", ["status": "True"], condition("Complete", "True"))),
            Health(.healthy)),
    ]

    @Test(
        "S167 I5 a live object is judged",
        arguments: jobs + deletions + readingOfVersions + generations + pods + malformed)
    func assess(_ row: HealthRow) {
        #expect(Health(of: row.object, isHook: row.isHook) == row.health)
    }

    @Test("S166 from best to worst")
    func order() {
        #expect(
            [Health.Status.unknown, .missing, .healthy, .degraded, .suspended, .progressing].sorted() == [
                .healthy, .suspended, .progressing, .missing, .degraded, .unknown,
            ])
    }
}
