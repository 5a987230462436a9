import KubeCore

/// The columns of each kind.
enum TableColumns {
    typealias Column = TablePrinter.Column

    static func of(_ resource: Resource, _ version: ResourceVersion) -> [Column] {
        if !version.columns.isEmpty { return [name] + CustomColumns.columns(version.columns) }
        return builtIn[resource.groupResource.description] ?? [name, age]
    }

    private static let name = Column(name: "Name", format: "name") { object, _ in
        object.metadata("name") ?? ""
    }
    private static let age = Column(name: "Age") { object, now in
        .string(TablePrinter.age(object.text("metadata", "creationTimestamp"), at: now))
    }
    private static let createdAt = Column(name: "Created At", type: "date") { object, _ in
        object.metadata("creationTimestamp") ?? ""
    }

    private static func text(
        _ name: String, priority: Int64 = 0, else missing: String = "", _ path: String...
    ) -> Column {
        Column(name: name, priority: priority) { object, _ in
            .string(object[path: path].flatMap { $0.string ?? ($0.isNull ? nil : $0.text) } ?? missing)
        }
    }

    private static func number(_ name: String, _ path: String...) -> Column {
        Column(name: name, type: "integer") { object, _ in object[path: path] ?? 0 }
    }

    private static func made(
        _ name: String, priority: Int64 = 0, _ cell: @escaping @Sendable (JSONObject) -> String
    ) -> Column {
        Column(name: name, priority: priority) { object, _ in .string(cell(object)) }
    }

    private static let builtIn: [String: [Column]] = [
        "configmaps": [name, count("Data", "data", "binaryData"), age],
        "secrets": [name, text("Type", "type"), count("Data", "data"), age],
        "namespaces": [name, text("Status", "status", "phase"), age],
        "serviceaccounts": [name, count("Secrets", "secrets"), age],
        "pods": pods,
        "services": services,
        "endpoints": [name, made("Endpoints", endpoints), age],
        "deployments.apps": deployments,
        "replicasets.apps": replicaSets,
        "statefulsets.apps": [
            name, made("Ready") { ratio($0, "readyReplicas", of: "spec") }, age, containerNames, images,
        ],
        "daemonsets.apps": daemonSets,
        "jobs.batch": jobs,
        "cronjobs.batch": cronJobs,
        "ingresses.networking.k8s.io": ingresses,
        "persistentvolumeclaims": claims,
        "storageclasses.storage.k8s.io": storageClasses,
        "horizontalpodautoscalers.autoscaling": scalers,
        "poddisruptionbudgets.policy": budgets,
        "roles.rbac.authorization.k8s.io": [name, createdAt],
        "clusterroles.rbac.authorization.k8s.io": [name, createdAt],
        "rolebindings.rbac.authorization.k8s.io": bindings,
        "clusterrolebindings.rbac.authorization.k8s.io": bindings,
        "customresourcedefinitions.apiextensions.k8s.io": [name, createdAt],
        "events": events,
        "leases.coordination.k8s.io": [name, text("Holder", "spec", "holderIdentity"), age],
        "priorityclasses.scheduling.k8s.io": [
            name, number("Value", "value"),
            Column(name: "Global-Default", type: "boolean") { object, _ in object["globalDefault"] ?? false },
            age,
        ],
    ]

    private static func count(_ title: String, _ members: String...) -> Column {
        Column(name: title, type: title == "Data" ? "string" : "string") { object, _ in
            .int(
                Int64(members.reduce(0) { $0 + (object[$1]?.object?.count ?? object[$1]?.array?.count ?? 0) })
            )
        }
    }

    private static func ratio(_ object: JSONObject, _ ready: String, of list: String) -> String {
        "\(object.number("status", ready) ?? 0)/\(object.number(list, "replicas") ?? 0)"
    }

    private static func containers(_ object: JSONObject, _ member: String) -> String {
        (object[path: ["spec", "template", "spec", "containers"]]?.array ?? [])
            .compactMap { $0[member]?.string }.joined(separator: ",")
    }

    private static let containerNames = made("Containers", priority: 1) { containers($0, "name") }
    private static let images = made("Images", priority: 1) { containers($0, "image") }
    private static let selector = made("Selector", priority: 1) { object in
        let text = ServerState.text(ofSelector: object[path: ["spec", "selector"]]?.object ?? JSONObject())
        return text.isEmpty ? "<none>" : text
    }

    private static let pods: [Column] = [
        name,
        made("Ready") { pod in
            let all = pod[path: ["spec", "containers"]]?.array?.count ?? 0
            let ready = (pod[path: ["status", "containerStatuses"]]?.array ?? []).filter {
                $0["ready"] == true
            }.count
            return "\(ready)/\(all)"
        },
        made("Status", podStatus),
        Column(name: "Restarts", type: "integer") { pod, _ in
            .int(
                (pod[path: ["status", "containerStatuses"]]?.array ?? []).reduce(0) {
                    $0 &+ ($1["restartCount"]?.int ?? 0)
                })
        },
        age,
        text("IP", priority: 1, else: "<none>", "status", "podIP"),
        text("Node", priority: 1, else: "<none>", "spec", "nodeName"),
        text("Nominated Node", priority: 1, else: "<none>", "status", "nominatedNodeName"),
        Column(name: "Readiness Gates", priority: 1) { _, _ in "<none>" },
    ]

    private static func podStatus(_ pod: JSONObject) -> String {
        if pod.isBeingDeleted { return "Terminating" }
        for status in pod[path: ["status", "containerStatuses"]]?.array ?? [] {
            if let reason = status[path: ["state", "waiting", "reason"]]?.string { return reason }
            if let reason = status[path: ["state", "terminated", "reason"]]?.string { return reason }
        }
        return pod.text("status", "reason") ?? pod.text("status", "phase") ?? ""
    }

    private static let services: [Column] = [
        name, text("Type", "spec", "type"), text("Cluster-IP", else: "<none>", "spec", "clusterIP"),
        made("External-IP") { service in
            switch service.text("spec", "type") {
            case "ExternalName": service.text("spec", "externalName") ?? "<none>"
            case "LoadBalancer": "<pending>"
            default: "<none>"
            }
        },
        made("Port(s)") { service in
            let ports = service[path: ["spec", "ports"]]?.array ?? []
            let texts = ports.map { port in
                let node = port["nodePort"]?.int.map { ":\($0)" } ?? ""
                return "\(port["port"]?.int ?? 0)\(node)/\(port["protocol"]?.string ?? "")"
            }
            return texts.isEmpty ? "<none>" : texts.joined(separator: ",")
        },
        age, selector,
    ]

    private static func endpoints(_ object: JSONObject) -> String {
        let all = (object["subsets"]?.array ?? []).flatMap { subset -> [String] in
            let ports = subset["ports"]?.array ?? []
            return (subset["addresses"]?.array ?? []).flatMap { address in
                ports.map { "\(address["ip"]?.string ?? ""):\($0["port"]?.int ?? 0)" }
            }
        }
        guard !all.isEmpty else { return "<none>" }
        return all.prefix(3).joined(separator: ",") + (all.count > 3 ? " + \(all.count - 3) more..." : "")
    }

    private static let deployments: [Column] = [
        name, made("Ready") { ratio($0, "readyReplicas", of: "spec") },
        number("Up-to-date", "status", "updatedReplicas"), number("Available", "status", "availableReplicas"),
        age,
        containerNames, images, selector,
    ].map { $0.renamed("Up-to-date", type: "string").renamed("Available", type: "string") }

    private static let replicaSets: [Column] = [
        name, number("Desired", "spec", "replicas"), number("Current", "status", "replicas"),
        number("Ready", "status", "readyReplicas"), age, containerNames, images, selector,
    ]

    private static let daemonSets: [Column] = [
        name, number("Desired", "status", "desiredNumberScheduled"),
        number("Current", "status", "currentNumberScheduled"), number("Ready", "status", "numberReady"),
        number("Up-to-date", "status", "updatedNumberScheduled"),
        number("Available", "status", "numberAvailable"),
        made("Node Selector") { object in
            let pairs = (object[path: ["spec", "template", "spec", "nodeSelector"]]?.object?.members ?? [])
                .map { "\($0.key)=\($0.value.string ?? "")" }
            return pairs.isEmpty ? "<none>" : pairs.joined(separator: ",")
        },
        age, containerNames, images, selector,
    ]

    private static let jobs: [Column] = [
        name,
        made("Completions") { job in
            let done = job.number("status", "succeeded") ?? 0
            if let wanted = job.number("spec", "completions") { return "\(done)/\(wanted)" }
            let parallel = job.number("spec", "parallelism") ?? 0
            return parallel > 1 ? "\(done)/1 of \(parallel)" : "\(done)/1"
        },
        Column(name: "Duration") { job, now in
            guard let start = job.text("status", "startTime").flatMap({ Timestamp($0) }) else { return "" }
            let end = job.text("status", "completionTime").flatMap { Timestamp($0) } ?? now
            return .string(TablePrinter.duration(seconds: end.seconds - start.seconds))
        },
        age, containerNames, images, selector,
    ]

    private static let cronJobs: [Column] = [
        name, text("Schedule", "spec", "schedule"),
        Column(name: "Suspend", type: "boolean") { object, _ in
            .string(object[path: ["spec", "suspend"]] == true ? "True" : "False")
        },
        Column(name: "Active", type: "integer") { object, _ in
            .int(Int64(object[path: ["status", "active"]]?.array?.count ?? 0))
        },
        Column(name: "Last Schedule") { object, now in
            guard let last = object.text("status", "lastScheduleTime") else { return "<none>" }
            return .string(TablePrinter.age(last, at: now))
        },
        age, made("Containers", priority: 1) { jobContainers($0, "name") },
        made("Images", priority: 1) { jobContainers($0, "image") },
        made("Selector", priority: 1) { object in
            let inner = object[path: ["spec", "jobTemplate", "spec", "selector"]]?.object ?? JSONObject()
            let text = ServerState.text(ofSelector: inner)
            return text.isEmpty ? "<none>" : text
        },
    ]

    private static func jobContainers(_ object: JSONObject, _ member: String) -> String {
        (object[path: ["spec", "jobTemplate", "spec", "template", "spec", "containers"]]?.array ?? [])
            .compactMap { $0[member]?.string }.joined(separator: ",")
    }

    private static let ingresses: [Column] = [
        name, text("Class", else: "<none>", "spec", "ingressClassName"),
        made("Hosts") { object in
            let hosts = (object[path: ["spec", "rules"]]?.array ?? []).compactMap { $0["host"]?.string }
            return hosts.isEmpty ? "*" : hosts.joined(separator: ",")
        },
        made("Address") { _ in "" },
        made("Ports") { $0[path: ["spec", "tls"]] == nil ? "80" : "80, 443" }, age,
    ]

    private static let claims: [Column] = [
        name, text("Status", "status", "phase"), text("Volume", "spec", "volumeName"),
        text("Capacity", "status", "capacity", "storage"),
        made("Access Modes") { object in
            let short = ["ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX"]
            return (object[path: ["status", "accessModes"]]?.array ?? []).compactMap {
                $0.string.flatMap { short[$0] }
            }
            .joined(separator: ",")
        },
        text("StorageClass", "spec", "storageClassName"), age,
        text("VolumeMode", priority: 1, "spec", "volumeMode"),
    ]

    private static let storageClasses: [Column] = [
        name, text("Provisioner", "provisioner"), text("ReclaimPolicy", "reclaimPolicy"),
        text("VolumeBindingMode", "volumeBindingMode"),
        Column(name: "AllowVolumeExpansion", type: "boolean") { object, _ in
            object["allowVolumeExpansion"] ?? false
        }, age,
    ]

    private static let scalers: [Column] = [
        name,
        made("Reference") { object in
            "\(object.text("spec", "scaleTargetRef", "kind") ?? "")/\(object.text("spec", "scaleTargetRef", "name") ?? "")"
        },
        made("Targets") { _ in "<unknown>" }, text("MinPods", "spec", "minReplicas"),
        number("MaxPods", "spec", "maxReplicas"),
        number("Replicas", "status", "currentReplicas"), age,
    ]

    private static let budgets: [Column] = [
        name, text("Min Available", else: "N/A", "spec", "minAvailable"),
        text("Max Unavailable", else: "N/A", "spec", "maxUnavailable"),
        number("Allowed Disruptions", "status", "disruptionsAllowed"), age,
    ]

    private static let bindings: [Column] = [
        name,
        made("Role") { "\($0.text("roleRef", "kind") ?? "")/\($0.text("roleRef", "name") ?? "")" }, age,
        made("Users", priority: 1) { subjects($0, "User") },
        made("Groups", priority: 1) { subjects($0, "Group") },
        made("ServiceAccounts", priority: 1) { subjects($0, "ServiceAccount") },
    ]

    private static func subjects(_ object: JSONObject, _ kind: String) -> String {
        (object["subjects"]?.array ?? []).filter { $0["kind"]?.string == kind }.map { subject in
            let name = subject["name"]?.string ?? ""
            return kind == "ServiceAccount" ? "\(subject["namespace"]?.string ?? "")/\(name)" : name
        }.joined(separator: ", ")
    }

    private static let events: [Column] = [
        Column(name: "Last Seen") { object, now in
            .string(TablePrinter.age(object.text("lastTimestamp") ?? object.text("eventTime"), at: now))
        },
        text("Type", "type"), text("Reason", "reason"),
        made("Object") { object in
            "\((object.text("involvedObject", "kind") ?? "").lowercased())/\(object.text("involvedObject", "name") ?? "")"
        },
        text("Message", "message"),
    ]
}

extension TablePrinter.Column {
    fileprivate func renamed(_ name: String, type: String) -> Self {
        guard self.name == name else { return self }
        var result = self
        result.type = type
        return result
    }
}
