import KubeCore

/// Pods, on machines that do not exist.
extension ServerState {
    /// Moves a pod on, once its time has come.
    mutating func advancePod(_ place: ObjectPlace, _ pod: JSONObject) {
        guard simulation.runsPods, !pod.isBeingDeleted, !Workloads.isFinished(pod) else { return }
        if isLeftToNode(pod) {
            bindToJobNode(place, pod)
            return
        }
        if Self.hasProcess(pod) {
            lose(place)
            return
        }
        let phase = pod.text("status", "phase") ?? ""
        let step = phase == "Pending" ? startTime(of: pod) : runTime(of: pod)
        // The first look sets the alarm, the alarm brings the second.
        guard let step else { return }
        let started = podSteps[place]
        guard let started, started.phase == phase else {
            let due = beginning(of: phase, pod).advanced(by: step)
            podSteps[place] = PodStep(phase: phase, due: due)
            alarms.set(place, at: due)
            return
        }
        guard started.due <= now else {
            alarms.set(place, at: started.due)
            return
        }
        podSteps[place] = nil
        if phase == "Pending" { startPod(place, pod) } else { finishPod(place, pod) }
    }

    /// A pod whose deletion was asked for ends at once, unless a node has it in hand.
    mutating func endPod(_ place: ObjectPlace) {
        podSteps[place] = nil
        guard simulation.runsPods, let pod = record(place)?.object else { return }
        if isLeftToNode(pod), pod.text("spec", "nodeName") == simulation.jobNode { return }
        change(place) { $0.setMetadata("deletionGracePeriodSeconds", 0) }
    }

    // MARK: - Real nodes

    /// Whether a node runs the pod, rather than the simulation.
    private func isLeftToNode(_ pod: JSONObject) -> Bool {
        guard let node = simulation.jobNode, pod.text("spec", "restartPolicy") != "Always",
            Self.fate(of: pod) == nil
        else { return false }
        return [nil, "", node].contains(pod.text("spec", "nodeName"))
    }

    /// The scheduler's part: from here on the node reports.
    private mutating func bindToJobNode(_ place: ObjectPlace, _ pod: JSONObject) {
        guard let node = simulation.jobNode, (pod.text("spec", "nodeName") ?? "").isEmpty else { return }
        let time = now
        change(place) { pod in
            pod[path: ["spec", "nodeName"]] = .string(node)
            pod[path: ["status", "conditions"]] = [Self.condition("PodScheduled", true, at: time)]
        }
    }

    /// Whether a process of this pod has been started by a node that is not there any more.
    private static func hasProcess(_ pod: JSONObject) -> Bool {
        (pod[path: ["status", "containerStatuses"]]?.array ?? []).contains {
            $0["containerID"]?.string?.hasPrefix("process://") == true
        }
    }

    /// What ran once is not said to have succeeded, and not run again.
    private mutating func lose(_ place: ObjectPlace) {
        change(place) { pod in
            pod[path: ["status", "phase"]] = "Failed"
            pod[path: ["status", "reason"]] = "NodeLost"
            pod[path: ["status", "message"]] =
                "The node that ran the pod's processes is not there any more; how they ended is not known."
        }
    }

    // MARK: - Simulated nodes

    static func fate(of pod: JSONObject) -> Fate? {
        pod.text("metadata", "annotations", Fate.annotation).flatMap { Fate($0) }
    }

    private static func restartsAlways(_ pod: JSONObject) -> Bool {
        (pod.text("spec", "restartPolicy") ?? "Always") == "Always"
    }

    /// How long a pod takes to start.
    private func startTime(of pod: JSONObject) -> Duration {
        guard Self.restartsAlways(pod), let fate = Self.fate(of: pod) else { return simulation.podStart }
        return fate.after ?? simulation.podStart
    }

    /// When a pod came into its phase, as far as the pod tells: nobody may have looked since.
    private func beginning(of phase: String, _ pod: JSONObject) -> Timestamp {
        let text =
            phase == "Pending" ? pod.text("metadata", "creationTimestamp") : pod.text("status", "startTime")
        // Dates have whole seconds: for one of this second, now is nearer. One to come is of no use.
        guard let date = text.flatMap({ Timestamp($0) }), date.seconds < now.seconds else { return now }
        return date
    }

    /// How long a pod runs; `nil` for ever.
    private func runTime(of pod: JSONObject) -> Duration? {
        guard !Self.restartsAlways(pod) else { return nil }
        guard let fate = Self.fate(of: pod) else { return simulation.jobRun }
        return fate.outcome == .hang ? nil : fate.after ?? simulation.jobRun
    }

    private mutating func startPod(_ place: ObjectPlace, _ pod: JSONObject) {
        let time = now
        let start = Self.start(of: pod, at: time)
        change(place) { pod in
            pod.setDefault("spec", "nodeName", to: "simulated")
            pod[path: ["status", "phase"]] = "Running"
            pod[path: ["status", "startTime"]] = .string(time.text)
            pod[path: ["status", "hostIP"]] = "127.0.0.1"
            pod[path: ["status", "podIP"]] = "10.244.0.1"
            pod[path: ["status", "podIPs"]] = [["ip": "10.244.0.1"]]
            Self.setConditions(&pod, isReady: start.isReady, at: time)
            let containers = pod[path: ["spec", "containers"]]?.array ?? []
            pod[path: ["status", "containerStatuses"]] = .array(
                containers.map {
                    Self.containerStatus($0, start.state, isReady: start.isReady, last: start.last)
                })
        }
    }

    /// What the containers of a pod are like once it runs.
    private static func start(of pod: JSONObject, at time: Timestamp) -> (
        state: JSONValue, isReady: Bool, last: JSONValue
    ) {
        let running: JSONValue = ["running": ["startedAt": .string(time.text)]]
        guard restartsAlways(pod), let fate = fate(of: pod) else { return (running, true, [:]) }
        switch fate.outcome {
        case .succeed: return (running, true, [:])
        case .hang: return (running, false, [:])
        case .fail:
            let waiting: JSONValue = [
                "waiting": ["reason": "CrashLoopBackOff", "message": "simulated: it fails again and again"]
            ]
            return (waiting, false, terminated(isFailure: true, from: .string(time.text), at: time))
        }
    }

    private static func terminated(isFailure: Bool, from start: JSONValue?, at time: Timestamp) -> JSONValue {
        [
            "terminated": [
                "exitCode": isFailure ? 1 : 0, "reason": isFailure ? "Error" : "Completed",
                "startedAt": start ?? .string(time.text), "finishedAt": .string(time.text),
            ]
        ]
    }

    private mutating func finishPod(_ place: ObjectPlace, _ pod: JSONObject) {
        let isFailure = Self.fate(of: pod)?.outcome == .fail
        let time = now
        change(place) { pod in
            pod[path: ["status", "phase"]] = isFailure ? "Failed" : "Succeeded"
            Self.setConditions(&pod, isReady: false, at: time)
            let end = Self.terminated(
                isFailure: isFailure, from: pod[path: ["status", "startTime"]], at: time)
            let containers = pod[path: ["spec", "containers"]]?.array ?? []
            pod[path: ["status", "containerStatuses"]] = .array(
                containers.map { Self.containerStatus($0, end, isReady: false) })
        }
    }

    private static func setConditions(_ pod: inout JSONObject, isReady: Bool, at time: Timestamp) {
        pod[path: ["status", "conditions"]] = .array(
            [("Initialized", true), ("Ready", isReady), ("ContainersReady", isReady), ("PodScheduled", true)]
                .map { condition($0.0, $0.1, at: time) })
    }

    private static func condition(_ type: String, _ isTrue: Bool, at time: Timestamp) -> JSONValue {
        [
            "type": .string(type), "status": isTrue ? "True" : "False", "lastProbeTime": .null,
            "lastTransitionTime": .string(time.text),
        ]
    }

    private static func containerStatus(
        _ container: JSONValue, _ state: JSONValue, isReady: Bool, last: JSONValue = [:]
    ) -> JSONValue {
        [
            "name": container["name"] ?? "", "state": state, "lastState": last, "ready": .bool(isReady),
            "restartCount": last == [:] ? 0 : 1, "image": container["image"] ?? "", "imageID": "",
            "started": .bool(isReady),
        ]
    }
}

/// A pod on its way to the next phase.
struct PodStep: Hashable, Sendable {
    var phase: String
    var due: Timestamp
}
