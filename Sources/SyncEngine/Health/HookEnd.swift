public import KubeCore

/// When a hook ended, as the object says it; what is told of the delay of its detection.
public enum HookEnd {
    /// In whole seconds, as Kubernetes counts.
    ///
    /// - Parameter object: A hook that has ended.
    /// - Returns: `nil` where objects of its kind do not say it.
    public static func time(of object: KubeObject) -> Timestamp? {
        let text: String?
        switch (object.groupVersionKind.group, object.kind) {
        case ("batch", "Job"):
            text = object["status", "completionTime"]?.string ?? ended(object, "Failed")
        case ("", "Pod"):
            let ends = (object["status", "containerStatuses"]?.array ?? []).compactMap {
                $0["state"]?["terminated"]?["finishedAt"]?.string
            }
            text = ends.max()
        case ("argoproj.io", "Workflow"):
            text = object["status", "finishedAt"]?.string
        default: text = nil
        }
        return text.flatMap(Timestamp.init(rfc3339:))
    }

    private static func ended(_ object: KubeObject, _ condition: String) -> String? {
        (object["status", "conditions"]?.array ?? []).first { $0["type"]?.string == condition }?[
            "lastTransitionTime"]?.string
    }
}
