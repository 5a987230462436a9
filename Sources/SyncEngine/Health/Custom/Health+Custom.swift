import KubeCore

/// Custom kinds: no rule of their own, but conventions that most of their controllers keep.
extension Health {
    /// Judges a custom object by what its status says in the API's usual words; `nil` if that is nothing.
    ///
    /// What is read, in this order: `spec.suspend` or `spec.paused`; a status of an earlier generation (I5);
    /// the conditions that tell of failure, of work in progress, of readiness; `status.ready`; `status.phase`
    /// or `status.state`. An object without any of these has no health, as it has none for the reference.
    ///
    /// Kinds of the API itself are never read so: what has no rule there, has no health (S171). Neither has
    /// an Application (S177).
    init?(custom object: KubeObject) {
        guard !object.isOfBuiltInGroup, !object.isApplication, let status = object["status"]?.object else {
            return nil
        }
        if object["spec", "suspend"]?.bool == true || object["spec", "paused"]?.bool == true {
            self.init(.suspended, "\(object.kind) is suspended")
            return
        }
        if object.hasStaleStatus {
            self.init(.progressing, "Waiting for the controller to observe the last change")
            return
        }
        if let health = Health(conditions: object.conditions, of: object.generation) {
            self = health
            return
        }
        let message = status["message"]?.string ?? ""
        if let isReady = status["ready"]?.bool {
            self.init(isReady ? .healthy : .progressing, message)
            return
        }
        let word = status["phase"]?.string ?? status["state"]?.string ?? ""
        guard let verdict = Self.verdicts[word.lowercased()] else { return nil }
        self.init(verdict, message)
    }

    /// Reads conditions; `nil` if none speaks of readiness.
    private init?(conditions: [StatusCondition], of generation: Int64) {
        let holding = { (types: [String]) in conditions.first { types.contains($0.type) && $0.truth == .yes }
        }
        if let failure = holding(["Stalled", "Degraded", "Failed"]) {
            self.init(.degraded, failure.text)
            return
        }
        if let work = holding(["Reconciling", "Issuing"]) {
            self.init(.progressing, work.text)
            return
        }
        if let failure = conditions.first(where: { $0.type == "Synced" && $0.truth == .no }) {
            self.init(.degraded, failure.text)
            return
        }
        let readiness = Self.readinessTypes.lazy.compactMap { type in conditions.first { $0.type == type } }
            .first
        guard let readiness else {
            guard let fault = holding(["NotReady"]) else { return nil }
            self.init(fault.speaksOfProgress ? .progressing : .degraded, fault.text)
            return
        }
        if let seen = readiness.observedGeneration, seen < generation {
            self.init(.progressing, "Waiting for condition \(readiness.type) to be of the last change")
            return
        }
        switch readiness.truth {
        case .yes: self.init(.healthy, readiness.message)
        case .unknown: self.init(.progressing, readiness.text)
        case .no: self.init(readiness.speaksOfProgress ? .progressing : .degraded, readiness.text)
        }
    }

    /// The conditions that tell whether an object does what it is for, the most telling first.
    private static let readinessTypes = [
        "Ready", "Available", "Healthy", "Succeeded", "Complete", "Completed", "Programmed", "Accepted",
        "Established", "Synced",
    ]

    /// What the words of a phase mean, in lower case.
    private static let verdicts: [String: Status] = [
        "active": .healthy, "available": .healthy, "bound": .healthy, "complete": .healthy,
        "completed": .healthy,
        "deployed": .healthy, "healthy": .healthy, "ready": .healthy, "running": .healthy,
        "succeeded": .healthy,
        "creating": .progressing, "initializing": .progressing, "inprogress": .progressing,
        "pending": .progressing, "progressing": .progressing, "provisioning": .progressing,
        "reconciling": .progressing, "updating": .progressing, "upgrading": .progressing,
        "degraded": .degraded, "error": .degraded, "failed": .degraded, "failure": .degraded,
        "invalid": .degraded, "unhealthy": .degraded,
        "paused": .suspended, "suspended": .suspended,
    ]
}

extension StatusCondition {
    /// What a person should read: the message, or the reason where there is none.
    fileprivate var text: String { message.isEmpty ? reason : message }

    /// Whether a condition that does not hold says that it may still come to hold by itself.
    ///
    /// Controllers say "not yet" and "cannot" by the same `False`. Only the reason, a word made of words,
    /// tells them apart; without one there is nothing to fear yet.
    fileprivate var speaksOfProgress: Bool {
        let reason = reason.lowercased()
        return reason.isEmpty || Self.wordsOfProgress.contains { reason.contains($0) }
    }

    private static let wordsOfProgress = [
        "creating", "dependencynotready", "deploying", "doesnotexist", "initializ", "inprogress",
        "installing",
        "notready", "notyet", "pending", "progressing", "provisioning", "reconciling", "scaling", "starting",
        "updating", "upgrading", "waiting",
    ]
}

extension KubeObject {
    /// Argo CD's Application, whose health was taken out of the reference (S177).
    var isApplication: Bool {
        groupVersionKind.groupKind == GroupKind(group: "argoproj.io", kind: "Application")
    }
}
