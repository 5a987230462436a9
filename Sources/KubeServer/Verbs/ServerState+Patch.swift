import KubeCore

extension ServerState {
    /// Changes an object by a patch, or applies one.
    mutating func patch(
        _ scope: RequestScope, _ request: HTTPRequest, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        let type = request.headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        let media = String(type.split(separator: ";").first ?? "").filter { $0 != " " }
        if media == "application/apply-patch+yaml" { return try apply(scope, request, options) }
        guard let kind = ObjectPatch.Kind(rawValue: media),
            kind != .strategicMerge || !scope.resource.isCustom
        else {
            guard scope.resource.isCustom else {
                throw StatusFailure(
                    415, "UnsupportedMediaType", "415: Unsupported Media Type", StatusFailure.Details())
            }
            throw .unsupportedMediaType(
                accepted: [
                    "application/json-patch+json", "application/merge-patch+json",
                    "application/apply-patch+yaml",
                ])
        }
        if options.force != nil {
            throw .invalid(
                group: "meta.k8s.io", kind: "PatchOptions", name: "",
                [.forbidden("force", "may not be specified for non-apply patch")])
        }
        let patch = try ObjectPatch(kind, request.body)
        if scope.subresource == .scale { return try patchScale(scope, patch, options) }
        guard let record = store[scope.groupResource, scope.target.namespace, scope.target.name] else {
            throw scope.notFound
        }
        let live = scope.versioned(record)
        let patched = try patch.applied(to: live, scope.version.shape)
        var object: JSONObject
        do throws(StatusFailure) {
            object = try scope.normalized(patched)
        } catch {
            throw error.code == 400 ? ObjectPatch.failure(patched, error.message) : error
        }
        try checkSame(object, scope)
        try checkNamespace(&object, scope)
        if object == live { return scope.answer(record) }
        object = scope.fieldManager.updating(
            live, to: object, by: options.manager, ignoringGiven: scope.subresource != nil)
        return scope.answer(try update(live, record, to: object, scope, options))
    }

    private func checkSame(_ object: JSONObject, _ scope: RequestScope) throws(StatusFailure) {
        let name = object.metadata("name")?.string ?? ""
        guard name == scope.target.name else {
            throw .badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(scope.target.name))")
        }
    }

    /// Server-side apply.
    private mutating func apply(
        _ scope: RequestScope, _ request: HTTPRequest, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        guard let manager = options.givenManager else {
            throw .invalid(
                group: "meta.k8s.io", kind: "PatchOptions", name: "",
                [.required("fieldManager", "is required for apply patch")])
        }
        let applied = try appliedObject(request.body, scope)
        let record = store[scope.groupResource, scope.target.namespace, scope.target.name]
        let live = record.map(scope.versioned)
        guard live != nil || scope.subresource == nil else { throw scope.notFound }
        var base = try scope.emptyObject()
        if let live { base = live }
        var object: JSONObject
        do throws(FieldManager.ApplyFailure) {
            object = try scope.fieldManager.applying(
                applied, to: base, by: manager, force: options.force ?? false)
        } catch {
            switch error {
            case .refused(let failure): throw failure
            case .conflicts(let conflicts): throw Self.failure(for: conflicts)
            }
        }
        try checkNamespace(&object, scope)
        guard let live, let record else {
            try checkSame(object, scope)
            if let uid = object.metadata("uid")?.string, !uid.isEmpty {
                throw .conflict(
                    scope.groupResource, scope.target.name,
                    "uid mismatch: the provided object specified uid \(uid), and no existing object was found"
                )
            }
            for name in ["uid", "resourceVersion"] { object.setMetadata(name, nil) }
            return scope.answer(try insert(object, scope, options), status: 201)
        }
        try checkSame(object, scope)
        return scope.answer(try update(live, record, to: object, scope, options))
    }

    private func appliedObject(_ body: [UInt8], _ scope: RequestScope) throws(StatusFailure) -> JSONObject {
        let value: JSONValue
        do throws(JSONParseFailure) {
            value = try JSONValue(parsing: body)
        } catch {
            throw .badRequest("error decoding YAML: \(error)")
        }
        guard let object = value.object else {
            throw .badRequest("error decoding YAML: the document is no object")
        }
        let apiVersion = object["apiVersion"]?.string ?? ""
        let kind = object["kind"]?.string ?? ""
        guard apiVersion == scope.apiVersion else {
            throw .badRequest(
                "Incorrect version specified in apply patch. Specified patch version: \(apiVersion), "
                    + "expected: \(scope.apiVersion)")
        }
        guard kind == scope.resource.kind else {
            let parts = apiVersion.split(separator: "/")
            let shown = parts.count == 2 ? apiVersion : "/\(apiVersion)"
            throw .internalError(
                "failed to create typed patch object: no corresponding type for \(shown), Kind=\(kind)")
        }
        return object
    }

    private static func failure(for conflicts: FieldConflicts) -> StatusFailure {
        StatusFailure(
            409, "Conflict", conflicts.message,
            StatusFailure.Details(
                causes: conflicts.conflicts.map {
                    .init(
                        reason: "FieldManagerConflict", message: "conflict with \($0.manager)", field: $0.path
                    )
                }))
    }
}
