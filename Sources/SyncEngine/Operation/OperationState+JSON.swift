public import KubeCore

extension OperationState {
    /// The state in the field names of `status.operationState`.
    public var json: JSONValue { json(resources: syncResult.resources) }

    /// The same with only some of the entries, for a reader who has seen the others.
    public func json(resources: [ResourceResult]) -> JSONValue {
        var fields: JSONObject = [
            "phase": .string(phase.rawValue), "message": .string(message),
            "startedAt": .string(startedAt.rfc3339),
        ]
        fields["finishedAt"] = finishedAt.map { .string($0.rfc3339) }
        fields["syncResult"] = .object(syncResult.json(resources: resources))
        fields["operation"] = request?.json
        if retryCount != 0 { fields["retryCount"] = .int(retryCount) }
        return .object(fields)
    }
}

extension SyncResult {
    fileprivate func json(resources: [ResourceResult]) -> JSONObject {
        var fields: JSONObject = [
            "revision": .string(revision), "resources": .array(resources.map(\.json)),
        ]
        if !revisions.isEmpty { fields["revisions"] = .array(revisions.map { .string($0) }) }
        sources.write(to: &fields)
        fields["managedNamespaceMetadata"] = namespaceMetadata?.json
        return fields
    }
}

extension ResourceResult {
    /// The entry in the field names of `syncResult.resources`; empty ones are left out where Argo CD does so.
    public var json: JSONValue {
        var fields: JSONObject = [
            "group": .string(key.group), "version": .string(version), "kind": .string(key.kind),
            "namespace": .string(key.namespace), "name": .string(key.name),
        ]
        fields["status"] = status.map { .string($0.rawValue) }
        fields["message"] = message.isEmpty ? nil : .string(message)
        fields["hookType"] = hookType.map { .string($0.rawValue) }
        fields["hookPhase"] = hookPhase.map { .string($0.rawValue) }
        fields["syncPhase"] = .string(syncPhase.rawValue)
        return .object(fields)
    }
}
