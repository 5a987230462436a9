import KubeCore

/// Everything that the server knows, and what it answers.
///
/// Pure: a request and the time go in, the answer and the next state come out. ``KubeServer`` guards it and wakes the
/// watchers.
struct ServerState: Sendable {
    var registry = Registry()
    var store = ObjectStore()
    var pages = PageSnapshots()
    var identifiers: IdentifierSource
    var now: Timestamp
    let simulation: Simulation
    /// Changes up to this version have been reacted to.
    var settled: UInt64 = 0
    var alarms = Alarms()
    var podSteps: [ObjectPlace: PodStep] = [:]
    /// Owners that wait for their dependents to go.
    var foregroundOwners: Set<ObjectPlace> = []

    /// - Parameters:
    ///   - seed: Of uids and generated names.
    ///   - now: The date at which it begins.
    ///   - simulation: What stands in for machines.
    init(seed: UInt64, now: Timestamp, simulation: Simulation = .none) {
        self.init(
            store: ObjectStore(), identifiers: IdentifierSource(seed: seed), now: now, simulation: simulation)
    }

    /// Begins with objects, and with what they lead to.
    init(store: ObjectStore, identifiers: IdentifierSource, now: Timestamp, simulation: Simulation) {
        self.store = store
        self.identifiers = identifiers
        self.now = now
        self.simulation = simulation
        serveDefinitions()
        bootstrap()
        settle()
    }

    /// Whether something is to happen by now that no request has to ask for.
    func isDue(at now: Timestamp) -> Bool {
        settled < store.version || alarms.next.map { $0 <= max(now, self.now) } ?? false
    }

    /// Lets everything happen that is due by now.
    mutating func catchUp(to now: Timestamp) {
        self.now = max(self.now, now)
        answerAlarms()
        settle()
    }

    /// Answers a request. What is due by now is for ``catchUp(to:)`` to do before.
    mutating func answer(_ request: HTTPRequest, at now: Timestamp) -> Answer {
        self.now = max(self.now, now)
        defer { settle() }
        let target = RequestTarget(request.target)
        do throws(StatusFailure) {
            if let resourceTarget = ResourceTarget(target.steps) {
                return try answer(request, target, resourceTarget)
            }
            return .response(document(request, target.steps))
        } catch {
            return .response(HTTPResponse(error))
        }
    }

    private func document(_ request: HTTPRequest, _ steps: [String]) -> HTTPResponse {
        guard request.method == .get else { return HTTPResponse(StatusFailure.methodNotAllowed) }
        let found: JSONValue?
        switch (steps.first, steps.count) {
        case ("api", 1): found = Registry.coreVersions
        case ("api", 2): found = registry.resourceList(group: "", version: steps[1])
        case ("apis", 1): found = registry.groupList
        case ("apis", 2):
            found = registry.groupDocument(steps[1])
            if found == nil { return .text("404 page not found\n", status: 404) }
        case ("apis", 3):
            guard registry.groups.contains(steps[1]) else {
                return .text("404 page not found\n", status: 404)
            }
            found = registry.resourceList(group: steps[1], version: steps[2])
        case ("openapi", 2) where steps[1] == "v2": return openAPI(request)
        case ("version", 1): found = Registry.version
        case ("healthz", _), ("readyz", _), ("livez", _): return .text("ok")
        default: return .text("404 page not found\n", status: 404)
        }
        return found.map { .json($0) } ?? HTTPResponse(StatusFailure.noSuchResource)
    }

    private mutating func answer(
        _ request: HTTPRequest, _ query: RequestTarget, _ target: ResourceTarget
    ) throws(StatusFailure) -> Answer {
        guard target.group.isEmpty || registry.groups.contains(target.group) else {
            return .response(.text("404 page not found\n", status: 404))
        }
        guard let resource = registry[GroupResource(group: target.group, plural: target.plural)],
            let version = resource.version(target.version)
        else { throw .noSuchResource }
        let accept = request.headers.first { $0.name.lowercased() == "accept" }?.value
        guard let form = AnswerForm(accept: accept) else {
            throw StatusFailure(406, "NotAcceptable", "406: Not Acceptable", StatusFailure.Details())
        }
        let scope = RequestScope(resource: resource, version: version, target: target, form: form, now: now)
        if !target.subresource.isEmpty {
            guard let subresource = scope.subresource, version.subresources.contains(subresource) else {
                throw .noSuchResource
            }
            guard !subresource.entersContainer else { throw .notEntered(subresource.rawValue) }
        }
        guard resource.isNamespaced || target.namespace.isEmpty else { throw .noSuchResource }
        return try answer(request, query, scope)
    }

    private mutating func answer(
        _ request: HTTPRequest, _ query: RequestTarget, _ scope: RequestScope
    ) throws(StatusFailure) -> Answer {
        let request = try scope.withJSONBody(request)
        let isCollection = scope.target.name.isEmpty
        if Self.asksQuestions(scope.resource) {
            guard isCollection else { throw .noSuchResource }
            guard request.method == .post else { throw .methodNotAllowed }
            return .response(try review(scope, request))
        }
        // Objects in namespaces are written by their full path only.
        let isAcrossNamespaces = scope.resource.isNamespaced && scope.target.namespace.isEmpty
        if isAcrossNamespaces, !isCollection { throw .noSuchResource }
        switch (request.method, isCollection) {
        case (.get, true): return try list(scope, query)
        case (.get, false): return try get(scope, query)
        case (.post, true) where !isAcrossNamespaces:
            let options = try WriteOptions(request, query, kind: "CreateOptions")
            return .response(try create(scope, request, options))
        case (.post, false):
            let options = try WriteOptions(request, query, kind: "CreateOptions")
            return .response(try act(scope, request, options))
        case (.put, false):
            let options = try WriteOptions(request, query, kind: "UpdateOptions")
            return .response(try replace(scope, request, options))
        case (.patch, false):
            let options = try WriteOptions(request, query, kind: "PatchOptions")
            return .response(try patch(scope, request, options))
        case (.delete, false) where scope.target.subresource.isEmpty:
            return .response(try delete(scope, request, query))
        case (.delete, true) where scope.resource.verbs.contains("deletecollection") && !isAcrossNamespaces:
            return .response(try deleteCollection(scope, request, query))
        default:
            throw .methodNotAllowed
        }
    }
}
