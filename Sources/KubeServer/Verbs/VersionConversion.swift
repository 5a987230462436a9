import KubeCore

/// The same object in another version of its group.
///
/// Most versions differ only in their name. Autoscalers do not: version 1 knows one metric.
enum VersionConversion {
    static func convert(_ object: JSONObject, of resource: Resource, to version: String) -> JSONObject {
        let apiVersion = resource.apiVersion(version)
        let current = object["apiVersion"]?.string ?? ""
        guard current != apiVersion else { return object }
        var result = object
        result["apiVersion"] = .string(apiVersion)
        guard resource.plural == "horizontalpodautoscalers", resource.group == "autoscaling" else {
            return result
        }
        if version == "v1" { toV1(&result) }
        if current == "autoscaling/v1" { fromV1(&result) }
        return result
    }

    private static let metricsAnnotation = "autoscaling.alpha.kubernetes.io/metrics"

    private static func isProcessorUse(_ metric: JSONValue) -> Bool {
        metric["type"] == "Resource" && metric[path: ["resource", "name"]] == "cpu"
            && metric[path: ["resource", "target", "type"]] == "Utilization"
    }

    private static func toV1(_ object: inout JSONObject) {
        let metrics = object[path: ["spec", "metrics"]]?.array ?? []
        object[path: ["spec", "metrics"]] = nil
        let first = metrics.firstIndex(where: isProcessorUse)
        if let first {
            object[path: ["spec", "targetCPUUtilizationPercentage"]] =
                metrics[first][path: ["resource", "target", "averageUtilization"]]
        }
        let others = metrics.enumerated().filter { $0.offset != first }.map(\.element)
        if !others.isEmpty {
            object[path: ["metadata", "annotations", metricsAnnotation]] = .string(
                JSONValue.array(others).text)
        }
        object[path: ["status", "currentMetrics"]] = nil
        object[path: ["status", "conditions"]] = nil
    }

    private static func fromV1(_ object: inout JSONObject) {
        var metrics: [JSONValue] = []
        if let text = object[path: ["metadata", "annotations", metricsAnnotation]]?.string,
            // What is not ours stays an annotation.
            let others = (try? JSONValue(parsing: text))?.array
        {
            metrics += others
            object[path: ["metadata", "annotations", metricsAnnotation]] = nil
        }
        if let use = object[path: ["spec", "targetCPUUtilizationPercentage"]] {
            object[path: ["spec", "targetCPUUtilizationPercentage"]] = nil
            let metric: JSONValue = [
                "type": "Resource",
                "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": use]],
            ]
            metrics.insert(metric, at: 0)
        }
        if !metrics.isEmpty { object[path: ["spec", "metrics"]] = .array(metrics) }
    }
}
