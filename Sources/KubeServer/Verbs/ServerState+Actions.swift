import KubeCore

/// What is posted to an object instead of to a collection.
extension ServerState {
    mutating func act(
        _ scope: RequestScope, _ request: HTTPRequest, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        switch scope.subresource {
        case .eviction: return try evict(scope, request, options)
        case .binding: return try bind(scope, request, options)
        case .status, .scale, .finalize, .log, .exec, .attach, .portforward, nil: throw .methodNotAllowed
        }
    }

    private mutating func evict(
        _ scope: RequestScope, _ request: HTTPRequest, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        let given = try scope.members(of: request.body)
        guard let record = store[.pods, scope.target.namespace, scope.target.name] else {
            throw scope.notFound
        }
        var deletion = DeleteOptions()
        deletion.isDryRun = options.isDryRun
        deletion.gracePeriodSeconds = given.number("deleteOptions", "gracePeriodSeconds")
        _ = try delete(record, scope, deletion)
        return .json(
            ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201],
            status: 201)
    }

    private mutating func bind(
        _ scope: RequestScope, _ request: HTTPRequest, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        let given = try scope.members(of: request.body)
        guard let record = store[.pods, scope.target.namespace, scope.target.name] else {
            throw scope.notFound
        }
        let node = given.text("target", "name") ?? ""
        guard !node.isEmpty else {
            throw .invalid(group: "", kind: "Binding", name: scope.target.name, [.required("target.name")])
        }
        var pod = record.object
        let current = pod.text("spec", "nodeName") ?? ""
        guard current.isEmpty else {
            throw .conflict(
                GroupResource(group: "", plural: "pods/binding"), scope.target.name,
                "pod \(scope.target.name) is already assigned to node \(current.quoted)")
        }
        pod[path: ["spec", "nodeName"]] = .string(node)
        if !options.isDryRun { store.put(pod, in: .pods) }
        return .json(
            ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201],
            status: 201)
    }
}
