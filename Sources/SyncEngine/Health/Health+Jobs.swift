import KubeCore

/// Kinds that run to an end: Job, CronJob, Argo's Workflow.
extension Health {
    /// Judges a Job by the conditions that hold.
    ///
    /// A condition counts by its status, not by being there: `Suspended=False` says that a Job was resumed.
    ///
    /// `SuccessCriteriaMet` and `FailureTarget` announce the verdict but are not final: the API sets them
    /// when the outcome is certain and its Pods are still being stopped, and adds `Complete` or `Failed` when
    /// the last one is gone. Until then the Job is running, for what comes next in a sync must not meet Pods
    /// of what came before, and the wait is bounded by their grace period. The message tells how it will end.
    ///
    /// - Rule: D7, S169.
    static func job(_ object: KubeObject) -> Health {
        if let failed = object.trueCondition("Failed") { return Health(.degraded, failed.message) }
        if let suspended = object.trueCondition("Suspended") { return Health(.suspended, suspended.message) }
        if let complete = object.trueCondition("Complete") { return Health(.healthy, complete.message) }
        if let failing = object.trueCondition("FailureTarget") {
            return Health(.progressing, announcement("Job is about to fail", failing))
        }
        if let succeeding = object.trueCondition("SuccessCriteriaMet") {
            return Health(
                .progressing, announcement("Job met its success criteria, its pods are ending", succeeding))
        }
        return Health(.progressing)
    }

    /// Judges a CronJob by its last run, as far as its status tells.
    static func cronJob(_ object: KubeObject) -> Health {
        if object["spec", "suspend"]?.bool == true { return Health(.healthy, "CronJob is Suspended") }
        guard let status = object["status"]?.object else {
            return Health(.progressing, "Waiting for CronJob")
        }
        guard let scheduled = status["lastScheduleTime"]?.string else {
            return Health(.healthy, "CronJob has not been scheduled yet")
        }
        guard let succeeded = status["lastSuccessfulTime"]?.string else {
            return Health(.healthy, "The CronJob never completed successfully. It may not be healthy")
        }
        if status["active"]?.array?.isEmpty == false {
            return Health(.healthy, "The job is running. Its last execution may not have been successful")
        }
        // Both are RFC 3339 in UTC and whole seconds, so their texts order as the times do.
        if succeeded < scheduled {
            return Health(.degraded, "CronJob has not completed its last execution successfully")
        }
        return Health(.healthy, "CronJob has completed its last execution successfully")
    }

    /// Judges a Workflow of Argo Workflows by its phase.
    static func workflow(_ object: KubeObject) -> Health {
        let message = object["status", "message"]?.string ?? ""
        switch object["status", "phase"]?.string ?? "" {
        case "", "Pending", "Running": return Health(.progressing, message)
        case "Succeeded": return Health(.healthy, message)
        case "Failed", "Error": return Health(.degraded, message)
        default: return Health(.unknown, message)
        }
    }

    private static func announcement(_ verdict: String, _ condition: StatusCondition) -> String {
        condition.message.isEmpty ? verdict : "\(verdict): \(condition.message)"
    }
}
