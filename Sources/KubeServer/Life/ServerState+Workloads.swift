import KubeCore

/// Deployments, ReplicaSets, StatefulSets and DaemonSets.
extension ServerState {
    /// Brings what belongs to an object nearer to what the object asks for.
    mutating func reconcile(_ place: ObjectPlace) {
        guard let object = record(place)?.object else { return }
        if place.resource == .pods {
            advancePod(place, object)
            return
        }
        guard !object.isBeingDeleted else { return }
        switch place.resource {
        case Workloads.deployments: reconcileDeployment(place, object)
        case Workloads.replicaSets: reconcileReplicaSet(place, object)
        case Workloads.statefulSets: reconcileStatefulSet(place, object)
        case Workloads.daemonSets: reconcileDaemonSet(place, object)
        case Workloads.jobs: reconcileJob(place, object)
        case Workloads.claims: bindClaim(place, object)
        default: break
        }
    }

    /// The objects of a resource that an owner controls.
    func dependents(of owner: JSONObject, _ resource: GroupResource) -> [(
        place: ObjectPlace, object: JSONObject
    )] {
        store.dependents(of: owner.metadata("uid")?.string ?? "").filter { $0.resource == resource }
            .compactMap { place in
                record(place).map { (place, $0.object) }
            }
    }

    /// Makes a pod from an owner's template.
    mutating func makePod(for owner: JSONObject, name: String?, change: (inout JSONObject) -> Void = { _ in })
    {
        let template = owner[path: ["spec", "template"]]?.object ?? JSONObject()
        var pod: JSONObject = ["metadata": template["metadata"] ?? [:], "spec": template["spec"] ?? [:]]
        pod.setMetadata("creationTimestamp", .none)
        if let name {
            pod.setMetadata("name", .string(name))
        } else {
            pod.setMetadata("generateName", .string("\(owner.metadata("name")?.string ?? "")-"))
        }
        pod.setMetadata("ownerReferences", [Workloads.reference(to: owner)])
        change(&pod)
        makeOwn("v1", "pods", pod, in: owner.metadata("namespace")?.string ?? "")
    }

    // MARK: - Deployments

    private mutating func reconcileDeployment(_ place: ObjectPlace, _ deployment: JSONObject) {
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
            makeReplicaSet(for: deployment, name, hash, revision: sets.count + 1)
            current = dependents(of: deployment, Workloads.replicaSets).first {
                $0.object.metadata("name")?.string == name
            }
        }
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

    private mutating func makeReplicaSet(
        for deployment: JSONObject, _ name: String, _ hash: String, revision: Int
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
        let updated = Int(
            clamping: revision.flatMap { record(ofReplicaSet: $0)?.number("status", "replicas") } ?? 0)
        let (all, ready, available) = (sum("replicas"), sum("readyReplicas"), sum("availableReplicas"))
        let time = now
        change(place) { object in
            object[path: ["status", "observedGeneration"]] = object.metadata("generation")
            object.setCount("replicas", all)
            object.setCount("updatedReplicas", updated)
            object.setCount("readyReplicas", ready)
            object.setCount("availableReplicas", available)
            object.setCount("unavailableReplicas", max(0, wanted - available))
            if let number = revision?.text("metadata", "annotations", "deployment.kubernetes.io/revision") {
                object[path: ["metadata", "annotations", "deployment.kubernetes.io/revision"]] = .string(
                    number)
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
            let name = revision?.metadata("name")?.string ?? ""
            Workloads.setCondition(
                &object, "Progressing", true, isComplete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                "ReplicaSet \"\(name)\" " + (isComplete ? "has successfully progressed." : "is progressing."),
                at: time,
                hasUpdateTime: true)
        }
    }

    private func record(ofReplicaSet set: JSONObject) -> JSONObject? {
        store[
            Workloads.replicaSets, set.metadata("namespace")?.string ?? "", set.metadata("name")?.string ?? ""
        ]?.object
    }

    // MARK: - ReplicaSets

    private mutating func reconcileReplicaSet(_ place: ObjectPlace, _ set: JSONObject) {
        let wanted = Int(clamping: set.number("spec", "replicas") ?? 1)
        var pods = dependents(of: set, .pods).filter {
            !$0.object.isBeingDeleted && !Workloads.isFinished($0.object)
        }
        for _ in 0..<max(0, wanted - pods.count) { makePod(for: set, name: nil) }
        // The least ready go first.
        let surplus = pods.sorted { !Workloads.isReady($0.object) && Workloads.isReady($1.object) }
            .prefix(max(0, pods.count - wanted))
        for pod in surplus { remove(pod.place) }
        pods = dependents(of: set, .pods).filter {
            !$0.object.isBeingDeleted && !Workloads.isFinished($0.object)
        }
        let ready = pods.count { Workloads.isReady($0.object) }
        change(place) { object in
            object[path: ["status", "replicas"]] = .int(Int64(pods.count))
            object[path: ["status", "observedGeneration"]] = object.metadata("generation")
            object.setCount("fullyLabeledReplicas", pods.count)
            object.setCount("readyReplicas", ready)
            object.setCount("availableReplicas", ready)
        }
    }

    // MARK: - StatefulSets

    private mutating func reconcileStatefulSet(_ place: ObjectPlace, _ set: JSONObject) {
        let name = set.metadata("name")?.string ?? ""
        let wanted = Int(clamping: set.number("spec", "replicas") ?? 1)
        let revision = "\(name)-\(Workloads.hash(set[path: ["spec", "template"]] ?? [:]))"
        let isParallel = set.text("spec", "podManagementPolicy") == "Parallel"
        let pods = Dictionary(
            dependents(of: set, .pods).map { ($0.place.place.name, $0) },
            uniquingKeysWith: { first, _ in first })
        var mayGoOn = true
        for ordinal in 0..<wanted where mayGoOn || isParallel {
            if let pod = pods["\(name)-\(ordinal)"] {
                if !Workloads.isReady(pod.object) || pod.object.isBeingDeleted { mayGoOn = false }
            } else {
                makeMember(ordinal, of: set, revision)
                mayGoOn = false
            }
        }
        for pod in pods.values where !pod.object.isBeingDeleted {
            if (Int(pod.place.place.name.dropFirst(name.count + 1)) ?? 0) >= wanted { remove(pod.place) }
        }
        let stale = pods.values.filter {
            $0.object.text("metadata", "labels", "controller-revision-hash") != revision
        }
        .max { $0.place < $1.place }
        if let stale, mayGoOn, !stale.object.isBeingDeleted,
            set.text("spec", "updateStrategy", "type") != "OnDelete"
        {
            remove(stale.place)
        }
        let members = dependents(of: set, .pods).map(\.object).filter { !$0.isBeingDeleted }
        let updated = members.count { $0.text("metadata", "labels", "controller-revision-hash") == revision }
        change(place) { object in
            object[path: ["status", "observedGeneration"]] = object.metadata("generation")
            object[path: ["status", "replicas"]] = .int(Int64(members.count))
            object.setCount("readyReplicas", members.count(where: Workloads.isReady))
            object.setCount("updatedReplicas", updated)
            object.setCount("currentReplicas", updated)
            object[path: ["status", "updateRevision"]] = .string(revision)
            if updated == wanted || object.text("status", "currentRevision") == nil {
                object[path: ["status", "currentRevision"]] = .string(revision)
            }
            object[path: ["status", "collisionCount"]] = 0
        }
    }

    private mutating func makeMember(_ ordinal: Int, of set: JSONObject, _ revision: String) {
        let name = "\(set.metadata("name")?.string ?? "")-\(ordinal)"
        let namespace = set.metadata("namespace")?.string ?? ""
        let claims = set[path: ["spec", "volumeClaimTemplates"]]?.array ?? []
        for claim in claims {
            let claimName = "\(claim[path: ["metadata", "name"]]?.string ?? "")-\(name)"
            guard store[Workloads.claims, namespace, claimName] == nil else { continue }
            makeOwn(
                "v1", "persistentvolumeclaims",
                [
                    "metadata": [
                        "name": .string(claimName),
                        "labels": set[path: ["spec", "selector", "matchLabels"]] ?? [:],
                    ],
                    "spec": claim["spec"] ?? [:],
                ], in: namespace)
        }
        let service = set[path: ["spec", "serviceName"]]
        makePod(for: set, name: name) { pod in
            pod[path: ["metadata", "labels", "controller-revision-hash"]] = .string(revision)
            pod[path: ["metadata", "labels", "statefulset.kubernetes.io/pod-name"]] = .string(name)
            pod[path: ["spec", "hostname"]] = .string(name)
            if let service { pod[path: ["spec", "subdomain"]] = service }
            var volumes = pod[path: ["spec", "volumes"]]?.array ?? []
            for claim in claims {
                let volume = claim[path: ["metadata", "name"]] ?? ""
                volumes.append(
                    [
                        "name": volume,
                        "persistentVolumeClaim": ["claimName": .string("\(volume.string ?? "")-\(name)")],
                    ])
            }
            if !volumes.isEmpty { pod[path: ["spec", "volumes"]] = .array(volumes) }
        }
    }

    // MARK: - DaemonSets

    /// One pod for each node that there is.
    private mutating func reconcileDaemonSet(_ place: ObjectPlace, _ set: JSONObject) {
        let nodes = store.collection(GroupResource(group: "", plural: "nodes")).records.map(\.name)
        let pods = dependents(of: set, .pods).filter { !$0.object.isBeingDeleted }
        for node in nodes where !pods.contains(where: { $0.object.text("spec", "nodeName") == node }) {
            makePod(for: set, name: nil) { $0[path: ["spec", "nodeName"]] = .string(node) }
        }
        for pod in pods where !nodes.contains(pod.object.text("spec", "nodeName") ?? "") { remove(pod.place) }
        let running = dependents(of: set, .pods).map(\.object).filter { !$0.isBeingDeleted }
        let ready = running.count(where: Workloads.isReady)
        change(place) { object in
            object[path: ["status", "observedGeneration"]] = object.metadata("generation")
            for (name, count) in [
                ("currentNumberScheduled", running.count), ("numberMisscheduled", 0),
                ("desiredNumberScheduled", nodes.count), ("numberReady", ready),
            ] {
                object[path: ["status", name]] = .int(Int64(count))
            }
            object.setCount("updatedNumberScheduled", running.count)
            object.setCount("numberAvailable", ready)
            object.setCount("numberUnavailable", nodes.count - ready)
        }
    }

    /// A claim is bound to a volume that is there for it, or whose making is pretended.
    private mutating func bindClaim(_ place: ObjectPlace, _ claim: JSONObject) {
        guard simulation.runsPods, claim.text("status", "phase") == "Pending" else { return }
        change(place) { object in
            object[path: ["status", "phase"]] = "Bound"
            object[path: ["status", "accessModes"]] = object[path: ["spec", "accessModes"]]
            object[path: ["status", "capacity"]] = object[path: ["spec", "resources", "requests"]]
            object.setDefault(
                "spec", "volumeName", to: .string("pvc-\(object.metadata("uid")?.string ?? "")"))
        }
    }
}
