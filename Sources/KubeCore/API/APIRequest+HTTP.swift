extension APIRequest {
    /// What goes over the wire.
    ///
    /// Names come from outside: one that no path can carry (empty, `.`, `..`, with `/` or `%`) is replaced by
    /// `(invalid)`, which exists on no server. So the request for an object can never become one for its
    /// collection, of which deleting is the worst. ``invalidNames`` tells beforehand.
    public var http: HTTPRequest {
        var request = HTTPRequest(method: method, target: path + query.text)
        request.headers.append(HTTPHeader("Accept", accepted))
        if let (type, body) = content {
            request.headers.append(HTTPHeader("Content-Type", type))
            request.body = body.serialized()
        }
        if case .watch = verb { request.timeout = nil }
        return request
    }

    /// The names in this request that no path can carry.
    public var invalidNames: [String] {
        var names = [resource.plural]
        if !namespace.isEmpty { names.append(namespace) }
        if needsName || !name.isEmpty { names.append(name) }
        if !subresource.isEmpty { names += subresource.split(separator: "/").map(String.init) }
        return names.filter { !Self.isPathSegment($0) }
    }

    private var method: HTTPRequest.Method {
        switch verb {
        case .get, .list, .watch: .get
        case .create: .post
        case .update: .put
        case .patch: .patch
        case .delete: .delete
        }
    }

    /// Whether the request is about one object, not about a collection.
    private var needsName: Bool {
        switch verb {
        case .get, .update, .patch, .delete: true
        case .list, .watch: false
        case .create: !subresource.isEmpty
        }
    }

    private var accepted: String {
        guard form == .metadataOnly else { return "application/json" }
        var kind = "PartialObjectMetadata"
        if case .list = verb { kind += "List" }
        return "application/json;as=\(kind);g=meta.k8s.io;v=v1"
    }
}

// MARK: - Path

extension APIRequest {
    private var path: String {
        let group = resource.kind.group
        var path = group.isEmpty ? "/api" : "/apis/" + Self.segment(group)
        path += "/" + Self.segment(resource.kind.version)
        if resource.isNamespaced, !namespace.isEmpty { path += "/namespaces/" + Self.segment(namespace) }
        path += "/" + Self.segment(resource.plural)
        guard needsName else { return path }
        path += "/" + Self.segment(name)
        for part in subresource.split(separator: "/") { path += "/" + Self.segment(String(part)) }
        return path
    }

    /// Kubernetes' rule for a name in a path.
    private static func isPathSegment(_ name: String) -> Bool {
        !["", ".", ".."].contains(name)
            && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }
    }

    private static func segment(_ name: String) -> String {
        isPathSegment(name) ? name.percentEncoded(keeping: ":@!$&'()*+,;=") : "(invalid)"
    }
}

// MARK: - Query

extension APIRequest {
    private var query: HTTPQuery {
        var query = HTTPQuery()
        switch verb {
        case .get, .delete: break
        case .list(let options): add(options, to: &query)
        case .watch(let options):
            query.add("watch", "true")
            add(options, to: &query)
            if options.allowsBookmarks { query.add("allowWatchBookmarks", "true") }
        case .create, .update: addWriting(to: &query)
        case .patch(let patch):
            addWriting(to: &query)
            if case .apply(_, force: true) = patch { query.add("force", "true") }
        }
        return query
    }

    private func addWriting(to query: inout HTTPQuery) {
        if !fieldManager.isEmpty { query.add("fieldManager", fieldManager) }
        if isDryRun { query.add("dryRun", "All") }
    }

    private func add(_ options: ListOptions, to query: inout HTTPQuery) {
        if let selector = options.labelSelector, !selector.isEmpty { query.add("labelSelector", selector) }
        var fields = options.fieldSelector.map { [$0] } ?? []
        // A collection of one: how a single object is listed or watched.
        if !name.isEmpty { fields.append("metadata.name=\(name)") }
        let fieldSelector = fields.filter { !$0.isEmpty }.joined(separator: ",")
        if !fieldSelector.isEmpty { query.add("fieldSelector", fieldSelector) }
        if options.limit > 0 { query.add("limit", String(options.limit)) }
        if let continuation = options.continuation, !continuation.isEmpty {
            query.add("continue", continuation)
        }
        if let version = options.resourceVersion { query.add("resourceVersion", version) }
        if options.timeoutSeconds > 0 { query.add("timeoutSeconds", String(options.timeoutSeconds)) }
    }
}

// MARK: - Body

extension APIRequest {
    private var content: (type: String, body: JSONValue)? {
        switch verb {
        case .get, .list, .watch: nil
        case .create(let object), .update(let object): ("application/json", .object(object.json))
        case .patch(let patch): patch.content
        case .delete(let options): ("application/json", options.body(isDryRun: isDryRun))
        }
    }
}

extension APIRequest.Patch {
    fileprivate var content: (type: String, body: JSONValue) {
        switch self {
        case .apply(let object, force: _): ("application/apply-patch+yaml", .object(object.json))
        case .merge(let patch): ("application/merge-patch+json", patch)
        case .json(let operations): ("application/json-patch+json", operations)
        case .strategicMerge(let patch): ("application/strategic-merge-patch+json", patch)
        }
    }
}

extension APIRequest.DeleteOptions {
    fileprivate func body(isDryRun: Bool) -> JSONValue {
        var body: JSONObject = ["kind": "DeleteOptions", "apiVersion": "v1"]
        body["propagationPolicy"] = propagation.map { .string($0.rawValue) }
        body["gracePeriodSeconds"] = gracePeriodSeconds.map { .int($0) }
        body[path: ["preconditions", "uid"]] = uid.map { .string($0) }
        body[path: ["preconditions", "resourceVersion"]] = resourceVersion.map { .string($0) }
        if isDryRun { body["dryRun"] = ["All"] }
        return .object(body)
    }
}
