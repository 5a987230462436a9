import KubeCore

/// Kinds that steer other objects: HorizontalPodAutoscaler, PodDisruptionBudget.
extension Health {
    /// Judges an autoscaler by whether it can scale.
    static func autoscaler(_ object: KubeObject) -> Health {
        if object.hasStaleStatus { return Health(.progressing, "Waiting to Autoscale") }
        let conditions = object.autoscalerConditions
        if let failure = conditions.first(where: \.keepsFromScaling) {
            return Health(.degraded, failure.message)
        }
        let works = conditions.first {
            ($0.type == "AbleToScale" || $0.type == "ScalingLimited") && $0.truth == .yes
        }
        guard let works else { return Health(.progressing, "Waiting to Autoscale") }
        return Health(.healthy, works.message)
    }

    /// Judges a disruption budget: that it allows no disruption is its purpose, not a fault.
    ///
    /// Servers before 1.21 write no conditions for it; there a status that tells of which generation it is,
    /// is all that can be waited for (the counts are there from the beginning, as zeros).
    static func disruptionBudget(_ object: KubeObject) -> Health {
        if object.hasStaleStatus { return Health(.progressing, "Waiting for status") }
        let conditions = object.conditions
        if let failure = conditions.first(where: { $0.truth == .no && $0.reason != "InsufficientPods" }) {
            return Health(.degraded, "PodDisruptionBudget has \(failure.reason)")
        }
        if let last = conditions.last { return Health(.healthy, "PodDisruptionBudget has \(last.reason)") }
        let wasObserved = object["status", "observedGeneration"]?.int != nil
        return wasObserved ? Health(.healthy) : Health(.progressing, "Waiting for status")
    }
}

extension KubeObject {
    /// What an autoscaler says of itself; in `autoscaling/v1` that is JSON in an annotation.
    fileprivate var autoscalerConditions: [StatusCondition] {
        guard groupVersionKind.version == "v1" else { return conditions }
        guard let text = annotation("autoscaling.alpha.kubernetes.io/conditions") else { return [] }
        // What cannot be read says nothing, and the autoscaler has yet to be waited for: health is no
        // parser's judge.
        return StatusCondition.all(in: try? JSONValue(parsing: text))
    }

    /// Whether the status says that it is of an earlier generation; one that does not say is believed (I5).
    var hasStaleStatus: Bool { self["status", "observedGeneration"] != nil && isAheadOfStatus }
}

extension StatusCondition {
    /// Whether an autoscaler says by this that it cannot do its work.
    fileprivate var keepsFromScaling: Bool {
        switch type {
        case "AbleToScale":
            ["FailedGetScale", "FailedUpdateScale"].contains(reason)
        case "ScalingActive":
            [
                "FailedGetResourceMetric", "FailedGetObjectMetric", "FailedGetPodsMetric",
                "FailedGetExternalMetric", "FailedComputeMetricsReplicas", "InvalidSelector",
            ].contains(reason)
        default: false
        }
    }
}
