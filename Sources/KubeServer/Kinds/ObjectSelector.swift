import KubeCore

/// A selector as it stands inside objects: `matchLabels` and `matchExpressions`.
struct ObjectSelector {
    private let json: JSONObject

    init(_ value: JSONValue?) {
        json = value?.object ?? JSONObject()
    }

    func matches(_ labels: JSONObject) -> Bool {
        let plain = json["matchLabels"]?.object ?? JSONObject()
        guard plain.members.allSatisfy({ labels[$0.key] == $0.value }) else { return false }
        return (json["matchExpressions"]?.array ?? []).allSatisfy { matches($0, labels) }
    }

    private func matches(_ expression: JSONValue, _ labels: JSONObject) -> Bool {
        let value = labels[expression["key"]?.string ?? ""]
        let values = expression["values"]?.array ?? []
        return switch expression["operator"]?.string {
        case "In": value.map(values.contains) ?? false
        case "NotIn": value.map { !values.contains($0) } ?? true
        case "Exists": value != nil
        case "DoesNotExist": value == nil
        default: false
        }
    }

    /// As messages print a selector.
    static func goText(_ value: JSONValue?) -> String {
        guard let selector = value?.object else { return "null" }
        let labels = WorkloadRules.goMap(selector["matchLabels"]?.object)
        let expressions = (selector["matchExpressions"]?.array ?? []).map { expression in
            let values = (expression["values"]?.array ?? []).compactMap { $0.string?.quoted }
            return
                "v1.LabelSelectorRequirement{Key:\((expression["key"]?.string ?? "").quoted), Operator:\((expression["operator"]?.string ?? "").quoted), Values:[]string\(values.isEmpty ? "(nil)" : "{\(values.joined(separator: ", "))}")}"
        }
        let list = expressions.isEmpty ? "(nil)" : "{\(expressions.joined(separator: ", "))}"
        return
            "v1.LabelSelector{MatchLabels:\(labels), MatchExpressions:[]v1.LabelSelectorRequirement\(list)}"
    }
}
