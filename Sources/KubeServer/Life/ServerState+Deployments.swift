import KubeCore

/// Deployments: a ReplicaSet for each template, one of which is to have all pods.
extension ServerState {
    mutating func reconcileDeployment(_ place: ObjectPlace, _ deployment: JSONObject) {
        let template = deployment[path: ["spec", "template"]] ?? [:]
        let hash = Workloads.hash(template)
        let sets = dependents(of: deployment, Workloads.replicaSets)
        let wanted = deployment.number("spec", "replicas") ?? 1
        let name = "\(deployment.metadata("name")?.string ?? "")-\(hash)"
        let isPaused = deployment[path: ["spec", "paused"]] == true
        var current = sets.first { $0.object.metadata("name")?.string == name }
        let old = sets.filter { $0.object.metadata("name")?.string != name }
        let oldReplicas = old.reduce(0) { $0 + ($1.object.number("status", "replicas") ?? 0) }
        let isRecreate = deployment.text("spec", "strategy", "type") == "Recreate"
        if current == nil, !isPaused, !(isRecreate && oldReplicas > 0) {
            makeReplicaSet(for: deployment, name, hash, revision: Self.lastRevision(of: old) + 1)
            current = dependents(of: deployment, Workloads.replicaSets).first {
                $0.object.metadata("name")?.string == name
            }
        }
        if let current, !isPaused { promote(current.place, above: Self.lastRevision(of: old)) }
        if let current, !isPaused, current.object.number("spec", "replicas") != wanted {
            change(current.place) { $0[path: ["spec", "replicas"]] = .int(wanted) }
        }
        let isNewReady = (current?.object.number("status", "readyReplicas") ?? 0) >= wanted
        for set in old
        where !isPaused && (isRecreate || (current != nil && isNewReady))
            && set.object.number("spec", "replicas") != 0
        {
            change(set.place) { $0[path: ["spec", "replicas"]] = 0 }
        }
        updateDeploymentStatus(place, wanted: Int(clamping: wanted), revision: current?.object)
    }

    private static let revision = "deployment.kubernetes.io/revision"

    private static func lastRevision(of sets: [(place: ObjectPlace, object: JSONObject)]) -> Int64 {
        sets.compactMap { $0.object.text("metadata", "annotations", revision).flatMap { Int64($0) } }.max()
            ?? 0
    }

    /// A template that comes back, as by an undo, is the newest revision again.
    private mutating func promote(_ place: ObjectPlace, above last: Int64) {
        let annotations = ["metadata", "annotations"]
        change(place) { set in
            let found = set[path: annotations + [Self.revision]]?.string ?? "0"
            guard let number = Int64(found), number <= last else { return }
            let key = annotations + ["deployment.kubernetes.io/revision-history"]
            let history = (set[path: key]?.string).map { "\($0),\(found)" } ?? found
            set[path: key] = .string(history)
            set[path: annotations + [Self.revision]] = .string(String(last + 1))
        }
    }

    private mutating func makeReplicaSet(
        for deployment: JSONObject, _ name: String, _ hash: String, revision: Int64
    ) {
        let replicas = deployment[path: ["spec", "replicas"]] ?? 1
        let most = (replicas.int ?? 1) &+ Workloads.surge(of: deployment)
        var set: JSONObject = [
            "metadata": [
                "name": .string(name),
                "annotations": [
                    "deployment.kubernetes.io/desired-replicas": .string(replicas.text),
                    "deployment.kubernetes.io/max-replicas": .string(String(most)),
                    "deployment.kubernetes.io/revision": .string(String(revision)),
                ],
                "labels": deployment[path: ["spec", "template", "metadata", "labels"]] ?? [:],
                "ownerReferences": [Workloads.reference(to: deployment)],
            ],
            "spec": [
                "replicas": replicas, "selector": deployment[path: ["spec", "selector"]] ?? [:],
                "template": deployment[path: ["spec", "template"]] ?? [:],
            ],
        ]
        for path in [
            ["metadata", "labels"], ["spec", "selector", "matchLabels"],
            ["spec", "template", "metadata", "labels"],
        ] {
            set[path: path + ["pod-template-hash"]] = .string(hash)
        }
        makeOwn("apps/v1", "replicasets", set, in: deployment.metadata("namespace")?.string ?? "")
    }

    private mutating func updateDeploymentStatus(_ place: ObjectPlace, wanted: Int, revision: JSONObject?) {
        guard let deployment = record(place)?.object else { return }
        let sets = dependents(of: deployment, Workloads.replicaSets).map(\.object)
        func sum(_ name: String) -> Int {
            sets.reduce(0) { $0 + Int(clamping: $1.number("status", name) ?? 0) }
        }
        let newest = revision.flatMap { record(ofReplicaSet: $0) }
        let updated = Int(clamping: newest?.number("status", "replicas") ?? 0)
        let (all, ready, available) = (sum("replicas"), sum("readyReplicas"), sum("availableReplicas"))
        let time = now
        change(place) { object in
            object[path: ["status", "observedGeneration"]] = object.metadata("generation")
            object.setCount("replicas", all)
            object.setCount("updatedReplicas", updated)
            object.setCount("readyReplicas", ready)
            object.setCount("availableReplicas", available)
            object.setCount("unavailableReplicas", max(0, wanted - available))
            if let number = newest?.text("metadata", "annotations", Self.revision) {
                object[path: ["metadata", "annotations", Self.revision]] = .string(number)
            }
            let isAvailable = available >= wanted
            Workloads.setCondition(
                &object, "Available", isAvailable,
                isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                isAvailable
                    ? "Deployment has minimum availability."
                    : "Deployment does not have minimum availability.",
                at: time, hasUpdateTime: true)
            let isComplete = updated == wanted && all == wanted && isAvailable
            let name = newest?.metadata("name")?.string ?? ""
            let hasMoved = Self.progress(of: object) != Self.progress(of: deployment)
            Self.setProgress(&object, name, isComplete: isComplete, hasMoved: hasMoved, at: time)
        }
        if let deadline = record(place).flatMap({ Self.progressDeadline(of: $0.object) }) {
            alarms.set(place, at: deadline)
        }
    }

    /// What has to change for a rollout to count as going on.
    private static func progress(of deployment: JSONObject) -> [Int64] {
        ["updatedReplicas", "readyReplicas", "availableReplicas"].map {
            deployment.number("status", $0) ?? 0
        } + [deployment.number("status", "observedGeneration") ?? 0]
    }

    private static func progressing(_ deployment: JSONObject) -> JSONValue? {
        (deployment[path: ["status", "conditions"]]?.array ?? []).first { $0["type"] == "Progressing" }
    }

    /// Until when a rollout has to have come further; `nil` if it is done, paused or given up.
    private static func progressDeadline(of deployment: JSONObject) -> Timestamp? {
        guard deployment[path: ["spec", "paused"]] != true, let condition = progressing(deployment),
            condition["status"] == "True", condition["reason"] != "NewReplicaSetAvailable",
            let seconds = deployment.number("spec", "progressDeadlineSeconds"), seconds < Int64(Int32.max),
            let last = condition["lastUpdateTime"]?.string.flatMap({ Timestamp($0) })
        else { return nil }
        return Timestamp(seconds: last.seconds &+ seconds)
    }

    private static func setProgress(
        _ deployment: inout JSONObject, _ set: String, isComplete: Bool, hasMoved: Bool, at time: Timestamp
    ) {
        let subject = "ReplicaSet \"\(set)\" "
        let isGivenUp = progressing(deployment)?["reason"] == "ProgressDeadlineExceeded"
        if isComplete {
            Workloads.setCondition(
                &deployment, "Progressing", true, "NewReplicaSetAvailable",
                subject + "has successfully progressed.", at: time, hasUpdateTime: true)
        } else if !hasMoved, isGivenUp || progressDeadline(of: deployment).map({ $0 <= time }) ?? false {
            Workloads.setCondition(
                &deployment, "Progressing", false, "ProgressDeadlineExceeded",
                subject + "has timed out progressing.", at: time, hasUpdateTime: true)
        } else {
            Workloads.setCondition(
                &deployment, "Progressing", true, "ReplicaSetUpdated", subject + "is progressing.", at: time,
                hasUpdateTime: true, isNews: hasMoved)
        }
    }

    private func record(ofReplicaSet set: JSONObject) -> JSONObject? {
        store[
            Workloads.replicaSets, set.metadata("namespace")?.string ?? "", set.metadata("name")?.string ?? ""
        ]?.object
    }
}
