public import KubeCore

/// What can be done with a live object beside syncing it (`app actions`).
public enum ResourceAction: String, Hashable, Sendable, CaseIterable {
    /// Make new Pods, one after the other.
    case restart
    /// Keep changes of the template from making new Pods.
    case pause
    case resume
    /// Let nothing run.
    case suspend
    /// Another number of Pods.
    case scale

    /// The actions that an object knows, and of them those that would do something now.
    ///
    /// - Parameter object: As it is in the cluster.
    /// - Returns: In the order of their names.
    public static func all(of object: KubeObject) -> [(action: ResourceAction, isUseful: Bool)] {
        let isPaused = object["spec", "paused"]?.bool ?? false
        let isSuspended = object["spec", "suspend"]?.bool ?? false
        switch (object.groupVersionKind.group, object.kind) {
        case ("apps", "Deployment"):
            return [(.pause, !isPaused), (.restart, true), (.resume, isPaused), (.scale, true)]
        case ("apps", "StatefulSet"): return [(.restart, true), (.scale, true)]
        case ("apps", "DaemonSet"): return [(.restart, true)]
        case ("batch", "CronJob"): return [(.resume, isSuspended), (.suspend, !isSuspended)]
        case ("batch", "Job"):
            let isOver = object["status", "conditions"]?.array?.contains {
                ["Complete", "Failed"].contains($0["type"]?.string ?? "") && $0["status"] == "True"
            }
            let runs = isOver != true
            return [(.resume, runs && isSuspended), (.suspend, runs && !isSuspended)]
        default: return []
        }
    }

    /// What carries it out.
    ///
    /// - Parameters:
    ///   - object: As it is in the cluster.
    ///   - parameters: `replicas` of ``scale``.
    ///   - now: The time.
    /// - Returns: What has to be merged in.
    /// - Throws: ``RequestRefusal/badValue(_:)`` for an action that the object does not know, or a parameter that is
    ///   missing or no good.
    public func patch(
        of object: KubeObject, _ parameters: [String: String], at now: Timestamp
    ) throws(RequestRefusal) -> MergePatch {
        let known = Self.all(of: object).map(\.action)
        guard known.contains(self) else {
            let names = known.map(\.rawValue).joined(separator: ", ")
            throw .badValue(
                "\(object.key) has no action '\(rawValue)'" + (names.isEmpty ? "" : "; it has \(names)"))
        }
        if let unknown = parameters.keys.sorted().first(where: { self != .scale || $0 != "replicas" }) {
            throw .badValue("action '\(rawValue)' has no parameter '\(unknown)'")
        }
        let isPausing = object.groupVersionKind.group == "apps"
        switch self {
        case .restart:
            let mark: JSONValue = ["kubectl.kubernetes.io/restartedAt": .string(now.rfc3339)]
            return MergePatch(["spec": ["template": ["metadata": ["annotations": mark]]]])
        case .pause: return MergePatch(["spec": ["paused": true]])
        case .suspend: return MergePatch(["spec": ["suspend": true]])
        case .resume: return MergePatch(["spec": isPausing ? ["paused": .null] : ["suspend": false]])
        case .scale:
            guard let replicas = parameters["replicas"].flatMap(Int64.init), (0...100_000).contains(replicas)
            else { throw .badValue("say how many: --param replicas=NUMBER") }
            return MergePatch(["spec": ["replicas": .int(replicas)]])
        }
    }
}
