import KubeCore

/// Which pods a node has in hand, and what is to be done about what is heard of them.
///
/// Pure: news go in, what to do comes out. Hearing a thing twice does no harm.
struct PodRoster: Sendable {
    enum Action: Hashable, Sendable {
        /// Run it.
        case start(KubeObject)
        /// Ask its processes to end, and let go of it then.
        case stop(uid: String, graceSeconds: Int64)
        /// End its processes now, and forget it: it is gone.
        case kill(uid: String)
        /// Say that it has failed: it ran in an earlier life of the node.
        case lose(KubeObject)
        /// Let go of it: nothing of it runs.
        case release(KubeObject)
    }

    private enum Entry: Hashable, Sendable {
        case running
        case stopping(graceSeconds: Int64)
        case ended
    }

    private let node: String
    private var entries: [String: Entry] = [:]

    init(node: String) {
        self.node = node
    }

    mutating func take(_ news: NodeAPI.News) -> [Action] {
        switch news {
        case .all(let pods):
            let present = Set(pods.map(\.uid))
            let gone = entries.keys.filter { !present.contains($0) }.sorted()
            return gone.flatMap { forget($0) } + pods.flatMap { see($0) }
        case .changed(let pod): return see(pod)
        case .gone(let pod): return forget(pod.uid)
        }
    }

    /// All containers of a pod have ended, or it never began.
    ///
    /// - Returns: What is left to do: a pod that was to be deleted may go.
    mutating func end(_ pod: KubeObject) -> [Action] {
        guard let entry = entries[pod.uid] else { return [] }
        entries[pod.uid] = .ended
        if case .stopping = entry { return [.release(pod)] }
        return []
    }

    private mutating func forget(_ uid: String) -> [Action] {
        entries.removeValue(forKey: uid) == nil ? [] : [.kill(uid: uid)]
    }

    private mutating func see(_ pod: KubeObject) -> [Action] {
        guard isOurs(pod) else { return [] }
        guard let entry = entries[pod.uid] else { return meet(pod) }
        guard pod.isBeingDeleted else { return [] }
        let grace = pod["metadata", "deletionGracePeriodSeconds"]?.int ?? 30
        switch entry {
        case .ended:
            entries[pod.uid] = .ended
            return [.release(pod)]
        case .stopping(let known) where known <= grace: return []
        case .running, .stopping:
            entries[pod.uid] = .stopping(graceSeconds: grace)
            return [.stop(uid: pod.uid, graceSeconds: grace)]
        }
    }

    /// A pod that is seen for the first time in this life of the node.
    private mutating func meet(_ pod: KubeObject) -> [Action] {
        if ["Succeeded", "Failed"].contains(pod["status", "phase"]?.string ?? "") {
            entries[pod.uid] = .ended
            return pod.isBeingDeleted ? [.release(pod)] : []
        }
        if pod.isBeingDeleted { return [.release(pod)] }
        if hasBegun(pod) {
            entries[pod.uid] = .ended
            return [.lose(pod)]
        }
        entries[pod.uid] = .running
        return [.start(pod)]
    }

    /// Pods that are always restarted are not for processes, nor those that are to be simulated.
    private func isOurs(_ pod: KubeObject) -> Bool {
        pod["spec", "nodeName"]?.string == node && pod["spec", "restartPolicy"]?.string != "Always"
            && pod.annotation("syncctl.dev/simulate") == nil
    }

    /// Whether a process of the pod has been started: that is written down before it is done.
    private func hasBegun(_ pod: KubeObject) -> Bool {
        ["containerStatuses", "initContainerStatuses"].contains { list in
            (pod["status", list]?.array ?? []).contains { $0["containerID"]?.string?.isEmpty == false }
        }
    }
}

extension KubeObject {
    /// The status of a pod whose processes are lost.
    func lostStatus(at time: NodeTime) -> JSONObject {
        let message =
            "The program that ran the pod's processes was stopped or died while they ran. They were ended with it "
            + "and are not run again."
        var status: JSONObject = [
            "phase": "Failed", "reason": "NodeRestarted", "message": .string(message),
        ]
        for list in ["containerStatuses", "initContainerStatuses"] {
            guard let statuses = self["status", list]?.array else { continue }
            status[list] = .array(statuses.map { Self.lost($0, message, at: time) })
        }
        return status
    }

    private static func lost(_ status: JSONValue, _ message: String, at time: NodeTime) -> JSONValue {
        guard var status = status.object, status[path: ["state", "terminated"]] == nil else { return status }
        let start = status[path: ["state", "running", "startedAt"]] ?? .string(time.text)
        status["state"] = [
            "terminated": [
                "exitCode": 137, "reason": "ContainerStatusUnknown", "message": .string(message),
                "startedAt": start, "finishedAt": .string(time.text),
                "containerID": status["containerID"] ?? "",
            ]
        ]
        status["ready"] = false
        return .object(status)
    }
}
