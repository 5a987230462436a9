import KubeCore

extension PodRules {
    static func problems(_ pod: JSONObject) -> [FieldProblem] {
        specProblems(pod[path: ["spec"]]?.object ?? JSONObject(), "spec")
    }

    /// What is wrong with the template of a workload.
    static func templateProblems(_ object: JSONObject, _ path: [String] = ["spec", "template"])
        -> [FieldProblem]
    {
        let place = path.joined(separator: ".")
        let template = object[path: path]?.object ?? JSONObject()
        return MetadataRules.labelProblems(template[path: ["metadata", "labels"]], "\(place).labels")
            + specProblems(template["spec"]?.object ?? JSONObject(), "\(place).spec")
    }

    static func specProblems(_ spec: JSONObject, _ place: String) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let volumes = volumeProblems(spec, place, &problems)
        let containers = spec["containers"]?.array ?? []
        if containers.isEmpty { problems.append(.required("\(place).containers")) }
        var names: Set<String> = []
        for (index, container) in containers.enumerated() {
            problems += containerProblems(container, "\(place).containers[\(index)]", volumes, &names)
        }
        for (index, container) in (spec["initContainers"]?.array ?? []).enumerated() {
            problems += containerProblems(container, "\(place).initContainers[\(index)]", volumes, &names)
        }
        let restart = spec["restartPolicy"]?.string ?? ""
        if !["Always", "OnFailure", "Never"].contains(restart) {
            problems.append(
                .unsupported("\(place).restartPolicy", restart.quoted, ["Always", "OnFailure", "Never"]))
        }
        let dns = spec["dnsPolicy"]?.string ?? ""
        if !["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"].contains(dns) {
            problems.append(
                .unsupported(
                    "\(place).dnsPolicy", dns.quoted,
                    ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]))
        }
        if let grace = spec["terminationGracePeriodSeconds"]?.int, grace < 0 {
            problems.append(
                .invalid(
                    "\(place).terminationGracePeriodSeconds", "\(grace)", "must be greater than or equal to 0"
                ))
        }
        if let seconds = spec["activeDeadlineSeconds"]?.int, seconds < 1 {
            problems.append(
                .invalid(
                    "\(place).activeDeadlineSeconds", "\(seconds)",
                    "must be between 1 and 2147483647, inclusive"))
        }
        problems += nodeSelectorProblems(spec, place)
        return problems
    }

    private static func nodeSelectorProblems(_ spec: JSONObject, _ place: String) -> [FieldProblem] {
        MetadataRules.labelProblems(spec["nodeSelector"], "\(place).nodeSelector")
    }

    private static func volumeProblems(
        _ spec: JSONObject, _ place: String, _ problems: inout [FieldProblem]
    ) -> Set<String> {
        var names: Set<String> = []
        for (index, volume) in (spec["volumes"]?.array ?? []).enumerated() {
            let name = volume["name"]?.string ?? ""
            let field = "\(place).volumes[\(index)].name"
            let wrong = name.isEmpty ? [] : NameSyntax.label(name)
            if name.isEmpty {
                problems.append(.required(field))
            } else if !wrong.isEmpty {
                problems += wrong.map { .invalid(field, name.quoted, $0) }
            } else if !names.insert(name).inserted {
                problems.append(.duplicate(field, name.quoted))
            }
        }
        return names
    }

    private static func containerProblems(
        _ container: JSONValue, _ place: String, _ volumes: Set<String>, _ names: inout Set<String>
    ) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let name = container["name"]?.string ?? ""
        if name.isEmpty {
            problems.append(.required("\(place).name"))
        } else {
            problems += NameSyntax.label(name).map { .invalid("\(place).name", name.quoted, $0) }
            if !names.insert(name).inserted { problems.append(.duplicate("\(place).name", name.quoted)) }
        }
        let image = container["image"]?.string ?? ""
        if image.isEmpty {
            problems.append(.required("\(place).image"))
        } else if image.trimmingSpaces != image {
            problems.append(
                .invalid("\(place).image", image.quoted, "must not have leading or trailing whitespace"))
        }
        let policy = container["imagePullPolicy"]?.string ?? ""
        if !["Always", "IfNotPresent", "Never"].contains(policy) {
            problems.append(
                .unsupported("\(place).imagePullPolicy", policy.quoted, ["Always", "IfNotPresent", "Never"]))
        }
        problems += portProblems(container, place)
        problems += environmentProblems(container, place)
        for (index, mount) in (container["volumeMounts"]?.array ?? []).enumerated() {
            let name = mount["name"]?.string ?? ""
            let field = "\(place).volumeMounts[\(index)]"
            if name.isEmpty {
                problems.append(.required("\(field).name"))
            } else if !volumes.contains(name) {
                problems.append(.notFound("\(field).name", name.quoted))
            }
            if (mount["mountPath"]?.string ?? "").isEmpty { problems.append(.required("\(field).mountPath")) }
        }
        problems += resourceProblems(container, place)
        return problems
    }

    private static func portProblems(_ container: JSONValue, _ place: String) -> [FieldProblem] {
        (container["ports"]?.array ?? []).enumerated().flatMap { index, port -> [FieldProblem] in
            var problems: [FieldProblem] = []
            let field = "\(place).ports[\(index)]"
            let number = port["containerPort"]?.int ?? 0
            if number == 0 {
                problems.append(.required("\(field).containerPort"))
            } else if !(1...65535).contains(number) {
                problems.append(
                    .invalid("\(field).containerPort", "\(number)", "must be between 1 and 65535, inclusive"))
            }
            let transport = port["protocol"]?.string ?? ""
            if transport.isEmpty {
                problems.append(.required("\(field).protocol"))
            } else if !["TCP", "UDP", "SCTP"].contains(transport) {
                problems.append(.unsupported("\(field).protocol", transport.quoted, ["SCTP", "TCP", "UDP"]))
            }
            return problems
        }
    }

    private static func environmentProblems(_ container: JSONValue, _ place: String) -> [FieldProblem] {
        (container["env"]?.array ?? []).enumerated().flatMap { index, variable -> [FieldProblem] in
            let name = variable["name"]?.string ?? ""
            let field = "\(place).env[\(index)]"
            if name.isEmpty { return [.required("\(field).name")] }
            if let value = variable["value"]?.string, !value.isEmpty, variable["valueFrom"] != nil {
                return [
                    .invalid("\(field).valueFrom", "\"\"", "may not be specified when `value` is not empty")
                ]
            }
            return []
        }
    }

    private static func resourceProblems(_ container: JSONValue, _ place: String) -> [FieldProblem] {
        let limits = container[path: ["resources", "limits"]]?.object ?? JSONObject()
        let requests = container[path: ["resources", "requests"]]?.object ?? JSONObject()
        return requests.members.compactMap { request in
            guard let asked = request.value.string, let quantity = Quantity(asked),
                let limit = limits[request.key]?.string, let bound = Quantity(limit), bound.isBelow(quantity)
            else { return nil }
            return .invalid(
                "\(place).resources.requests", asked.quoted,
                "must be less than or equal to \(request.key) limit")
        }
    }

    static func updateProblems(_ pod: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        var masked = pod
        for list in ["containers", "initContainers"] {
            let before = live[path: ["spec", list]]?.array ?? []
            guard let after = pod[path: ["spec", list]]?.array, after.count == before.count else { continue }
            masked[path: ["spec", list]] = .array(
                zip(after, before).map { new, old in
                    guard var container = new.object else { return new }
                    container["image"] = old["image"]
                    return .object(container)
                })
        }
        for name in ["activeDeadlineSeconds", "tolerations"] {
            masked[path: ["spec", name]] = live[path: ["spec", name]]
        }
        guard masked["spec"] != live["spec"] else { return [] }
        return [
            .forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`, "
                    + "`spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` "
                    + "(only additions to existing tolerations)")
        ]
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
