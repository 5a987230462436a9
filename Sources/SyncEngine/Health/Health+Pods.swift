import KubeCore

/// Pods: some run for ever and are healthy when ready, some run to an end and are healthy when it was
/// reached.
extension Health {
    /// Judges a Pod.
    ///
    /// A Pod that runs to an end is not failed by an image that cannot be pulled yet: it would run after the
    /// sync had given it up.
    ///
    /// - Rule: S170, S78.
    static func pod(_ object: KubeObject, isHook: Bool) -> Health {
        let policy = object["spec", "restartPolicy"]?.string ?? ""
        let runsForEver = policy == "Always" || (!isHook && object.ignoresRestartPolicy)
        let containers = object["status", "containerStatuses"]?.array ?? []
        if runsForEver {
            let problems = containers.compactMap(\.problemWhileWaiting)
            if !problems.isEmpty { return Health(.degraded, problems.joined(separator: ", ")) }
        }
        let message = object["status", "message"]?.string ?? ""
        switch object["status", "phase"]?.string {
        case "Pending": return Health(.progressing, message)
        case "Succeeded": return Health(.healthy, message)
        case "Failed": return Health(.degraded, message.isEmpty ? failure(of: object) : message)
        case "Running":
            if runsForEver { return runningPod(object, containers, message) }
            return Health(policy == "Never" || policy == "OnFailure" ? .progressing : .unknown, message)
        default: return Health(.unknown, message)
        }
    }

    private static func runningPod(_ object: KubeObject, _ containers: [JSONValue], _ message: String)
        -> Health
    {
        if object.trueCondition("Ready") != nil { return Health(.healthy, message) }
        let hasRestarted = containers.contains { $0[path: ["lastState", "terminated"]]?.object != nil }
        return Health(hasRestarted ? .degraded : .progressing, message)
    }

    /// Why a Pod failed: what the first of its containers that has something to say, says.
    private static func failure(of object: KubeObject) -> String {
        for list in ["initContainerStatuses", "containerStatuses"] {
            for container in object["status", list]?.array ?? [] {
                if let text = container.failure { return text }
            }
        }
        return ""
    }
}

extension KubeObject {
    /// Whether a Pod that runs to an end asks to be judged as one that runs for ever.
    fileprivate var ignoresRestartPolicy: Bool {
        annotation("argocd.argoproj.io/ignore-restart-policy") == "true"
    }
}

/// What an entry of a Pod's `containerStatuses` tells.
extension JSONValue {
    /// What keeps the container from starting, if that is an error.
    fileprivate var problemWhileWaiting: String? {
        guard let waiting = self[path: ["state", "waiting"]], let reason = waiting["reason"]?.string else {
            return nil
        }
        guard reason.hasPrefix("Err") || reason.hasSuffix("Error") || reason.hasSuffix("BackOff") else {
            return nil
        }
        return waiting["message"]?.string ?? ""
    }

    /// Why the container ended, if it ended badly.
    fileprivate var failure: String? {
        guard let end = self[path: ["state", "terminated"]] else { return nil }
        if let message = end["message"]?.string, !message.isEmpty { return message }
        if end["reason"]?.string == "OOMKilled" { return "OOMKilled" }
        guard let code = end["exitCode"]?.int, code != 0 else { return nil }
        return "container \"\(self["name"]?.string ?? "")\" failed with exit code \(code)"
    }
}
