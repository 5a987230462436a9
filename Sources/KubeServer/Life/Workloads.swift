import KubeCore

/// The kinds that controllers keep in motion.
enum Workloads {
    static let deployments = GroupResource(group: "apps", plural: "deployments")
    static let replicaSets = GroupResource(group: "apps", plural: "replicasets")
    static let statefulSets = GroupResource(group: "apps", plural: "statefulsets")
    static let daemonSets = GroupResource(group: "apps", plural: "daemonsets")
    static let jobs = GroupResource(group: "batch", plural: "jobs")
    static let claims = GroupResource(group: "", plural: "persistentvolumeclaims")

    static let all: Set<GroupResource> = [
        deployments, replicaSets, statefulSets, daemonSets, jobs, .pods, claims,
    ]

    /// A short name for a template: the same template gives the same name.
    static func hash(_ template: JSONValue) -> String {
        var template = template
        if var metadata = template["metadata"]?.object, var labels = metadata["labels"]?.object {
            labels["pod-template-hash"] = nil
            metadata["labels"] = .object(labels)
            var object = template.object ?? JSONObject()
            object["metadata"] = .object(metadata)
            template = .object(object)
        }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in template.text(.canonical).utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(
            (0..<10).map { step in alphabet[Int((hash >> UInt64(step * 6)) % UInt64(alphabet.count))] })
    }

    /// The reference by which a controller owns what it makes.
    static func reference(to owner: JSONObject) -> JSONValue {
        [
            "apiVersion": owner["apiVersion"] ?? "", "kind": owner["kind"] ?? "",
            "name": owner.metadata("name") ?? "", "uid": owner.metadata("uid") ?? "", "controller": true,
            "blockOwnerDeletion": true,
        ]
    }

    /// Sets a condition; its time changes only with its status.
    ///
    /// - Parameters:
    ///   - object: Whose condition it is.
    ///   - type: The condition's type.
    ///   - isTrue: Its status.
    ///   - reason: One word.
    ///   - message: A sentence.
    ///   - now: The time of the change.
    ///   - hasUpdateTime: Whether it tells when it was last written.
    ///   - isNews: Whether it is written again though it says the same.
    static func setCondition(
        _ object: inout JSONObject, _ type: String, _ isTrue: Bool, _ reason: String, _ message: String,
        at now: Timestamp,
        hasUpdateTime: Bool = false, isNews: Bool = false
    ) {
        var conditions = object[path: ["status", "conditions"]]?.array ?? []
        let status: JSONValue = isTrue ? "True" : "False"
        let place = conditions.firstIndex { $0["type"]?.string == type }
        if !isNews, let place, conditions[place]["status"] == status,
            conditions[place]["reason"]?.string == reason
        {
            return
        }
        var condition: JSONObject = ["type": .string(type), "status": status]
        if hasUpdateTime { condition["lastUpdateTime"] = .string(now.text) }
        let isSame = place.map { conditions[$0]["status"] == status } ?? false
        condition["lastTransitionTime"] =
            isSame ? place.flatMap { conditions[$0]["lastTransitionTime"] } : .string(now.text)
        condition["reason"] = .string(reason)
        condition["message"] = .string(message)
        if let place { conditions[place] = .object(condition) } else { conditions.append(.object(condition)) }
        object[path: ["status", "conditions"]] = .array(conditions)
    }

    /// How many pods more than asked for there may be during an update.
    static func surge(of deployment: JSONObject) -> Int64 {
        let replicas = deployment.number("spec", "replicas") ?? 1
        switch deployment[path: ["spec", "strategy", "rollingUpdate", "maxSurge"]] {
        case .int(let count)?: return count
        case .string(let text)? where text.hasSuffix("%"):
            let (product, tooLarge) = (Int64(text.dropLast()) ?? 0).multipliedReportingOverflow(by: replicas)
            return tooLarge ? 0 : (product + 99) / 100
        default: return 0
        }
    }

    static func isReady(_ pod: JSONObject) -> Bool {
        (pod[path: ["status", "conditions"]]?.array ?? []).contains {
            $0["type"] == "Ready" && $0["status"] == "True"
        }
    }

    static func isFinished(_ pod: JSONObject) -> Bool {
        ["Succeeded", "Failed"].contains(pod.text("status", "phase"))
    }
}

extension JSONObject {
    /// Sets a number of the status; zero is left out.
    mutating func setCount(_ name: String, _ count: Int) {
        self[path: ["status", name]] = count == 0 ? Optional<JSONValue>.none : .int(Int64(count))
    }
}
