import KubeCore

/// `pods/log`: which container is meant, and whether it can have written anything yet.
extension ServerState {
    func log(_ scope: RequestScope, _ query: RequestTarget) throws(StatusFailure) -> Answer {
        guard let record = store[.pods, scope.target.namespace, scope.target.name] else {
            throw scope.notFound
        }
        let options = try LogOptions(query, pod: record.name)
        let pod = record.object
        let container = try Self.container(options.container, of: pod)
        // A pod that no machine has yet, has written nothing.
        if (pod.text("spec", "nodeName") ?? "").isEmpty {
            return .response(HTTPResponse(status: 204))
        }
        let isSimulated = pod.text("spec", "nodeName") != simulation.jobNode || Self.fate(of: pod) != nil
        try Self.checkStarted(container, of: pod, isPrevious: options.isPrevious)
        let request = ContainerLogRequest(
            namespace: record.namespace, pod: record.name, uid: record.uid, container: container,
            isPrevious: options.isPrevious, follows: options.follows, tailLines: options.tailLines,
            limitBytes: options.limitBytes, hasTimestamps: options.hasTimestamps,
            since: options.since(now))
        return .log(GrantedLog(request: request, isSimulated: isSimulated))
    }

    private static func names(_ pod: JSONObject, _ list: String) -> [String] {
        (pod[path: ["spec", list]]?.array ?? []).compactMap { $0["name"]?.string }
    }

    /// The container that is meant: the one that is named, or the only one.
    private static func container(_ name: String?, of pod: JSONObject) throws(StatusFailure) -> String {
        let subject = pod.metadata("name")?.string ?? ""
        let main = names(pod, "containers")
        let initial = names(pod, "initContainers")
        guard let name else {
            if main.count == 1, let only = main.first { return only }
            let choice = (initial + main).joined(separator: " ")
            let message = "a container name must be specified for pod \(subject), choose one of: [\(choice)]"
            throw .badRequest(message)
        }
        guard (main + initial + names(pod, "ephemeralContainers")).contains(name) else {
            throw .badRequest("container \(name) is not valid for pod \(subject)")
        }
        return name
    }

    /// A container that waits has written nothing; its node says why.
    private static func checkStarted(_ name: String, of pod: JSONObject, isPrevious: Bool)
        throws(StatusFailure)
    {
        let subject = "container \(name.quoted) in pod \((pod.metadata("name")?.string ?? "").quoted)"
        let statuses = ["initContainerStatuses", "containerStatuses"].flatMap {
            pod[path: ["status", $0]]?.array ?? []
        }
        guard let status = statuses.first(where: { $0["name"]?.string == name }) else {
            throw .badRequest("\(subject) is waiting to start: ContainerCreating")
        }
        let hasEndedBefore = status[path: ["lastState", "terminated"]] != nil
        if isPrevious {
            guard hasEndedBefore else {
                throw .badRequest("previous terminated \(subject) not found")
            }
            return
        }
        guard !hasEndedBefore, let waiting = status[path: ["state", "waiting"]] else { return }
        throw .badRequest("\(subject) is waiting to start: \(waiting["reason"]?.string ?? "")")
    }
}

/// The options of a request for a log.
private struct LogOptions {
    var container: String?
    var isPrevious: Bool
    var follows: Bool
    var tailLines: Int?
    var limitBytes: Int?
    var hasTimestamps: Bool
    private var sinceSeconds: Int64?
    private var sinceTime: Timestamp?

    init(_ query: RequestTarget, pod: String) throws(StatusFailure) {
        container = query.option("container")
        isPrevious = query.flag("previous")
        follows = query.flag("follow")
        hasTimestamps = query.flag("timestamps")
        tailLines = try Self.number(query, "tailLines").map { Int(clamping: $0) }
        limitBytes = try Self.number(query, "limitBytes").map { Int(clamping: $0) }
        sinceSeconds = try Self.number(query, "sinceSeconds")
        sinceTime = query.option("sinceTime").flatMap { Timestamp($0) }
        let problems = problems
        guard problems.isEmpty else {
            throw .invalid(group: "", kind: "PodLogOptions", name: pod, problems)
        }
    }

    private var problems: [FieldProblem] {
        var problems: [FieldProblem] = []
        if let tailLines, tailLines < 0 {
            problems.append(.invalid("tailLines", "\(tailLines)", "must be greater than or equal to 0"))
        }
        if let limitBytes, limitBytes < 1 {
            problems.append(.invalid("limitBytes", "\(limitBytes)", "must be greater than 0"))
        }
        if sinceSeconds != nil, sinceTime != nil {
            problems.append(.forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"))
        } else if let sinceSeconds, sinceSeconds < 1 {
            problems.append(.invalid("sinceSeconds", "\(sinceSeconds)", "must be greater than 0"))
        }
        return problems
    }

    func since(_ now: Timestamp) -> Timestamp? {
        sinceTime ?? sinceSeconds.map { Timestamp(seconds: now.seconds &- $0) }
    }

    private static func number(_ query: RequestTarget, _ name: String) throws(StatusFailure) -> Int64? {
        guard let text = query.option(name) else { return nil }
        guard let number = Int64(text) else {
            throw .badRequest("strconv.ParseInt: parsing \(text.quoted): invalid syntax")
        }
        return number
    }
}
