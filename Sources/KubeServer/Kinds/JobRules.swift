import KubeCore

/// Jobs and CronJobs.
enum JobRules {
    static func jobDefaults(_ job: inout JSONObject) {
        specDefaults(&job, ["spec"])
        if let labels = job[path: ["spec", "template", "metadata", "labels"]] {
            job.setDefault("metadata", "labels", to: labels)
        }
    }

    private static func specDefaults(_ object: inout JSONObject, _ path: [String]) {
        object.change(path) { spec in
            if spec["completions"] == nil, spec["parallelism"] == nil { spec["completions"] = 1 }
            spec.setDefault("parallelism", to: 1)
            spec.setDefault("backoffLimit", to: 6)
        }
        PodRules.templateDefaults(&object, path + ["template"])
    }

    /// A job finds its pods by a label that bears its uid.
    static func prepareJob(_ job: inout JSONObject) {
        job["status"] = [:]
    }

    /// The selector and labels that a new job gets, once it has a uid.
    static func setSelector(_ job: inout JSONObject) {
        guard job[path: ["spec", "manualSelector"]] != true, let uid = job.metadata("uid"),
            let name = job.metadata("name")
        else { return }
        job[path: ["spec", "template", "metadata", "labels", "controller-uid"]] = uid
        job.setDefault("spec", "template", "metadata", "labels", "job-name", to: name)
        if let labels = job[path: ["spec", "template", "metadata", "labels"]] {
            job.setDefault("metadata", "labels", to: labels)
        }
        job.setDefault("spec", "selector", to: [:])
        job[path: ["spec", "selector", "matchLabels", "controller-uid"]] = uid
    }

    static func jobProblems(_ job: JSONObject) -> [FieldProblem] {
        specProblems(job, ["spec"])
    }

    private static func specProblems(_ object: JSONObject, _ path: [String]) -> [FieldProblem] {
        let place = path.joined(separator: ".")
        var problems: [FieldProblem] = []
        for name in [
            "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
        ] {
            guard let count = object[path: path + [name]]?.int, count < 0 else { continue }
            problems.append(.invalid("\(place).\(name)", "\(count)", "must be greater than or equal to 0"))
        }
        problems += PodRules.templateProblems(object, path + ["template"])
        let policy = object[path: path + ["template", "spec", "restartPolicy"]]?.string ?? ""
        if policy == "Always" {
            problems.append(
                .required("\(place).template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""))
        } else if policy != "OnFailure", policy != "Never" {
            problems.append(
                .unsupported("\(place).template.spec.restartPolicy", policy.quoted, ["OnFailure", "Never"]))
        }
        return problems
    }

    static func jobUpdateProblems(_ job: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let completions = ["spec", "completions"]
        if job[path: completions] != live[path: completions] {
            problems.append(
                .invalid("spec.completions", job[path: completions]?.text ?? "null", "field is immutable"))
        }
        if job[path: ["spec", "selector"]] != live[path: ["spec", "selector"]] {
            problems.append(
                .invalid(
                    "spec.selector", ObjectSelector.goText(job[path: ["spec", "selector"]]),
                    "field is immutable"))
        }
        if job[path: ["spec", "template"]] != live[path: ["spec", "template"]] {
            // The real server prints the whole template in Go's own notation.
            problems.append(
                .invalid(
                    "spec.template", job[path: ["spec", "template"]]?.text ?? "null", "field is immutable"))
        }
        return problems
    }

    static func cronJobDefaults(_ object: inout JSONObject) {
        object.change(["spec"]) { spec in
            spec.setDefault("concurrencyPolicy", to: "Allow")
            spec.setDefault("suspend", to: false)
            spec.setDefault("successfulJobsHistoryLimit", to: 3)
            spec.setDefault("failedJobsHistoryLimit", to: 1)
        }
        PodRules.templateDefaults(&object, ["spec", "jobTemplate", "spec", "template"])
    }

    static func cronJobProblems(_ object: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let schedule = object.text("spec", "schedule") ?? ""
        if schedule.isEmpty {
            problems.append(.required("spec.schedule"))
        } else if !schedule.hasPrefix("@"), schedule.split(separator: " ").count != 5 {
            let found = schedule.split(separator: " ").count
            problems.append(
                .invalid(
                    "spec.schedule", schedule.quoted,
                    "Expected exactly 5 fields, found \(found): \(schedule)"))
        }
        let policy = object.text("spec", "concurrencyPolicy") ?? ""
        if !["Allow", "Forbid", "Replace"].contains(policy) {
            problems.append(
                .unsupported("spec.concurrencyPolicy", policy.quoted, ["Allow", "Forbid", "Replace"]))
        }
        let name = object.metadata("name")?.string ?? ""
        if name.utf8.count > 52 {
            problems.append(.invalid("metadata.name", name.quoted, "must be no more than 52 characters"))
        }
        return problems + specProblems(object, ["spec", "jobTemplate", "spec"])
    }
}
