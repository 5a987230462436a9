import KubeCore

extension ServerState {
    /// Deletes an object, or notes that it is to go once nothing keeps it.
    mutating func delete(
        _ scope: RequestScope, _ request: HTTPRequest, _ query: RequestTarget
    ) throws(StatusFailure) -> HTTPResponse {
        let options = try DeleteOptions(request, query)
        guard let record = store[scope.groupResource, scope.target.namespace, scope.target.name] else {
            throw scope.notFound
        }
        try checkProtected(scope)
        let (left, last) = try delete(record, scope, options)
        if let left { return scope.answer(left) }
        if scope.rules.answersDeleted { return scope.answer(last) }
        return .json(
            [
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
                "details": StatusFailure.Details(
                    name: record.name, group: scope.resource.group, kind: scope.resource.plural,
                    uid: record.uid
                ).json,
            ])
    }

    private func checkProtected(_ scope: RequestScope) throws(StatusFailure) {
        guard scope.groupResource == .namespaces,
            ["default", "kube-system", "kube-public"].contains(scope.target.name)
        else { return }
        throw .forbidden(.namespaces, scope.target.name, "this namespace may not be deleted")
    }

    /// Deletes one object.
    ///
    /// - Returns: The object as it stays for now, `nil` if it is gone; and its last state.
    mutating func delete(
        _ record: Record, _ scope: RequestScope, _ options: DeleteOptions
    ) throws(StatusFailure) -> (left: JSONObject?, last: JSONObject) {
        try checkPreconditions(options, record, scope)
        var object = scope.versioned(record)
        let before = object
        let grace = scope.rules.gracePeriod(of: object, asked: options.gracePeriodSeconds)
        setCollectionFinalizers(&object, scope, options)
        if scope.groupResource == .customResourceDefinitions, !object.isBeingDeleted {
            CustomDefinition.beginDeletion(&object, at: now)
        }
        let isNamespaceInUse =
            scope.groupResource == .namespaces
            && object[path: ["spec", "finalizers"]]?.array?.isEmpty == false
        if object.finalizers.isEmpty, grace == 0, !isNamespaceInUse {
            if scope.rules.endsGracefully { markDeleted(&object, grace: 0, scope) }
            if !options.isDryRun { store.remove(scope.stored(object), from: scope.groupResource) }
            return (nil, object)
        }
        markDeleted(&object, grace: grace, scope)
        if isNamespaceInUse { object[path: ["status", "phase"]] = "Terminating" }
        if object != before, !options.isDryRun {
            let kept = store.put(scope.stored(object), in: scope.groupResource)
            object.setMetadata("resourceVersion", .string(String(kept.version)))
        }
        return (object, object)
    }

    private func markDeleted(_ object: inout JSONObject, grace: Int64, _ scope: RequestScope) {
        let deadline = Timestamp(seconds: now.seconds &+ grace)
        if object.isBeingDeleted {
            // A second request can only shorten the grace.
            guard let left = object.number("metadata", "deletionGracePeriodSeconds"), grace < left else {
                return
            }
            object.setMetadata("deletionGracePeriodSeconds", .int(grace))
            object.setMetadata("deletionTimestamp", .string(deadline.text))
            return
        }
        object.setMetadata("deletionTimestamp", .string(deadline.text))
        if scope.groupResource != .namespaces {
            object.setMetadata("deletionGracePeriodSeconds", .int(grace))
        }
        if let generation = object.number("metadata", "generation"), generation > 0 {
            object.setMetadata("generation", .int(generation &+ 1))
        }
    }

    private func checkPreconditions(
        _ options: DeleteOptions, _ record: Record, _ scope: RequestScope
    ) throws(StatusFailure) {
        let subject = GroupResource(group: scope.resource.group, plural: scope.resource.kind)
        if let uid = options.uid, uid != record.uid {
            throw .conflict(
                subject, record.name,
                "the UID in the precondition (\(uid)) does not match the UID in record (\(record.uid)). "
                    + "The object might have been deleted and then recreated")
        }
        if let version = options.resourceVersion, version != String(record.version) {
            throw .conflict(
                subject, record.name,
                "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
                    + "(\(record.version)). The object might have been modified")
        }
    }

    /// Foreground and orphaning deletions wait for the garbage collector.
    private func setCollectionFinalizers(
        _ object: inout JSONObject, _ scope: RequestScope, _ options: DeleteOptions
    ) {
        let policy = options.propagation ?? scope.rules.defaultPropagation(object)
        var finalizers = object.finalizers.filter { $0 != "orphan" && $0 != "foregroundDeletion" }
        switch policy {
        case .foreground: finalizers.append("foregroundDeletion")
        case .orphan: finalizers.append("orphan")
        case .background: break
        case nil: return
        }
        if Set(finalizers) != Set(object.finalizers) { object.setFinalizers(finalizers) }
    }

    /// Deletes every object of a collection that is selected.
    mutating func deleteCollection(
        _ scope: RequestScope, _ request: HTTPRequest, _ query: RequestTarget
    ) throws(StatusFailure) -> HTTPResponse {
        let options = try DeleteOptions(request, query)
        let selection = try selection(scope, query)
        let listVersion = store.version
        let chosen = store.collection(scope.groupResource).records(in: scope.target.namespace)
            .filter(selection.matches)
        for record in chosen {
            var one = scope
            one.target.name = record.name
            _ = try delete(record, one, options)
        }
        return scope.answer(chosen, version: listVersion, continuation: nil, remaining: nil)
    }
}
