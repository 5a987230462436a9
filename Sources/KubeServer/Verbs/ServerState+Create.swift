import KubeCore

extension ServerState {
    /// Makes a new object.
    mutating func create(
        _ scope: RequestScope, _ request: HTTPRequest, _ options: WriteOptions
    ) throws(StatusFailure) -> HTTPResponse {
        try checkBodyIsJSON(request)
        let object = try scope.object(from: request.body)
        let noted = scope.fieldManager.updating(try scope.emptyObject(), to: object, by: options.manager)
        let created = try insert(noted, scope, options)
        return scope.answer(created, status: 201)
    }

    /// Checks and keeps a new object whose managed fields are written.
    ///
    /// - Returns: The object as it is kept, or as it would be.
    mutating func insert(
        _ given: JSONObject, _ scope: RequestScope, _ options: WriteOptions
    ) throws(StatusFailure) -> JSONObject {
        var object = given
        try checkNamespace(&object, scope)
        if scope.resource.isNamespaced { try checkNamespaceTakesContent(object, scope) }
        object.setMetadata("deletionTimestamp", nil)
        object.setMetadata("deletionGracePeriodSeconds", nil)
        object.setMetadata("generation", nil)
        object.setMetadata("selfLink", nil)
        let version = object.metadata("resourceVersion")?.string ?? ""
        object.setMetadata("resourceVersion", nil)
        scope.rules.prepareCreate(&object)
        if scope.resource.isCustom, scope.rules.hasStatus(scope.version) { object["status"] = nil }
        if let shape = scope.version.shape.structure?["status"]?.shape, !scope.resource.isCustom,
            let status = object["status"]
        {
            // Nothing that the server made itself is refused.
            object["status"] = (try? shape.normalized(status)) ?? status
        }
        if scope.rules.hasGeneration { object.setMetadata("generation", 1) }
        object.setMetadata("uid", .string(identifiers.uid()))
        object.setMetadata("creationTimestamp", .string(now.text))
        let name = nameOfNew(&object)
        try admit(&object, scope)
        let problems = MetadataRules.problems(of: object, scope) + scope.rules.problems(of: object)
        guard problems.isEmpty else { throw scope.invalid(name, problems) }
        guard version.isEmpty || version == "0" else {
            throw .internalError("resourceVersion should not be set on objects to be created")
        }
        let namespace = object.metadata("namespace")?.string ?? ""
        guard store[scope.groupResource, namespace, name] == nil else {
            throw .alreadyExists(scope.groupResource, name)
        }
        try allocate(&object, scope, before: nil, isDryRun: options.isDryRun)
        guard !options.isDryRun else { return object }
        let record = store.put(scope.stored(object), in: scope.groupResource)
        object.setMetadata("resourceVersion", .string(String(record.version)))
        return object
    }

    /// The name, made from `generateName` where there is none.
    private mutating func nameOfNew(_ object: inout JSONObject) -> String {
        if let name = object.metadata("name")?.string, !name.isEmpty { return name }
        guard let prefix = object.metadata("generateName")?.string, !prefix.isEmpty else { return "" }
        // A suffix has to fit into 63 bytes.
        let name = String(decoding: Array(prefix.utf8).prefix(58), as: UTF8.self) + identifiers.suffix()
        object.setMetadata("name", .string(name))
        return name
    }

    /// The namespace of the path is that of the object.
    func checkNamespace(_ object: inout JSONObject, _ scope: RequestScope) throws(StatusFailure) {
        guard scope.resource.isNamespaced else {
            object.setMetadata("namespace", nil)
            return
        }
        let given = object.metadata("namespace")?.string ?? ""
        guard given.isEmpty || given == scope.target.namespace else {
            throw .badRequest(
                "the namespace of the provided object does not match the namespace sent on the request")
        }
        object.setMetadata("namespace", .string(scope.target.namespace))
    }

    /// New objects go only into a namespace that is there to stay.
    private func checkNamespaceTakesContent(_ object: JSONObject, _ scope: RequestScope) throws(StatusFailure)
    {
        let name = scope.target.namespace
        guard let namespace = store[.namespaces, "", name] else { throw .notFound(.namespaces, name) }
        guard namespace.object.isBeingDeleted else { return }
        throw .forbidden(
            scope.groupResource, object.metadata("name")?.string ?? "",
            "unable to create new content in namespace \(name) because it is being terminated",
            causes: [
                .init(
                    reason: "NamespaceTerminating", message: "namespace \(name) is being terminated",
                    field: "metadata.namespace")
            ])
    }

    func checkBodyIsJSON(_ request: HTTPRequest) throws(StatusFailure) {
        let type =
            request.headers.first { $0.name.lowercased() == "content-type" }?.value ?? "application/json"
        let media = type.split(separator: ";").first.map { $0.filter { $0 != " " } } ?? ""
        guard media == "application/json" || media.isEmpty else {
            throw .unsupportedMediaType(accepted: ["application/json"])
        }
    }
}

extension GroupResource {
    static let namespaces = GroupResource(group: "", plural: "namespaces")
    static let pods = GroupResource(group: "", plural: "pods")
    static let services = GroupResource(group: "", plural: "services")
    static let events = GroupResource(group: "", plural: "events")
    static let customResourceDefinitions = GroupResource(
        group: "apiextensions.k8s.io", plural: "customresourcedefinitions")
}
