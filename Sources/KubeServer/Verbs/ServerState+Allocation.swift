import KubeCore

/// What the server itself gives to objects: addresses of services, and what other kinds get once they have a uid.
extension ServerState {
    /// Fills in what depends on other objects or on the new object's identity.
    func admit(_ object: inout JSONObject, _ scope: RequestScope) throws(StatusFailure) {
        if scope.resource.group == "batch", scope.resource.plural == "jobs" { JobRules.setSelector(&object) }
        if scope.groupResource == .pods { try setPriority(&object, scope) }
        if scope.resource.plural == "persistentvolumeclaims" { setStorageClass(&object) }
    }

    private func setPriority(_ pod: inout JSONObject, _ scope: RequestScope) throws(StatusFailure) {
        guard let name = pod.text("spec", "priorityClassName"), !name.isEmpty else { return }
        let classes = GroupResource(group: "scheduling.k8s.io", plural: "priorityclasses")
        guard let record = store[classes, "", name] else {
            throw .forbidden(
                scope.groupResource, pod.metadata("name")?.string ?? "",
                "no PriorityClass with name \(name) was found")
        }
        pod[path: ["spec", "priority"]] = record.object["value"] ?? 0
    }

    private func setStorageClass(_ claim: inout JSONObject) {
        guard claim[path: ["spec", "storageClassName"]] == nil else { return }
        let classes = GroupResource(group: "storage.k8s.io", plural: "storageclasses")
        let standard = store.collection(classes).records.first {
            $0.object.text("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true"
        }
        if let standard { claim[path: ["spec", "storageClassName"]] = .string(standard.name) }
    }

    /// Gives a service its address and ports.
    mutating func allocate(
        _ object: inout JSONObject, _ scope: RequestScope, before: JSONObject?, isDryRun: Bool
    ) throws(StatusFailure) {
        guard scope.groupResource == .services, scope.subresource == nil else { return }
        if object[path: ["spec", "type"]] == "ExternalName" {
            object[path: ["spec", "clusterIP"]] = nil
            object[path: ["spec", "clusterIPs"]] = nil
        } else {
            try allocateAddress(&object, scope, before: before)
        }
        try allocatePorts(&object, scope, before: before)
    }

    private func allocateAddress(
        _ object: inout JSONObject, _ scope: RequestScope, before: JSONObject?
    ) throws(StatusFailure) {
        let given = object.text("spec", "clusterIP") ?? ""
        if given == before?.text("spec", "clusterIP"), !given.isEmpty { return }
        guard given != "None" else {
            object[path: ["spec", "clusterIPs"]] = ["None"]
            return
        }
        let used = Set(store.collection(.services).records.compactMap { $0.text("spec", "clusterIP") })
        if !given.isEmpty {
            let problem: String? =
                ServiceAddress.isInRange(given)
                ? (used.contains(given) ? "provided IP is already allocated" : nil)
                : "provided IP is not in the valid range. The range of valid IPs is 10.96.0.0/16"
            if let problem {
                throw scope.invalid(
                    object.metadata("name")?.string ?? "",
                    [
                        .invalid(
                            "spec.clusterIPs", "[]string{\(given.quoted)}",
                            "failed to allocated ip:\(given) with error:\(problem)")
                    ])
            }
            object[path: ["spec", "clusterIPs"]] = [.string(given)]
            return
        }
        guard let address = ServiceAddress.all.first(where: { !used.contains($0) }) else {
            throw .internalError("failed to allocate a serviceIP: range is full")
        }
        object[path: ["spec", "clusterIP"]] = .string(address)
        object[path: ["spec", "clusterIPs"]] = [.string(address)]
    }

    private func allocatePorts(
        _ object: inout JSONObject, _ scope: RequestScope, before: JSONObject?
    ) throws(StatusFailure) {
        guard ["NodePort", "LoadBalancer"].contains(object.text("spec", "type")) else {
            object.changeEach(["spec", "ports"]) { $0["nodePort"] = nil }
            return
        }
        let uid = object.metadata("uid")?.string ?? ""
        var used: Set<Int64> = []
        for record in store.collection(.services).records where record.uid != uid {
            for port in record.elements("spec", "ports") {
                if let number = port["nodePort"]?.int { used.insert(number) }
            }
        }
        for (index, port) in (object[path: ["spec", "ports"]]?.array ?? []).enumerated() {
            guard let number = port["nodePort"]?.int, number != 0 else { continue }
            let field = "spec.ports[\(index)].nodePort"
            let name = object.metadata("name")?.string ?? ""
            guard (30000...32767).contains(number) else {
                throw scope.invalid(
                    name,
                    [
                        .invalid(
                            field, "\(number)",
                            "provided port is not in the valid range. The range of valid ports is 30000-32767"
                        )
                    ])
            }
            guard used.insert(number).inserted else {
                throw scope.invalid(
                    name, [.invalid(field, "\(number)", "provided port is already allocated")])
            }
        }
        object.changeEach(["spec", "ports"]) { port in
            guard (port["nodePort"]?.int ?? 0) == 0,
                let free = (30000...32767).first(where: { !used.contains($0) })
            else { return }
            used.insert(free)
            port["nodePort"] = .int(free)
        }
    }
}

/// The addresses that services get: 10.96.0.0/16, without those that mean the network itself.
enum ServiceAddress {
    static var all: some Sequence<String> {
        (2...65534).lazy.map { "10.96.\($0 / 256).\($0 % 256)" }
    }

    static func isInRange(_ address: String) -> Bool {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        return parts.count == 4 && parts[0] == 10 && parts[1] == 96
    }
}
