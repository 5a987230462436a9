import KubeCore

/// ReplicaSets, StatefulSets and DaemonSets.
extension ServerState {
    /// Brings what belongs to an object nearer to what the object asks for.
    mutating func reconcile(_ place: ObjectPlace) {
        guard let object = record(place)?.object else { return }
        if place.resource == .pods {
            advancePod(place, object)
            return
        }
        guard !object.isBeingDeleted else { return }
        adopt(for: object, place.resource)
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

    /// Gives a new owner what its selector chooses and nobody controls, as what an orphaning deletion has left.
    private mutating func adopt(for owner: JSONObject, _ resource: GroupResource) {
        let kinds: [GroupResource: GroupResource] = [
            Workloads.deployments: Workloads.replicaSets, Workloads.replicaSets: .pods,
            Workloads.statefulSets: .pods, Workloads.daemonSets: .pods,
        ]
        // Once: later orphans are not looked for, which would cost a look at everything each time.
        guard let kind = kinds[resource], owner.number("status", "observedGeneration") == nil,
            // A selector that cannot be read chooses nothing.
            let json = owner[path: ["spec", "selector"]]?.object,
            let selector = try? LabelSelector(json), !selector.isEverything
        else { return }
        let namespace = owner.metadata("namespace")?.string ?? ""
        for record in store.collection(kind).records(in: namespace)
        where selector.matches({ name in record.labels.first { $0.key == name }?.value }) {
            let references = record.object.metadata("ownerReferences")?.array ?? []
            guard !record.isMarked, !references.contains(where: { $0["controller"] == true }) else {
                continue
            }
            change(ObjectPlace(resource: kind, place: record.place)) { object in
                object.setMetadata("ownerReferences", .array(references + [Workloads.reference(to: owner)]))
            }
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
        noteRevision(of: set, revision)
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
        let name = set.metadata("name")?.string ?? ""
        noteRevision(of: set, "\(name)-\(Workloads.hash(set[path: ["spec", "template"]] ?? [:]))")
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
