import KubeCore

extension ServerState {
    /// The `scale` of an object.
    func scale(of record: Record, _ scope: RequestScope) throws(StatusFailure) -> JSONObject {
        let object = scope.versioned(record)
        let paths = scope.scalePaths
        var metadata: JSONObject = [:]
        for name in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[name] = object.metadata(name)
        }
        var status: JSONObject = ["replicas": object[path: paths.status] ?? 0]
        switch paths.selector.flatMap({ object[path: $0] }) {
        case .object(let selector): status["selector"] = .string(Self.text(ofSelector: selector))
        case .string(let text): status["selector"] = .string(text)
        case nil, .null, .bool, .int, .double, .array: break
        }
        var spec = JSONObject()
        // Zero replicas are left out, as every zero of this type is.
        if let replicas = object[path: paths.spec], replicas != 0 { spec["replicas"] = replicas }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata),
            "spec": .object(spec),
            "status": .object(status),
        ]
    }

    mutating func replaceScale(
        _ scope: RequestScope, _ request: HTTPRequest, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        let given = try scope.members(of: request.body)
        return try setScale(scope, given, options)
    }

    mutating func patchScale(
        _ scope: RequestScope, _ patch: ObjectPatch, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        guard let record = store[scope.groupResource, scope.target.namespace, scope.target.name] else {
            throw scope.notFound
        }
        let shape = ShapeTable.builtIn.shape("autoscaling/v1.Scale")
        return try setScale(scope, try patch.applied(to: try scale(of: record, scope), shape), options)
    }

    private mutating func setScale(
        _ scope: RequestScope, _ given: JSONObject, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        guard let record = store[scope.groupResource, scope.target.namespace, scope.target.name] else {
            throw scope.notFound
        }
        let replicas = given.number("spec", "replicas") ?? 0
        guard replicas >= 0 else {
            throw .invalid(
                group: "autoscaling", kind: "Scale", name: scope.target.name,
                [.invalid("spec.replicas", "\(replicas)", "must be greater than or equal to 0")])
        }
        let live = scope.versioned(record)
        var object = live
        object[path: scope.scalePaths.spec] = .int(replicas)
        if let version = given.text("metadata", "resourceVersion"), !version.isEmpty {
            object.setMetadata("resourceVersion", .string(version))
        }
        var main = scope
        main.target.subresource = ""
        object = main.fieldManager.updating(live, to: object, by: options.manager)
        _ = try update(live, record, to: object, main, options)
        guard let after = store[scope.groupResource, scope.target.namespace, scope.target.name] else {
            throw scope.notFound
        }
        return .json(.object(try scale(of: after, scope)))
    }

    /// A selector as a list's query spells it.
    static func text(ofSelector selector: JSONObject) -> String {
        if selector["matchLabels"] == nil, selector["matchExpressions"] == nil {
            return selector.members.map { "\($0.key)=\($0.value.string ?? "")" }.sorted().joined(
                separator: ",")
        }
        var terms =
            selector["matchLabels"]?.object?.members.map { "\($0.key)=\($0.value.string ?? "")" } ?? []
        for expression in selector["matchExpressions"]?.array ?? [] {
            let key = expression["key"]?.string ?? ""
            let values =
                expression["values"]?.array?.compactMap(\.string).sorted().joined(separator: ",") ?? ""
            switch expression["operator"]?.string {
            case "In": terms.append("\(key) in (\(values))")
            case "NotIn": terms.append("\(key) notin (\(values))")
            case "Exists": terms.append(key)
            case "DoesNotExist": terms.append("!\(key)")
            default: break
            }
        }
        return terms.sorted().joined(separator: ",")
    }
}

extension RequestScope {
    /// Where an object keeps what its `scale` shows.
    var scalePaths: (spec: [String], status: [String], selector: [String]?) {
        guard let scale = version.scale else {
            return (["spec", "replicas"], ["status", "replicas"], ["spec", "selector"])
        }
        func path(_ name: String) -> [String] {
            (scale[name]?.string ?? "").split(separator: ".").map(String.init)
        }
        let selector = path("labelSelectorPath")
        return (path("specReplicasPath"), path("statusReplicasPath"), selector.isEmpty ? nil : selector)
    }
}
