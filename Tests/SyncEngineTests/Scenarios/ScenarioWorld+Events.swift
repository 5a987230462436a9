import KubeCore
import SyncEngine

/// What others do to live objects in the course of a scenario.
extension ScenarioWorld {
    mutating func apply(_ event: Scenario.Event) throws {
        let key = event.key
        let message = event.json["message"]?.string ?? ""
        switch event.action {
        case "status": try status(event.json["status"] ?? [:], of: key)
        case "job-complete": try status(condition("Complete", "True", message: message), of: key)
        case "job-fail":
            try status(
                condition("Failed", "True", reason: "BackoffLimitExceeded", message: message), of: key)
        case "pod-succeed": try status(ended("Succeeded", exitCode: 0), of: key)
        case "pod-fail": try status(ended("Failed", exitCode: event.json["exitCode"]?.int ?? 1), of: key)
        case "pod-ready":
            let ready: JSONValue = ["type": "Ready", "status": "True"]
            try status(["phase": "Running", "conditions": [ready]], of: key)
        case "deploy-available": try rollOut(key)
        case "deploy-fail":
            let failed = condition(
                "Progressing", "False", reason: "ProgressDeadlineExceeded", message: message)
            try status(failed, of: key)
            try status(["observedGeneration": .int(objects[key]?.generation ?? 0)], of: key)
        case "delete": try delete(key)
        case "finalize":
            guard objects[key] != nil else { throw Refusal.notFound("\(key) not found") }
            remove(key)
        case "create": try make(event.json["manifest"]?.object ?? JSONObject())
        default: throw Refusal.invalid("unknown event \(event.action)")
        }
    }

    mutating func status(_ status: JSONValue, of key: ObjectKey) throws {
        try merge(["status": status], into: key)
    }

    private mutating func make(_ manifest: JSONObject) throws {
        let object = KubeObject(manifest)
        try create(object, as: object.key)
    }

    private mutating func rollOut(_ key: ObjectKey) throws {
        let replicas = objects[key]?["spec", "replicas"] ?? 1
        try status(
            [
                "observedGeneration": .int(objects[key]?.generation ?? 0), "replicas": replicas,
                "updatedReplicas": replicas, "readyReplicas": replicas, "availableReplicas": replicas,
                "conditions": [
                    ["type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"],
                    ["type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"],
                ],
            ], of: key)
    }

    private func condition(
        _ type: String, _ status: String, reason: String = "", message: String
    ) -> JSONValue {
        [
            "conditions": [
                [
                    "type": .string(type), "status": .string(status), "reason": .string(reason),
                    "message": .string(message),
                ]
            ]
        ]
    }

    private func ended(_ phase: String, exitCode: Int64) -> JSONValue {
        let state: JSONValue = ["terminated": ["exitCode": .int(exitCode)]]
        return ["phase": .string(phase), "containerStatuses": [["name": "main", "state": state]]]
    }
}
