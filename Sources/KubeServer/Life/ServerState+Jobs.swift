import KubeCore

/// Jobs: pods until enough of them have succeeded.
extension ServerState {
    mutating func reconcileJob(_ place: ObjectPlace, _ job: JSONObject) {
        if hasEnded(job) {
            expire(place, job)
            return
        }
        if job[path: ["spec", "suspend"]] == true {
            suspend(place, job)
            return
        }
        let pods = dependents(of: job, .pods)
        let active = pods.filter { !Workloads.isFinished($0.object) && !$0.object.isBeingDeleted }
        let succeeded = pods.count { $0.object.text("status", "phase") == "Succeeded" }
        let failed = pods.count { $0.object.text("status", "phase") == "Failed" }
        let limit = Int(clamping: job.number("spec", "backoffLimit") ?? 6)
        if failed > limit || Self.restarts(of: active.map(\.object), of: job) > max(limit - 1, 0) {
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
            if Self.isSuspended(object) {
                Workloads.setCondition(&object, "Suspended", false, "JobResumed", "Job resumed", at: time)
                object[path: ["status", "startTime"]] = .string(time.text)
            }
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

    /// How often the containers of pods that are restarted in place were restarted.
    private static func restarts(of pods: [JSONObject], of job: JSONObject) -> Int {
        guard job.text("spec", "template", "spec", "restartPolicy") == "OnFailure" else { return 0 }
        let statuses = pods.filter { $0.text("status", "phase") == "Running" }.flatMap { pod in
            ["initContainerStatuses", "containerStatuses"].flatMap {
                pod[path: ["status", $0]]?.array ?? []
            }
        }
        return statuses.reduce(0) { $0 + Int(clamping: $1["restartCount"]?.int ?? 0) }
    }

    private static func isSuspended(_ job: JSONObject) -> Bool {
        (job[path: ["status", "conditions"]]?.array ?? []).contains {
            $0["type"] == "Suspended" && $0["status"] == "True"
        }
    }

    /// A suspended job has no pods, and its time does not pass.
    private mutating func suspend(_ place: ObjectPlace, _ job: JSONObject) {
        for pod in dependents(of: job, .pods)
        where !Workloads.isFinished(pod.object) && !pod.object.isBeingDeleted {
            remove(pod.place)
        }
        let time = now
        change(place) { object in
            Workloads.setCondition(&object, "Suspended", true, "JobSuspended", "Job suspended", at: time)
            object.setCount("active", 0)
            object[path: ["status", "startTime"]] = Optional<JSONValue>.none
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
