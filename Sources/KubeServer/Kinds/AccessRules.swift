import KubeCore

/// Roles, bindings and webhooks.
enum AccessRules {
    private static let group = "rbac.authorization.k8s.io"

    static func bindingDefaults(_ object: inout JSONObject) {
        object.change(["roleRef"]) { reference in
            if (reference["apiGroup"]?.string ?? "").isEmpty { reference["apiGroup"] = .string(group) }
        }
        object.changeEach(["subjects"]) { subject in
            guard subject["kind"] != "ServiceAccount" else { return }
            subject.setDefault("apiGroup", to: .string(group))
        }
    }

    /// Storage does not tell an empty list from none.
    static func dropEmptyRules(_ role: inout JSONObject) {
        if role["rules"]?.array?.isEmpty == true { role["rules"] = .some(.null) }
    }

    static func roleProblems(_ role: JSONObject) -> [FieldProblem] { ruleProblems(role, isNamespaced: true) }
    static func clusterRoleProblems(_ role: JSONObject) -> [FieldProblem] {
        ruleProblems(role, isNamespaced: false)
    }

    private static func ruleProblems(_ role: JSONObject, isNamespaced: Bool) -> [FieldProblem] {
        (role["rules"]?.array ?? []).enumerated().flatMap { index, rule -> [FieldProblem] in
            func isEmpty(_ name: String) -> Bool { rule[name]?.array?.isEmpty ?? true }
            let place = "rules[\(index)]"
            var problems: [FieldProblem] = []
            if isEmpty("verbs") {
                problems.append(.required("\(place).verbs", "verbs must contain at least one value"))
            }
            if !isEmpty("nonResourceURLs") {
                if isNamespaced {
                    problems.append(
                        .invalid(
                            "\(place).nonResourceURLs", goList(rule["nonResourceURLs"]),
                            "namespaced rules cannot apply to non-resource URLs"))
                }
                return problems
            }
            if isEmpty("apiGroups") {
                problems.append(
                    .required("\(place).apiGroups", "resource rules must supply at least one api group"))
            }
            if isEmpty("resources") {
                problems.append(
                    .required("\(place).resources", "resource rules must supply at least one resource"))
            }
            return problems
        }
    }

    private static func goList(_ value: JSONValue?) -> String {
        "[]string{" + (value?.array?.compactMap { $0.string?.quoted } ?? []).joined(separator: ", ") + "}"
    }

    static func roleBindingProblems(_ binding: JSONObject) -> [FieldProblem] {
        bindingProblems(binding, roles: ["Role", "ClusterRole"])
    }

    static func clusterRoleBindingProblems(_ binding: JSONObject) -> [FieldProblem] {
        bindingProblems(binding, roles: ["ClusterRole"])
    }

    private static func bindingProblems(_ binding: JSONObject, roles: [String]) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let apiGroup = binding.text("roleRef", "apiGroup") ?? ""
        if apiGroup != group { problems.append(.unsupported("roleRef.apiGroup", apiGroup.quoted, [group])) }
        let kind = binding.text("roleRef", "kind") ?? ""
        if !roles.contains(kind) {
            problems.append(.unsupported("roleRef.kind", kind.quoted, roles.sorted().reversed()))
        }
        let name = binding.text("roleRef", "name") ?? ""
        if name.isEmpty { problems.append(.required("roleRef.name")) }
        for (index, subject) in (binding["subjects"]?.array ?? []).enumerated() {
            let place = "subjects[\(index)]"
            if (subject["name"]?.string ?? "").isEmpty { problems.append(.required("\(place).name")) }
            let kind = subject["kind"]?.string ?? ""
            if kind == "ServiceAccount", !roles.contains("Role"), (subject["namespace"]?.string ?? "").isEmpty
            {
                problems.append(.required("\(place).namespace"))
            }
            if !["ServiceAccount", "User", "Group"].contains(kind) {
                problems.append(
                    .unsupported("\(place).kind", kind.quoted, ["ServiceAccount", "User", "Group"]))
            }
        }
        return problems
    }

    static func bindingUpdateProblems(_ binding: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        guard binding["roleRef"] != live["roleRef"] else { return [] }
        let reference = binding["roleRef"]?.object ?? JSONObject()
        let text =
            "rbac.RoleRef{APIGroup:\((reference["apiGroup"]?.string ?? "").quoted), Kind:\((reference["kind"]?.string ?? "").quoted), Name:\((reference["name"]?.string ?? "").quoted)}"
        return [.invalid("roleRef", text, "cannot change roleRef")]
    }

    static func webhookDefaults(_ object: inout JSONObject, isMutating: Bool) {
        object.changeEach(["webhooks"]) { webhook in
            webhook.setDefault("failurePolicy", to: "Fail")
            webhook.setDefault("matchPolicy", to: "Equivalent")
            webhook.setDefault("namespaceSelector", to: [:])
            webhook.setDefault("objectSelector", to: [:])
            webhook.setDefault("timeoutSeconds", to: 10)
            if isMutating { webhook.setDefault("reinvocationPolicy", to: "Never") }
            webhook.changeEach(["rules"]) { $0.setDefault("scope", to: "*") }
            webhook.change(["clientConfig", "service"]) { $0.setDefault("port", to: 443) }
        }
    }
}

/// Ingresses, network policies and slices of endpoints.
enum NetworkRules {
    static func policyDefaults(_ object: inout JSONObject) {
        object.change(["spec"]) { spec in
            for (list, _) in [("ingress", "from"), ("egress", "to")] {
                spec.changeEach([list]) { rule in
                    rule.changeEach(["ports"]) { $0.setDefault("protocol", to: "TCP") }
                }
            }
            guard spec["policyTypes"] == nil else { return }
            let hasEgress = spec["egress"]?.array?.isEmpty == false
            spec["policyTypes"] = hasEgress ? ["Ingress", "Egress"] : ["Ingress"]
        }
    }

    static func sliceDefaults(_ object: inout JSONObject) {
        object.changeEach(["ports"]) { port in
            port.setDefault("name", to: "")
            port.setDefault("protocol", to: "TCP")
        }
    }

    static func ingressProblems(_ object: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let rules = object[path: ["spec", "rules"]]?.array ?? []
        if rules.isEmpty, object[path: ["spec", "defaultBackend"]] == nil {
            problems.append(
                .invalid(
                    "spec", "[]networking.IngressRule(nil)",
                    "either `defaultBackend` or `rules` must be specified"))
        }
        for (index, rule) in rules.enumerated() {
            for (place, path) in (rule[path: ["http", "paths"]]?.array ?? []).enumerated() {
                problems += pathProblems(path, "spec.rules[\(index)].http.paths[\(place)]")
            }
        }
        return problems
    }

    private static func pathProblems(_ path: JSONValue, _ place: String) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let text = path["path"]?.string ?? ""
        switch path["pathType"]?.string {
        case nil:
            return [.required("\(place).pathType", "pathType must be specified")]
        case "Exact", "Prefix":
            if !text.hasPrefix("/") {
                problems.append(.invalid("\(place).path", text.quoted, "must be an absolute path"))
            }
        case "ImplementationSpecific":
            if !text.isEmpty, !text.hasPrefix("/") {
                problems.append(.invalid("\(place).path", text.quoted, "must be an absolute path"))
            }
        case let other?:
            problems.append(
                .unsupported(
                    "\(place).pathType", other.quoted, ["Exact", "ImplementationSpecific", "Prefix"]))
        }
        if let service = path[path: ["backend", "service"]] {
            if (service["name"]?.string ?? "").isEmpty {
                problems.append(.required("\(place).backend.service.name"))
            }
            if service[path: ["port", "name"]] == nil, (service[path: ["port", "number"]]?.int ?? 0) == 0 {
                problems.append(
                    .required("\(place).backend.service.port", "port name or number is required"))
            }
        }
        return problems
    }
}
