import KubeCore

/// Services and Endpoints.
enum ServiceRules {
    static func defaults(_ service: inout JSONObject) {
        service.change(["spec"]) { spec in
            spec.setDefault("sessionAffinity", to: "None")
            if spec["sessionAffinity"] == "ClientIP" {
                spec.setDefault("sessionAffinityConfig", "clientIP", "timeoutSeconds", to: 10800)
            } else {
                spec["sessionAffinityConfig"] = nil
            }
            spec.setDefault("type", to: "ClusterIP")
            let isOpen = spec["type"] == "NodePort" || spec["type"] == "LoadBalancer"
            if isOpen { spec.setDefault("externalTrafficPolicy", to: "Cluster") }
            spec.changeEach(["ports"]) { port in
                port.setDefault("protocol", to: "TCP")
                if port["targetPort"] == nil || port["targetPort"] == 0 || port["targetPort"] == "" {
                    port["targetPort"] = port["port"]
                }
            }
        }
    }

    static func prepareCreate(_ service: inout JSONObject) {
        service["status"] = ["loadBalancer": [:]]
        // A single address and the list of addresses say the same.
        if let address = service[path: ["spec", "clusterIP"]], service[path: ["spec", "clusterIPs"]] == nil {
            service[path: ["spec", "clusterIPs"]] = [address]
        }
    }

    /// Addresses that an update leaves out stay.
    static func prepareUpdate(_ service: inout JSONObject, _ live: JSONObject) {
        let needsAddress = service[path: ["spec", "type"]] != "ExternalName"
        let hadAddress = live[path: ["spec", "type"]] != "ExternalName"
        guard needsAddress, hadAddress else { return }
        if let address = service[path: ["spec", "clusterIP"]], service[path: ["spec", "clusterIPs"]] == nil {
            service[path: ["spec", "clusterIPs"]] = [address]
        }
        keepNodePorts(&service, live)
    }

    private static func keepNodePorts(_ service: inout JSONObject, _ live: JSONObject) {
        guard ["NodePort", "LoadBalancer"].contains(service.text("spec", "type")) else { return }
        let before = live[path: ["spec", "ports"]]?.array ?? []
        service.changeEach(["spec", "ports"]) { port in
            guard port["nodePort"] == nil else { return }
            port["nodePort"] =
                before.first { $0["port"] == port["port"] && $0["protocol"] == port["protocol"] }?["nodePort"]
        }
    }

    static func problems(_ service: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let type = service.text("spec", "type") ?? ""
        let ports = service[path: ["spec", "ports"]]?.array ?? []
        let isHeadless = service.text("spec", "clusterIP") == "None"
        if ports.isEmpty, !isHeadless, type != "ExternalName" { problems.append(.required("spec.ports")) }
        if type == "ExternalName" {
            let name = service.text("spec", "externalName") ?? ""
            if name.isEmpty {
                problems.append(
                    .required("spec.externalName", "externalName is required for ExternalName services"))
            }
        }
        if !["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"].contains(type) {
            problems.append(
                .unsupported(
                    "spec.type", type.quoted, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]))
        }
        var seen: Set<String> = []
        for (index, port) in ports.enumerated() {
            problems += portProblems(port, "spec.ports[\(index)]", isOne: ports.count == 1, &seen)
        }
        problems += duplicatePorts(ports)
        problems += MetadataRules.labelProblems(service[path: ["spec", "selector"]], "spec.selector")
        return problems
    }

    private static func portProblems(
        _ port: JSONValue, _ place: String, isOne: Bool, _ names: inout Set<String>
    ) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let name = port["name"]?.string ?? ""
        if name.isEmpty {
            if !isOne { problems.append(.required("\(place).name")) }
        } else {
            problems += NameSyntax.label(name).map { .invalid("\(place).name", name.quoted, $0) }
            if !names.insert(name).inserted { problems.append(.duplicate("\(place).name", name.quoted)) }
        }
        let number = port["port"]?.int ?? 0
        if !(1...65535).contains(number) {
            problems.append(.invalid("\(place).port", "\(number)", "must be between 1 and 65535, inclusive"))
        }
        let transport = port["protocol"]?.string ?? ""
        if !["TCP", "UDP", "SCTP"].contains(transport) {
            problems.append(.unsupported("\(place).protocol", transport.quoted, ["SCTP", "TCP", "UDP"]))
        }
        if let target = port["targetPort"]?.int, !(1...65535).contains(target) {
            problems.append(
                .invalid("\(place).targetPort", "\(target)", "must be between 1 and 65535, inclusive"))
        }
        return problems
    }

    private static func duplicatePorts(_ ports: [JSONValue]) -> [FieldProblem] {
        var seen: Set<JSONValue> = []
        return ports.enumerated().compactMap { index, port in
            let key: JSONValue = ["protocol": port["protocol"] ?? "", "port": port["port"] ?? 0]
            if seen.insert(key).inserted { return nil }
            return .duplicate(
                "spec.ports[\(index)]",
                "core.ServicePort{Name:\"\", Protocol:\((port["protocol"]?.string ?? "").quoted), AppProtocol:(*string)(nil), "
                    + "Port:\(port["port"]?.int ?? 0), TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}"
            )
        }
    }

    static func updateProblems(_ service: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        let before = live.text("spec", "clusterIP") ?? ""
        let after = service.text("spec", "clusterIP") ?? ""
        let staysInside =
            service[path: ["spec", "type"]] != "ExternalName"
            && live[path: ["spec", "type"]] != "ExternalName"
        guard staysInside, !before.isEmpty, before != after else { return [] }
        if after.isEmpty {
            return [.invalid("spec.clusterIPs[0]", "[]string(nil)", "primary clusterIP can not be unset")]
        }
        let list = "[]string{\(after.quoted)}"
        return [.invalid("spec.clusterIPs[0]", list, "may not change once set")]
    }

    static func endpointsDefaults(_ endpoints: inout JSONObject) {
        endpoints.changeEach(["subsets"]) { subset in
            subset.changeEach(["ports"]) { $0.setDefault("protocol", to: "TCP") }
        }
    }
}
