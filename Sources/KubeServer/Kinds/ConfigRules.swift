import KubeCore

/// ConfigMaps, Secrets, LimitRanges and PriorityClasses.
enum ConfigRules {
    private static let sizeLimit = 1024 * 1024

    static func configMapProblems(_ object: JSONObject) -> [FieldProblem] {
        var problems = ["data", "binaryData"].flatMap { list in
            (object[list]?.object?.members ?? []).flatMap { member in
                NameSyntax.configKey(member.key).map {
                    FieldProblem.invalid("\(list)[\(member.key)]", member.key.quoted, $0)
                }
            }
        }
        let size = (object["data"]?.object?.members ?? []).reduce(0) {
            $0 + ($1.value.string?.utf8.count ?? 0)
        }
        if size > sizeLimit { problems.append(.tooLong("", "", sizeLimit)) }
        return problems
    }

    /// What is immutable stays so, and keeps what it has.
    static func immutableProblems(_ object: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        guard live["immutable"] == true else { return [] }
        var problems: [FieldProblem] = []
        if object["immutable"] != true {
            problems.append(.forbidden("immutable", "field is immutable when `immutable` is set"))
        }
        for list in ["data", "binaryData"] where object[list] != live[list] {
            problems.append(.forbidden(list, "field is immutable when `immutable` is set"))
        }
        return problems
    }

    static func secretDefaults(_ secret: inout JSONObject) {
        secret.setDefault("type", to: "Opaque")
        guard let texts = secret["stringData"]?.object else { return }
        secret["stringData"] = nil
        for text in texts {
            secret[path: ["data", text.key]] = .string(Base64.encoded(Array((text.value.string ?? "").utf8)))
        }
    }

    static func secretProblems(_ object: JSONObject) -> [FieldProblem] {
        var problems = (object["data"]?.object?.members ?? []).flatMap { member in
            NameSyntax.configKey(member.key).map {
                FieldProblem.invalid("data[\(member.key)]", member.key.quoted, $0)
            }
        }
        let needed: [String] =
            switch object["type"]?.string {
            case "kubernetes.io/tls": ["tls.crt", "tls.key"]
            case "kubernetes.io/dockerconfigjson": [".dockerconfigjson"]
            case "kubernetes.io/dockercfg": [".dockercfg"]
            case "kubernetes.io/ssh-auth": ["ssh-privatekey"]
            default: []
            }
        for key in needed where object[path: ["data", key]] == nil {
            problems.append(.required("data[\(key)]"))
        }
        let size = (object["data"]?.object?.members ?? []).reduce(0) { $0 + decodedCount($1.value) }
        if size > sizeLimit { problems.append(.tooLong("data", "", sizeLimit)) }
        for key in needed where key.hasPrefix(".docker") {
            problems += dockerProblems(object[path: ["data", key]], "data[\(key)]")
        }
        return problems
    }

    /// The bytes that a value of a Secret stands for.
    private static func decodedCount(_ value: JSONValue) -> Int {
        let digits = value.string?.utf8 ?? "".utf8
        return digits.count / 4 * 3 - digits.suffix(2).count { $0 == UInt8(ascii: "=") }
    }

    private static func dockerProblems(_ value: JSONValue?, _ field: String) -> [FieldProblem] {
        guard let bytes = value?.string.flatMap({ Base64.decoded($0) }) else { return [] }
        do {
            _ = try JSONValue(parsing: bytes)
            return []
        } catch {
            let problem: String
            if case .unexpectedEnd = error.reason {
                problem = "unexpected end of JSON input"
            } else {
                // No character of it is quoted: it is secret.
                problem = "invalid character looking for beginning of value"
            }
            return [.invalid(field, "<secret contents redacted>", problem)]
        }
    }

    static func secretUpdateProblems(_ object: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        let type = object["type"]?.string ?? ""
        let isSame = object["type"] == live["type"]
        return (isSame ? [] : [.invalid("type", type.quoted, "field is immutable")])
            + immutableProblems(object, live)
    }

    static func limitRangeDefaults(_ object: inout JSONObject) {
        object.changeEach(["spec", "limits"]) { item in
            guard item["type"] == "Container" else { return }
            for limit in item["max"]?.object ?? JSONObject() {
                item.setDefault("default", limit.key, to: limit.value)
            }
            for source in ["default", "min"] {
                for limit in item[source]?.object ?? JSONObject() {
                    item.setDefault("defaultRequest", limit.key, to: limit.value)
                }
            }
        }
    }

    static func priorityUpdateProblems(_ object: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        object["value"] == live["value"] ? [] : [.forbidden("value", "may not be changed in an update.")]
    }
}

/// Namespaces, which live on until nothing is left in them.
enum NamespaceRules {
    static func prepareCreate(_ namespace: inout JSONObject) {
        namespace["status"] = ["phase": "Active"]
        var finalizers = namespace[path: ["spec", "finalizers"]]?.array ?? []
        if !finalizers.contains("kubernetes") { finalizers.append("kubernetes") }
        namespace[path: ["spec", "finalizers"]] = .array(finalizers)
    }

    static func prepareUpdate(_ namespace: inout JSONObject, _ live: JSONObject) {
        namespace[path: ["spec", "finalizers"]] = live[path: ["spec", "finalizers"]]
    }
}

/// Autoscalers.
enum ScalingRules {
    static func defaults(_ object: inout JSONObject) {
        object.setDefault("spec", "minReplicas", to: 1)
        if object["apiVersion"] == "autoscaling/v1" {
            let metrics = object[path: ["metadata", "annotations", "autoscaling.alpha.kubernetes.io/metrics"]]
            if metrics == nil { object.setDefault("spec", "targetCPUUtilizationPercentage", to: 80) }
            return
        }
        if object[path: ["spec", "metrics"]]?.array?.isEmpty ?? true {
            object[path: ["spec", "metrics"]] = [
                [
                    "type": "Resource",
                    "resource": [
                        "name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80],
                    ],
                ]
            ]
        }
        object.change(["spec", "behavior"]) { behavior in
            behavior["scaleUp"] = filled(
                behavior["scaleUp"], window: 0, policies: [("Pods", 4), ("Percent", 100)])
            behavior["scaleDown"] = filled(behavior["scaleDown"], window: nil, policies: [("Percent", 100)])
        }
    }

    private static func filled(_ given: JSONValue?, window: Int64?, policies: [(String, Int64)]) -> JSONValue
    {
        var rules = given?.object ?? JSONObject()
        if let window { rules.setDefault("stabilizationWindowSeconds", to: .int(window)) }
        rules.setDefault("selectPolicy", to: "Max")
        rules.setDefault(
            "policies",
            to: .array(policies.map { ["type": .string($0.0), "value": .int($0.1), "periodSeconds": 15] }))
        return .object(rules)
    }

    static func prepareCreate(_ object: inout JSONObject) {
        object["status"] = ["currentReplicas": 0, "desiredReplicas": 0]
        if object["apiVersion"] != "autoscaling/v1" {
            object["status"] = [
                "currentReplicas": 0, "desiredReplicas": 0, "currentMetrics": .null, "conditions": .null,
            ]
        }
    }

    static func problems(_ object: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let least = object.number("spec", "minReplicas") ?? 1
        let most = object.number("spec", "maxReplicas") ?? 0
        if least < 1 {
            problems.append(.invalid("spec.minReplicas", "\(least)", "must be greater than or equal to 1"))
        }
        if most < 1 {
            problems.append(.invalid("spec.maxReplicas", "\(most)", "must be greater than 0"))
        }
        if most < least {
            problems.append(
                .invalid("spec.maxReplicas", "\(most)", "must be greater than or equal to `minReplicas`"))
        }
        for name in ["kind", "name"]
        where (object[path: ["spec", "scaleTargetRef", name]]?.string ?? "").isEmpty {
            problems.append(.required("spec.scaleTargetRef.\(name)"))
        }
        return problems
    }
}
