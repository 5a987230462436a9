import KubeCore

/// How far a container has come.
struct ContainerRecord: Hashable, Sendable {
    enum State: Hashable, Sendable {
        case waiting(reason: String, message: String)
        case running(since: NodeTime)
        case ended(ContainerEnd)
    }

    var name: String
    var image: String
    var state = State.waiting(reason: "PodInitializing", message: "")
    /// The end before the last restart.
    var last: ContainerEnd?
    var restarts = 0
    /// Of the process that ran last; empty before the first.
    var id = ""

    init(_ container: JSONValue) {
        name = container["name"]?.string ?? ""
        image = container["image"]?.string ?? ""
    }

    var end: ContainerEnd? {
        if case .ended(let end) = state { end } else { nil }
    }

    var isRunning: Bool {
        if case .running = state { true } else { false }
    }

    /// As the API has it.
    func status(isInitial: Bool) -> JSONValue {
        var status: JSONObject = ["name": .string(name)]
        switch state {
        case .waiting(let reason, let message):
            var waiting: JSONObject = ["reason": .string(reason)]
            if !message.isEmpty { waiting["message"] = .string(message) }
            status["state"] = ["waiting": .object(waiting)]
        case .running(let time): status["state"] = ["running": ["startedAt": .string(time.text)]]
        case .ended(let end): status["state"] = ["terminated": end.json]
        }
        status["lastState"] = last.map { ["terminated": $0.json] } ?? [:]
        status["ready"] = .bool(isInitial ? end?.isSuccess ?? false : isRunning)
        status["restartCount"] = .int(Int64(restarts))
        status["image"] = .string(image)
        status["imageID"] = ""
        if !id.isEmpty { status["containerID"] = .string(id) }
        if !isInitial { status["started"] = .bool(isRunning) }
        return .object(status)
    }
}

/// How a container ended.
struct ContainerEnd: Hashable, Sendable {
    var exitCode: Int32
    /// One word: `Completed`, `Error`, `StartError`.
    var reason: String
    var message = ""
    var startedAt: NodeTime
    var finishedAt: NodeTime
    var id: String

    var isSuccess: Bool { exitCode == 0 }

    fileprivate var json: JSONValue {
        var json: JSONObject = ["exitCode": .int(Int64(exitCode)), "reason": .string(reason)]
        if !message.isEmpty { json["message"] = .string(message) }
        json["startedAt"] = .string(startedAt.text)
        json["finishedAt"] = .string(finishedAt.text)
        json["containerID"] = .string(id)
        return .object(json)
    }
}
