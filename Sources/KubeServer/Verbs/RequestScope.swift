import KubeCore

/// What a request is about, once the registry has been asked: a collection in one version, and who writes.
struct RequestScope: Sendable {
    var resource: Resource
    var version: ResourceVersion
    var target: ResourceTarget
    var form: AnswerForm
    var now: Timestamp

    var groupResource: GroupResource { resource.groupResource }
    var apiVersion: String { resource.apiVersion(version.name) }
    var rules: KindRules {
        version.schema.map(KindRules.custom)
            ?? KindRules.of(GroupKind(group: resource.group, kind: resource.kind))
    }
    var subresource: Subresource? { Subresource(rawValue: target.subresource) }

    var notFound: StatusFailure { .notFound(groupResource, target.name) }

    func invalid(_ name: String, _ problems: [FieldProblem]) -> StatusFailure {
        // Ingresses are still known by the group that they came from.
        .invalid(
            group: resource.kind == "Ingress" ? "extensions" : resource.group, kind: resource.kind,
            name: name, problems)
    }

    /// Who keeps the managed fields of this request's object true.
    var fieldManager: FieldManager {
        FieldManager(shape: version.shape, apiVersion: apiVersion, time: now.text) {
            object throws(StatusFailure) in
            try normalized(object)
        }
    }
}

// MARK: - Reading objects

extension RequestScope {
    /// An object as the server writes it: known members in their forms, defaults filled in.
    func normalized(_ object: JSONObject) throws(StatusFailure) -> JSONObject {
        var object = try bare(object)
        rules.defaults(&object)
        return object
    }

    /// The object that has nothing set, with which new objects are compared.
    func emptyObject() throws(StatusFailure) -> JSONObject {
        guard version.schema == nil else {
            return ["apiVersion": .string(apiVersion), "kind": .string(resource.kind)]
        }
        return try bare(JSONObject())
    }

    private func bare(_ object: JSONObject) throws(StatusFailure) -> JSONObject {
        var given = object
        given["kind"] = .string(resource.kind)
        given["apiVersion"] = .string(apiVersion)
        do throws(DecodeFailure) {
            if let schema = version.schema { return try schema.normalized(given) }
            return try version.shape.structure?.normalized(.object(given)) ?? given
        } catch {
            throw .badRequest(
                "\(resource.kind) in version \"\(version.name)\" cannot be handled as a \(resource.kind): "
                    + error.message)
        }
    }

    /// Reads a body that holds an object of this collection.
    func object(from body: [UInt8]) throws(StatusFailure) -> JSONObject {
        var object = try members(of: body)
        if resource.isCustom { try checkCustomType(object, body) } else { try checkType(&object) }
        return try normalized(object)
    }

    /// The body's members, whatever they are.
    func members(of body: [UInt8]) throws(StatusFailure) -> JSONObject {
        let value: JSONValue
        do throws(JSONParseFailure) {
            value = try JSONValue(parsing: body)
        } catch {
            let text = body.isEmpty ? "<empty>" : String(decoding: body, as: UTF8.self)
            throw unrecognized("\(error.goText(in: body)) (\(text))")
        }
        guard let members = value.object else {
            throw unrecognized(
                "json: cannot unmarshal \(value.array == nil ? "\(value.goKind)" : "array") into Go value of type struct "
                    + #"{ APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#
                    + " (\(hexadecimal(body)))")
        }
        return members
    }

    private func unrecognized(_ problem: String) -> StatusFailure {
        .badRequest(
            "the object provided is unrecognized (must be of type \(resource.kind)): "
                + "couldn't get version/kind; json parse error: \(problem)")
    }

    private func checkCustomType(_ object: JSONObject, _ body: [UInt8]) throws(StatusFailure) {
        let kind = object["kind"]?.string ?? ""
        let given = object["apiVersion"]?.string ?? ""
        let name = object.metadata("name")?.string ?? ""
        guard !kind.isEmpty else {
            throw .badRequest(
                "\(resource.kind) in version \"\(version.name)\" cannot be handled as a \(resource.kind): "
                    + "unmarshalerDecoder: Object 'Kind' is missing in '\(String(decoding: body, as: UTF8.self))'"
            )
        }
        guard kind == resource.kind else {
            throw .invalid(
                group: resource.group, kind: kind, name: name,
                [.invalid("kind", kind.quoted, "must be \(resource.kind)")])
        }
        guard given == apiVersion else {
            throw .badRequest(
                "the API version in the data (\(given)) does not match the expected API version (\(apiVersion))"
            )
        }
    }

    private func checkType(_ object: inout JSONObject) throws(StatusFailure) {
        let kind = object["kind"]?.string ?? ""
        let given = object["apiVersion"]?.string ?? ""
        if !kind.isEmpty, kind != resource.kind {
            throw .badRequest(
                "\(kind) in version \"\(given.split(separator: "/").last ?? "")\" cannot be handled as a "
                    + "\(resource.kind): converting (\(given.isEmpty ? version.name : given.replacingSlash).\(kind)) "
                    + "to (\(resource.group.isEmpty ? "core" : resource.group).\(resource.kind)): unknown conversion"
            )
        }
        guard given.isEmpty || given == apiVersion else {
            throw .badRequest(
                "\(resource.kind) in version \"\(given.split(separator: "/").last ?? "")\" cannot be handled as a "
                    + "\(resource.kind): no kind \"\(resource.kind)\" is registered for version \"\(given)\" in scheme "
                    + "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"")
        }
    }

    private func hexadecimal(_ body: [UInt8]) -> String {
        body.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension String {
    fileprivate var replacingSlash: String { String(split(separator: "/").last ?? "") }
}

extension JSONValue {
    fileprivate var goKind: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONParseFailure {
    /// As Go's parser puts it.
    func goText(in body: [UInt8]) -> String {
        if case .unexpectedEnd = reason { return "unexpected end of JSON input" }
        if offset >= body.count { return "unexpected end of JSON input" }
        let character = String(decoding: [body[offset]], as: UTF8.self)
        return "invalid character '\(character)' looking for beginning of value"
    }
}

// MARK: - Writing objects

extension RequestScope {
    /// A kept object in the version of the request.
    func versioned(_ record: Record) -> JSONObject {
        VersionConversion.convert(record.object, of: resource, to: version.name)
    }

    /// An object in the form in which it is kept.
    func stored(_ object: JSONObject) -> JSONObject {
        VersionConversion.convert(object, of: resource, to: resource.storageVersion)
    }

    /// The answer for one kept object.
    func answer(_ record: Record, status: Int = 200) -> HTTPResponse {
        if form == .whole, version.name == resource.storageVersion {
            return .json(record.bytes, status: status)
        }
        return answer(versioned(record), status: status)
    }

    /// The answer for one object.
    func answer(_ object: JSONObject, status: Int = 200) -> HTTPResponse {
        switch form {
        case .whole: .json(.object(object), status: status)
        case .metadata: .json(.object(Self.partial(object)), status: status)
        case .table:
            .json(
                TablePrinter(resource: resource, version: version, now: now).table(of: [object]),
                status: status)
        }
    }

    /// Only the metadata.
    static func partial(_ object: JSONObject) -> JSONObject {
        [
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
            "metadata": object["metadata"] ?? .object(JSONObject()),
        ]
    }
}
