import KubeCore

extension ServerState {
    /// Replaces an object, or its status.
    mutating func replace(
        _ scope: RequestScope, _ request: HTTPRequest, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        try checkBodyIsJSON(request)
        if scope.subresource == .scale { return try replaceScale(scope, request, options) }
        var object = try scope.object(from: request.body)
        let name = object.metadata("name")?.string ?? ""
        guard name == scope.target.name else {
            guard !name.isEmpty else {
                throw .badRequest(
                    "the name of the object (\(name)) does not match the name on the URL (\(scope.target.name))"
                )
            }
            throw .badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(scope.target.name))")
        }
        try checkNamespace(&object, scope)
        guard let record = store[scope.groupResource, scope.target.namespace, scope.target.name] else {
            return try replaceMissing(object, scope, options)
        }
        try checkPrecondition(uid: object.metadata("uid")?.string ?? "", of: record, scope)
        let live = scope.versioned(record)
        object = scope.fieldManager.updating(
            live, to: withSystemMetadata(of: live, in: object), by: options.manager,
            ignoringGiven: scope.subresource != nil)
        return scope.answer(try update(live, record, to: object, scope, options))
    }

    private mutating func replaceMissing(
        _ object: JSONObject, _ scope: RequestScope, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        if let uid = object.metadata("uid")?.string, !uid.isEmpty {
            throw uidConflict(uid, "", scope)
        }
        guard scope.rules.createsOnUpdate, scope.subresource == nil else { throw scope.notFound }
        var object = object
        object.setMetadata("resourceVersion", nil)
        let noted = scope.fieldManager.updating(try scope.emptyObject(), to: object, by: options.manager)
        return scope.answer(try insert(noted, scope, options), status: 201)
    }

    private func checkPrecondition(uid: String, of record: Record, _ scope: RequestScope)
        throws(StatusFailure)
    {
        guard !uid.isEmpty, uid != record.uid else { return }
        throw uidConflict(uid, record.uid, scope)
    }

    private func uidConflict(_ wanted: String, _ found: String, _ scope: RequestScope) -> StatusFailure {
        let place = [scope.groupResource.plural, scope.target.namespace, scope.target.name].filter {
            !$0.isEmpty
        }
        let group = scope.resource.group.isEmpty || !scope.resource.isCustom ? "" : "\(scope.resource.group)/"
        return .conflict(
            scope.groupResource, scope.target.name,
            "StorageError: invalid object, Code: 4, Key: /registry/\(group)\(place.joined(separator: "/")), "
                + "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: \(wanted), "
                + "UID in object meta: \(found)")
    }

    /// Fills in what clients leave out and cannot change.
    private func withSystemMetadata(of live: JSONObject, in object: JSONObject) -> JSONObject {
        var object = object
        for name in ["uid", "creationTimestamp"] {
            let given = object.metadata(name)?.string ?? ""
            if given.isEmpty { object.setMetadata(name, live.metadata(name)) }
        }
        return object
    }

    /// Checks and keeps the next state of an object whose managed fields are written.
    ///
    /// - Returns: The object as it is kept, or as it would be.
    mutating func update(
        _ live: JSONObject, _ record: Record, to new: JSONObject, _ scope: RequestScope,
        _ options: WriteOptions
    ) throws(StatusFailure) -> JSONObject {
        var object = withSystemMetadata(of: live, in: new)
        let given = object.metadata("resourceVersion")?.string ?? ""
        if given.isEmpty || given == "0" {
            guard scope.rules.updatesUnconditionally || options.isServersOwn else {
                throw missingVersion(object, live, scope)
            }
        } else if given != String(record.version) {
            guard UInt64(given) != nil else {
                throw .internalError("strconv.ParseUint: parsing \(given.quoted): invalid syntax")
            }
            throw .modified(scope.groupResource, scope.target.name)
        }
        object.setMetadata("resourceVersion", live.metadata("resourceVersion"))
        for name in ["generation", "selfLink"] { object.setMetadata(name, live.metadata(name)) }
        restrict(&object, to: scope.subresource, live, scope)
        let isSpecChanged = scope.rules.isSpecChanged(live, object)
        if scope.rules.hasGeneration, scope.subresource != .status, isSpecChanged {
            object.setMetadata("generation", .int((live.number("metadata", "generation") ?? 0) &+ 1))
        }
        let problems =
            MetadataRules.problems(of: object, after: live, scope)
            + (scope.subresource == nil
                ? scope.rules.problems(of: object, after: live)
                : scope.rules.statusProblems(of: object, after: live))
        guard problems.isEmpty else { throw scope.invalid(scope.target.name, problems) }
        for name in ["deletionTimestamp", "deletionGracePeriodSeconds"] {
            object.setMetadata(name, live.metadata(name))
        }
        try allocate(&object, scope, before: live, isDryRun: options.isDryRun)
        guard object != live else { return live }
        guard !options.isDryRun else { return object }
        if object.isReadyToGo(scope) {
            store.remove(scope.stored(object), from: scope.groupResource)
            return object
        }
        let kept = store.put(scope.stored(object), in: scope.groupResource)
        object.setMetadata("resourceVersion", .string(String(kept.version)))
        return object
    }

    private func missingVersion(_ object: JSONObject, _ live: JSONObject, _ scope: RequestScope)
        -> StatusFailure
    {
        let problem = FieldProblem.invalid(
            "metadata.resourceVersion", scope.groupResource == .services ? "\"\"" : "0x0",
            "must be specified for an update")
        guard scope.groupResource != .services else {
            return scope.invalid(
                scope.target.name, [problem, problem] + ServiceRules.updateProblems(object, live))
        }
        let kind = scope.resource.isCustom ? scope.resource.plural : scope.resource.kind
        return .invalid(group: scope.resource.group, kind: kind, name: scope.target.name, [problem])
    }

    /// Takes from the new state only what may be written through this path.
    private func restrict(
        _ object: inout JSONObject, to subresource: Subresource?, _ live: JSONObject, _ scope: RequestScope
    ) {
        switch subresource {
        case .status:
            let status = object["status"]
            let metadata = object["metadata"]
            object = live
            object["status"] = status
            if let metadata { object["metadata"] = scope.rules.metadata(metadata, forStatusOf: live) }
        case .finalize:
            let finalizers = object[path: ["spec", "finalizers"]]
            object = live
            object[path: ["spec", "finalizers"]] = finalizers
        case .scale, .eviction, .binding, .log, .exec, .attach, .portforward, nil:
            if scope.rules.hasStatus(scope.version) { object["status"] = live["status"] }
            scope.rules.prepareUpdate(&object, live)
        }
    }
}

extension JSONObject {
    /// Whether nothing keeps an object any more whose deletion was asked for.
    fileprivate func isReadyToGo(_ scope: RequestScope) -> Bool {
        guard isBeingDeleted, finalizers.isEmpty, number("metadata", "deletionGracePeriodSeconds") ?? 0 == 0
        else {
            return false
        }
        guard scope.groupResource == .namespaces else { return true }
        return self[path: ["spec", "finalizers"]]?.array?.isEmpty ?? true
    }
}

extension WriteOptions {
    /// Whether the server itself writes, for whom versions need not be given.
    var isServersOwn: Bool { givenManager == WriteOptions.serversOwnManager }
    static let serversOwnManager = "kube-controller-manager"
}
