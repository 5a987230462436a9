import KubeCore

/// How far a pod has come, and what its status therefore says.
struct PodProgress: Hashable, Sendable {
    enum RestartPolicy: String, Hashable, Sendable {
        case never = "Never"
        case onFailure = "OnFailure"
    }

    enum Phase: String, Hashable, Sendable {
        case pending = "Pending"
        case running = "Running"
        case succeeded = "Succeeded"
        case failed = "Failed"
    }

    /// Why a pod is given up from outside.
    struct Verdict: Hashable, Sendable {
        var reason: String
        var message: String
    }

    /// Of everything that runs here.
    static let address = "127.0.0.1"

    let restartPolicy: RestartPolicy
    let startedAt: NodeTime
    var initial: [ContainerRecord]
    var main: [ContainerRecord]
    /// Once it is there, the pod has failed when its containers have ended.
    var verdict: Verdict?

    init(_ pod: KubeObject, startedAt time: NodeTime) {
        restartPolicy = RestartPolicy(rawValue: pod["spec", "restartPolicy"]?.string ?? "") ?? .never
        startedAt = time
        initial = pod.containers(.initial).map { ContainerRecord($0) }
        main = pod.containers(.main).map { ContainerRecord($0) }
    }

    var isInitialized: Bool { initial.allSatisfy { $0.end?.isSuccess ?? false } }

    var phase: Phase {
        let all = initial + main
        if all.contains(where: \.isRunning) { return isInitialized ? .running : .pending }
        if verdict != nil { return .failed }
        let hasFailed = all.contains { !($0.end?.isSuccess ?? true) }
        if initial.contains(where: { !($0.end?.isSuccess ?? true) }) {
            return restartPolicy == .never ? .failed : .pending
        }
        let isOver = main.allSatisfy { $0.end.map { !restarts(after: $0) } ?? false }
        if isOver { return hasFailed ? .failed : .succeeded }
        return isInitialized && main.contains { $0.end != nil || $0.last != nil } ? .running : .pending
    }

    /// Whether a container that ended so is started again.
    func restarts(after end: ContainerEnd) -> Bool {
        verdict == nil && restartPolicy == .onFailure && !end.isSuccess
    }

    /// Changes what is known of one container.
    mutating func change(_ name: String, _ body: (inout ContainerRecord) -> Void) {
        if let index = initial.firstIndex(where: { $0.name == name }) { body(&initial[index]) }
        if let index = main.firstIndex(where: { $0.name == name }) { body(&main[index]) }
    }

    /// Changes every container that has not ended.
    mutating func changeUnended(_ body: (inout ContainerRecord) -> Void) {
        for name in (initial + main).filter({ $0.end == nil }).map(\.name) { change(name, body) }
    }

    /// Notes that containers will not be started any more.
    mutating func giveUp(_ verdict: Verdict, at time: NodeTime) {
        self.verdict = verdict
        changeUnended { record in
            record.state = .ended(
                ContainerEnd(
                    exitCode: 137, reason: "Error", message: verdict.message, startedAt: time,
                    finishedAt: time, id: record.id))
        }
    }
}

// MARK: - The status

extension PodProgress {
    /// The status that the pod has with it.
    func status(at time: NodeTime) -> JSONObject {
        let phase = phase
        var status: JSONObject = [
            "phase": .string(phase.rawValue), "startTime": .string(startedAt.text),
            "hostIP": .string(Self.address), "podIP": .string(Self.address),
            "podIPs": [["ip": .string(Self.address)]],
            "conditions": .array(conditions(phase, at: time)),
            "containerStatuses": .array(main.map { $0.status(isInitial: false) }),
        ]
        if !initial.isEmpty {
            status["initContainerStatuses"] = .array(initial.map { $0.status(isInitial: true) })
        }
        if let verdict, phase == .failed {
            status["reason"] = .string(verdict.reason)
            status["message"] = .string(verdict.message)
        }
        return status
    }

    private func conditions(_ phase: Phase, at time: NodeTime) -> [JSONValue] {
        let isReady = phase == .running && main.allSatisfy(\.isRunning)
        let isCompleted = phase == .succeeded
        func condition(_ type: String, _ isTrue: Bool, _ reason: String) -> JSONValue {
            var condition: JSONObject = [
                "type": .string(type), "status": isTrue ? "True" : "False", "lastProbeTime": .null,
                "lastTransitionTime": .string(time.text),
            ]
            if !isTrue { condition["reason"] = .string(reason) }
            return .object(condition)
        }
        let reason = isCompleted ? "PodCompleted" : "ContainersNotReady"
        return [
            condition("Initialized", isInitialized, "ContainersNotInitialized"),
            condition("Ready", isReady, reason), condition("ContainersReady", isReady, reason),
            condition("PodScheduled", true, ""),
        ]
    }
}
