import KubeCore

/// Deployments, ReplicaSets, StatefulSets, DaemonSets and ReplicationControllers.
enum WorkloadRules {
    private static let template = ["spec", "template"]

    static func deploymentDefaults(_ object: inout JSONObject) {
        object.change(["spec"]) { spec in
            spec.setDefault("replicas", to: 1)
            spec.setDefault("strategy", "type", to: "RollingUpdate")
            if spec[path: ["strategy", "type"]] == "RollingUpdate" {
                spec.setDefault("strategy", "rollingUpdate", "maxUnavailable", to: "25%")
                spec.setDefault("strategy", "rollingUpdate", "maxSurge", to: "25%")
            }
            spec.setDefault("revisionHistoryLimit", to: 10)
            spec.setDefault("progressDeadlineSeconds", to: 600)
        }
        PodRules.templateDefaults(&object, template)
    }

    static func replicaSetDefaults(_ object: inout JSONObject) {
        object.setDefault("spec", "replicas", to: 1)
        PodRules.templateDefaults(&object, template)
        object.setDefault("status", "replicas", to: 0)
    }

    static func replicationControllerDefaults(_ object: inout JSONObject) {
        object.setDefault("spec", "replicas", to: 1)
        if let labels = object[path: ["spec", "template", "metadata", "labels"]] {
            object.setDefault("spec", "selector", to: labels)
            object.setDefault("metadata", "labels", to: labels)
        }
        PodRules.templateDefaults(&object, template)
        object.setDefault("status", "replicas", to: 0)
    }

    static func statefulSetDefaults(_ object: inout JSONObject) {
        object.change(["spec"]) { spec in
            spec.setDefault("podManagementPolicy", to: "OrderedReady")
            if (spec[path: ["updateStrategy", "type"]]?.string ?? "").isEmpty {
                spec[path: ["updateStrategy", "type"]] = "RollingUpdate"
                spec.setDefault("updateStrategy", "rollingUpdate", to: [:])
            }
            if spec[path: ["updateStrategy", "type"]] == "RollingUpdate" {
                spec.change(["updateStrategy", "rollingUpdate"]) { $0.setDefault("partition", to: 0) }
            }
            spec.setDefault("replicas", to: 1)
            spec.setDefault("revisionHistoryLimit", to: 10)
            spec.changeEach(["volumeClaimTemplates"]) { claim in
                claim["kind"] = "PersistentVolumeClaim"
                claim["apiVersion"] = "v1"
                StorageRules.claimDefaults(&claim)
            }
        }
        PodRules.templateDefaults(&object, template)
        object.setDefault("status", "replicas", to: 0)
    }

    private static let generationAnnotation = [
        "metadata", "annotations", "deprecated.daemonset.template.generation",
    ]

    /// The count of templates, kept where an old version of the API had a field for it.
    static func prepareDaemonSet(_ object: inout JSONObject) {
        object.dropStatus()
        object[path: generationAnnotation] = "1"
    }

    static func prepareDaemonSetUpdate(_ object: inout JSONObject, _ live: JSONObject) {
        let count = live[path: generationAnnotation]?.string.flatMap { Int64($0) } ?? 0
        let isSame = object[path: template] == live[path: template]
        object[path: generationAnnotation] = .string(String(isSame ? count : count &+ 1))
    }

    static func daemonSetDefaults(_ object: inout JSONObject) {
        if object[path: generationAnnotation] == nil { object[path: generationAnnotation] = "0" }
        object.change(["spec"]) { spec in
            spec.setDefault("updateStrategy", "type", to: "RollingUpdate")
            if spec[path: ["updateStrategy", "type"]] == "RollingUpdate" {
                spec.setDefault("updateStrategy", "rollingUpdate", "maxUnavailable", to: 1)
            }
            spec.setDefault("revisionHistoryLimit", to: 10)
        }
        PodRules.templateDefaults(&object, template)
    }
}

// MARK: - Validation

extension WorkloadRules {
    static func deploymentProblems(_ object: JSONObject) -> [FieldProblem] {
        countProblems(object, ["replicas"]) + selectorProblems(object) + alwaysRestarts(object)
            + countProblems(
                object, ["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"])
            + strategyProblems(object)
    }

    static func replicaSetProblems(_ object: JSONObject) -> [FieldProblem] {
        countProblems(object, ["replicas", "minReadySeconds"]) + selectorProblems(object)
            + alwaysRestarts(object)
    }

    static func daemonSetProblems(_ object: JSONObject) -> [FieldProblem] {
        selectorProblems(object) + alwaysRestarts(object) + countProblems(object, ["minReadySeconds"])
    }

    static func statefulSetProblems(_ object: JSONObject) -> [FieldProblem] {
        countProblems(object, ["replicas"]) + selectorProblems(object) + alwaysRestarts(object)
    }

    static func replicationControllerProblems(_ object: JSONObject) -> [FieldProblem] {
        countProblems(object, ["replicas", "minReadySeconds"]) + PodRules.templateProblems(object)
            + alwaysRestarts(object)
    }

    private static func countProblems(_ object: JSONObject, _ names: [String]) -> [FieldProblem] {
        names.compactMap { name in
            guard let count = object[path: ["spec", name]]?.int, count < 0 else { return nil }
            return .invalid("spec.\(name)", "\(count)", "must be greater than or equal to 0")
        }
    }

    private static func selectorProblems(_ object: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let selector = object[path: ["spec", "selector"]]?.object
        let labels = object[path: ["spec", "template", "metadata", "labels"]]?.object
        if let selector {
            if (selector["matchLabels"]?.object?.isEmpty ?? true)
                && (selector["matchExpressions"]?.array?.isEmpty ?? true)
            {
                problems.append(
                    .invalid(
                        "spec.selector",
                        "v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}",
                        "empty selector is invalid for \(kindWord(object))"))
            }
        } else if object["kind"] != "DaemonSet" {
            problems.append(.required("spec.selector"))
        }
        if selector == nil
            || !ObjectSelector(.object(selector ?? JSONObject())).matches(labels ?? JSONObject())
        {
            problems.append(
                .invalid(
                    "spec.template.metadata.labels", goMap(labels),
                    "`selector` does not match template `labels`"))
        }
        return problems + PodRules.templateProblems(object)
    }

    private static func kindWord(_ object: JSONObject) -> String {
        (object["kind"]?.string ?? "").lowercased() == "statefulset"
            ? "statefulset" : (object["kind"]?.string ?? "").lowercased()
    }

    static func goMap(_ labels: JSONObject?) -> String {
        guard let labels else { return "map[string]string(nil)" }
        let pairs = labels.members.map { "\($0.key.quoted):\(($0.value.string ?? "").quoted)" }.sorted()
        return "map[string]string{\(pairs.joined(separator: ", "))}"
    }

    private static func alwaysRestarts(_ object: JSONObject) -> [FieldProblem] {
        let policy = object.text("spec", "template", "spec", "restartPolicy") ?? "Always"
        guard policy != "Always" else { return [] }
        return [.unsupported("spec.template.spec.restartPolicy", policy.quoted, ["Always"])]
    }

    private static func strategyProblems(_ object: JSONObject) -> [FieldProblem] {
        let type = object.text("spec", "strategy", "type") ?? ""
        if type == "Recreate", object[path: ["spec", "strategy", "rollingUpdate"]] != nil {
            return [
                .forbidden(
                    "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
            ]
        }
        guard ["RollingUpdate", "Recreate"].contains(type) else {
            let text =
                "apps.DeploymentStrategy{Type:\(type.quoted), RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}"
            return [.unsupported("spec.strategy", text, ["Recreate", "RollingUpdate"])]
        }
        return []
    }

    static func selectorUpdateProblems(_ object: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        guard object[path: ["spec", "selector"]] != live[path: ["spec", "selector"]] else { return [] }
        return [
            .invalid(
                "spec.selector", ObjectSelector.goText(object[path: ["spec", "selector"]]),
                "field is immutable")
        ]
    }

    static func statefulSetUpdateProblems(_ object: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        var before = live["spec"]?.object ?? JSONObject()
        var after = object["spec"]?.object ?? JSONObject()
        for name in ["replicas", "template", "updateStrategy"] {
            before[name] = nil
            after[name] = nil
        }
        guard before != after else { return [] }
        return [
            .forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' "
                    + "are forbidden")
        ]
    }

    static func revisionUpdateProblems(_ object: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        object["data"] == live["data"]
            ? [] : [.invalid("data", object["data"]?.text ?? "null", "field is immutable")]
    }
}
