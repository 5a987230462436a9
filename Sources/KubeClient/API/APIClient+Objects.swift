public import KubeCore

extension APIClient {
    /// Sends a request about one object and answers with the object the server answered with.
    ///
    /// - Parameter request: Any verb but `list` and `watch`.
    /// - Returns: The object, and whether it did not exist before. A delete may be answered with a `Status`
    ///   instead.
    /// - Throws: ``ClientFailure``.
    @discardableResult
    public func perform(
        _ request: APIRequest
    ) async throws(ClientFailure) -> (object: KubeObject, created: Bool) {
        let response = try await send(request)
        return (try Self.object(response.body, of: request), response.status == 201)
    }

    /// Reads one object; `nil` if there is none of that name.
    public func get(
        _ resource: APIResource, namespace: String = "", name: String
    ) async throws(ClientFailure) -> KubeObject? {
        do throws(ClientFailure) {
            return try await perform(APIRequest(.get, resource, namespace: namespace, name: name)).object
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    /// Creates an object; that it exists already is a failure.
    @discardableResult
    public func create(
        _ object: KubeObject, as resource: APIResource, dryRun: Bool = false
    ) async throws(ClientFailure) -> KubeObject {
        try await perform(
            APIRequest(.create(object), resource, namespace: object.namespace, isDryRun: dryRun)
        ).object
    }

    /// Replaces an object, conditionally if it bears a `resourceVersion`.
    @discardableResult
    public func update(
        _ object: KubeObject, as resource: APIResource, subresource: String = ""
    ) async throws(ClientFailure) -> KubeObject {
        try await perform(
            APIRequest(
                .update(object), resource, namespace: object.namespace, name: object.name,
                subresource: subresource)
        ).object
    }

    /// Server-side applies an object under our field manager.
    @discardableResult
    public func apply(
        _ object: KubeObject, as resource: APIResource, force: Bool = true, dryRun: Bool = false
    ) async throws(ClientFailure) -> (object: KubeObject, created: Bool) {
        try await patch(
            .apply(object, force: force), of: resource, namespace: object.namespace, name: object.name,
            dryRun: dryRun)
    }

    /// Changes an object in place.
    @discardableResult
    public func patch(
        _ patch: APIRequest.Patch, of resource: APIResource, namespace: String = "", name: String,
        subresource: String = "", dryRun: Bool = false
    ) async throws(ClientFailure) -> (object: KubeObject, created: Bool) {
        try await perform(
            APIRequest(
                .patch(patch), resource, namespace: namespace, name: name, subresource: subresource,
                isDryRun: dryRun))
    }

    /// Asks for an object's deletion.
    ///
    /// - Returns: `false` if it was gone already.
    @discardableResult
    public func delete(
        _ resource: APIResource, namespace: String = "", name: String,
        options: APIRequest.DeleteOptions = APIRequest.DeleteOptions()
    ) async throws(ClientFailure) -> Bool {
        do throws(ClientFailure) {
            _ = try await send(APIRequest(.delete(options), resource, namespace: namespace, name: name))
            return true
        } catch {
            guard error.isNotFound else { throw error }
            return false
        }
    }

    static func object(_ body: [UInt8], of request: APIRequest) throws(ClientFailure) -> KubeObject {
        do throws(JSONParseFailure) {
            if let object = try JSONValue(parsing: body).object { return KubeObject(object) }
        } catch {
            throw .undecodable("\(request.subject): the answer is no JSON: \(error)")
        }
        throw .undecodable("\(request.subject): the answer is JSON, but no object")
    }
}

extension APIRequest {
    /// For messages: what was asked of what.
    var subject: String {
        let word =
            switch verb {
            case .get: "get"
            case .list: "list"
            case .watch: "watch"
            case .create: "create"
            case .update: "update"
            case .patch: "patch"
            case .delete: "delete"
            }
        let path = [namespace, name, subresource].filter { !$0.isEmpty }.joined(separator: "/")
        return "\(word) \(resource.kind.groupKind)" + (path.isEmpty ? "" : " \(path)")
    }
}
