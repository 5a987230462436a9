import KubeCore

/// Pods and Jobs, on machines that do not exist.
extension ServerState {
    /// Moves a pod on, once its time has come.
    mutating func advancePod(_ place: ObjectPlace, _ pod: JSONObject) {
        guard simulation.runsPods, !pod.isBeingDeleted, !Workloads.isFinished(pod) else { return }
        let phase = pod.text("status", "phase") ?? ""
        let step = phase == "Pending" ? simulation.podStart : runTime(of: pod)
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
        if phase == "Pending" { startPod(place) } else { finishPod(place, pod) }
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
        let wish = pod.text("metadata", "annotations", "syncctl.dev/simulate") ?? ""
        if wish == "hang" { return nil }
        guard pod.text("spec", "restartPolicy") != "Always" || !wish.isEmpty else { return nil }
        guard let text = wish.split(separator: "=").dropFirst().first else { return simulation.jobRun }
        return Self.duration(text) ?? simulation.jobRun
    }

    /// `90s`, `2m`, `500ms`, `1h`.
    private static func duration(_ text: Substring) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count < 1 << 40 else { return nil }
        return switch text.dropFirst(digits.count) {
        case "ms": .milliseconds(count)
        case "s", "": .seconds(count)
        case "m": .seconds(count * 60)
        case "h": .seconds(count * 3600)
        default: nil
        }
    }

    private mutating func startPod(_ place: ObjectPlace) {
        let time = now
        change(place) { pod in
            pod.setDefault("spec", "nodeName", to: "simulated")
            pod[path: ["status", "phase"]] = "Running"
            pod[path: ["status", "startTime"]] = .string(time.text)
            pod[path: ["status", "hostIP"]] = "127.0.0.1"
            pod[path: ["status", "podIP"]] = "10.244.0.1"
            pod[path: ["status", "podIPs"]] = [["ip": "10.244.0.1"]]
            Self.setConditions(&pod, isReady: true, at: time)
            let containers = pod[path: ["spec", "containers"]]?.array ?? []
            pod[path: ["status", "containerStatuses"]] = .array(
                containers.map {
                    Self.containerStatus($0, ["running": ["startedAt": .string(time.text)]], isReady: true)
                })
        }
    }

    private mutating func finishPod(_ place: ObjectPlace, _ pod: JSONObject) {
        let isFailure = (pod.text("metadata", "annotations", "syncctl.dev/simulate") ?? "").hasPrefix("fail")
        let time = now
        change(place) { pod in
            pod[path: ["status", "phase"]] = isFailure ? "Failed" : "Succeeded"
            Self.setConditions(&pod, isReady: false, at: time)
            let end: JSONValue = [
                "terminated": [
                    "exitCode": isFailure ? 1 : 0, "reason": isFailure ? "Error" : "Completed",
                    "startedAt": pod[path: ["status", "startTime"]] ?? .string(time.text),
                    "finishedAt": .string(time.text),
                ]
            ]
            let containers = pod[path: ["spec", "containers"]]?.array ?? []
            pod[path: ["status", "containerStatuses"]] = .array(
                containers.map { Self.containerStatus($0, end, isReady: false) })
        }
    }

    private static func setConditions(_ pod: inout JSONObject, isReady: Bool, at time: Timestamp) {
        pod[path: ["status", "conditions"]] = .array(
            [("Initialized", true), ("Ready", isReady), ("ContainersReady", isReady), ("PodScheduled", true)]
                .map {
                    [
                        "type": .string($0.0), "status": $0.1 ? "True" : "False", "lastProbeTime": .null,
                        "lastTransitionTime": .string(time.text),
                    ]
                })
    }

    private static func containerStatus(_ container: JSONValue, _ state: JSONValue, isReady: Bool)
        -> JSONValue
    {
        [
            "name": container["name"] ?? "", "state": state, "lastState": [:], "ready": .bool(isReady),
            "restartCount": 0, "image": container["image"] ?? "", "imageID": "", "started": .bool(isReady),
        ]
    }

    /// A pod whose deletion was asked for ends at once.
    mutating func endPod(_ place: ObjectPlace) {
        podSteps[place] = nil
        guard simulation.runsPods else { return }
        change(place) { $0.setMetadata("deletionGracePeriodSeconds", 0) }
    }

    // MARK: - Jobs

    mutating func reconcileJob(_ place: ObjectPlace, _ job: JSONObject) {
        if hasEnded(job) {
            expire(place, job)
            return
        }
        let pods = dependents(of: job, .pods)
        let active = pods.filter { !Workloads.isFinished($0.object) && !$0.object.isBeingDeleted }
        let succeeded = pods.count { $0.object.text("status", "phase") == "Succeeded" }
        let failed = pods.count { $0.object.text("status", "phase") == "Failed" }
        if failed > Int(clamping: job.number("spec", "backoffLimit") ?? 6) {
            end(
                place, active, "Failed", "BackoffLimitExceeded",
                "Job has reached the specified backoff limit", (succeeded, failed))
            return
        }
        if let deadline = deadline(of: job) {
            guard now < deadline else {
                end(
                    place, active, "Failed", "DeadlineExceeded",
                    "Job was active longer than specified deadline", (succeeded, failed))
                return
            }
            alarms.set(place, at: deadline)
        }
        let completions = job.number("spec", "completions").map { Int(clamping: $0) }
        if completions.map({ succeeded >= $0 }) ?? (succeeded > 0 && active.isEmpty) {
            end(place, active, "Complete", "", "", (succeeded, failed))
            return
        }
        let parallelism = Int(clamping: job.number("spec", "parallelism") ?? 1)
        let left = completions.map { max(0, $0 - succeeded) } ?? (succeeded > 0 ? 0 : parallelism)
        let wanted = min(parallelism, left)
        for _ in 0..<max(0, wanted - active.count) { makePod(for: job, name: nil) }
        for pod in active.dropFirst(max(0, wanted)) where wanted < active.count { remove(pod.place) }
        let time = now
        let running = max(active.count, wanted)
        change(place) { object in
            object.setDefault("status", "startTime", to: .string(time.text))
            object.setCount("active", running)
            object.setCount("succeeded", succeeded)
            object.setCount("failed", failed)
        }
        if job.text("status", "startTime") == nil, let started = record(place)?.object,
            let deadline = deadline(of: started)
        {
            alarms.set(place, at: deadline)
        }
    }

    private func hasEnded(_ job: JSONObject) -> Bool {
        (job[path: ["status", "conditions"]]?.array ?? []).contains {
            ($0["type"] == "Complete" || $0["type"] == "Failed") && $0["status"] == "True"
        }
    }

    private func deadline(of job: JSONObject) -> Timestamp? {
        guard let seconds = job.number("spec", "activeDeadlineSeconds"),
            let start = job.text("status", "startTime").flatMap({ Timestamp($0) })
        else { return nil }
        return Timestamp(seconds: start.seconds &+ seconds)
    }

    private mutating func end(
        _ place: ObjectPlace, _ active: [(place: ObjectPlace, object: JSONObject)], _ type: String,
        _ reason: String,
        _ message: String, _ counts: (succeeded: Int, failed: Int)
    ) {
        for pod in active { remove(pod.place) }
        let time = now
        change(place) { object in
            object.setDefault("status", "startTime", to: .string(time.text))
            object.setCount("active", 0)
            object.setCount("succeeded", counts.succeeded)
            object.setCount("failed", counts.failed + (type == "Failed" ? active.count : 0))
            if type == "Complete" { object[path: ["status", "completionTime"]] = .string(time.text) }
            var condition: JSONObject = [
                "type": .string(type), "status": "True", "lastProbeTime": .string(time.text),
                "lastTransitionTime": .string(time.text),
            ]
            if !reason.isEmpty {
                condition["reason"] = .string(reason)
                condition["message"] = .string(message)
            }
            let conditions = object[path: ["status", "conditions"]]?.array ?? []
            object[path: ["status", "conditions"]] = .array(conditions + [.object(condition)])
        }
    }

    /// Deletes an ended job after its time to live.
    private mutating func expire(_ place: ObjectPlace, _ job: JSONObject) {
        guard let seconds = job.number("spec", "ttlSecondsAfterFinished") else { return }
        let end = (job[path: ["status", "conditions"]]?.array ?? []).compactMap { condition in
            condition["lastTransitionTime"]?.string.flatMap { Timestamp($0) }
        }.max()
        guard let end else { return }
        let due = Timestamp(seconds: end.seconds &+ seconds)
        if due <= now { remove(place) } else { alarms.set(place, at: due) }
    }
}

/// A pod on its way to the next phase.
struct PodStep: Hashable, Sendable {
    var phase: String
    var due: Timestamp
}
