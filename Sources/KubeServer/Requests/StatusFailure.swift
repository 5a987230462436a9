import KubeCore

/// Why a request is refused: the `Status` that is answered.
struct StatusFailure: Error, Hashable, Sendable {
    struct Cause: Hashable, Sendable {
        var reason: String
        var message: String
        var field: String?
    }

    struct Details: Hashable, Sendable {
        var name = ""
        var group = ""
        var kind = ""
        var uid = ""
        var causes: [Cause] = []
        var retryAfterSeconds: Int64?
    }

    var code: Int
    var reason: String
    var message: String
    var details: Details?

    init(_ code: Int, _ reason: String, _ message: String, _ details: Details? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }
}

extension StatusFailure {
    static func notFound(_ resource: GroupResource, _ name: String) -> StatusFailure {
        StatusFailure(
            404, "NotFound", "\(resource) \"\(name)\" not found",
            Details(name: name, group: resource.group, kind: resource.plural))
    }

    static let noSuchResource = StatusFailure(
        404, "NotFound", "the server could not find the requested resource", Details())

    static let methodNotAllowed = StatusFailure(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource", Details())

    static func notEntered(_ subresource: String) -> StatusFailure {
        StatusFailure(
            501, "NotImplemented",
            "the embedded API server does not enter containers: there is no pods/\(subresource); "
                + "what a container wrote is in its log")
    }

    static func badRequest(_ message: String) -> StatusFailure { StatusFailure(400, "BadRequest", message) }

    /// What the real server answers for errors that it did not foresee: no reason, only the text.
    static func internalError(_ message: String) -> StatusFailure { StatusFailure(500, "", message) }

    /// A write that did not happen, since it could not be kept.
    static func notKept(_ failure: ArchiveFailure) -> StatusFailure {
        StatusFailure(500, "InternalError", "nothing was changed, since it could not be kept: \(failure)")
    }

    static func alreadyExists(_ resource: GroupResource, _ name: String) -> StatusFailure {
        StatusFailure(
            409, "AlreadyExists", "\(resource) \"\(name)\" already exists",
            Details(name: name, group: resource.group, kind: resource.plural))
    }

    static func conflict(_ resource: GroupResource, _ name: String, _ problem: String) -> StatusFailure {
        StatusFailure(
            409, "Conflict", "Operation cannot be fulfilled on \(resource) \"\(name)\": \(problem)",
            Details(name: name, group: resource.group, kind: resource.plural))
    }

    static func modified(_ resource: GroupResource, _ name: String) -> StatusFailure {
        conflict(
            resource, name,
            "the object has been modified; please apply your changes to the latest version and try again")
    }

    static func forbidden(
        _ resource: GroupResource, _ name: String, _ problem: String, causes: [Cause] = []
    ) -> StatusFailure {
        StatusFailure(
            403, "Forbidden", "\(resource) \"\(name)\" is forbidden: \(problem)",
            Details(name: name, group: resource.group, kind: resource.plural, causes: causes))
    }

    static func expired(_ message: String) -> StatusFailure { StatusFailure(410, "Expired", message) }

    static func unsupportedMediaType(accepted: [String]) -> StatusFailure {
        StatusFailure(
            415, "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: "
                + accepted.joined(separator: ", "))
    }

    static func invalid(group: String, kind: String, name: String, _ problems: [FieldProblem])
        -> StatusFailure
    {
        let subject = group.isEmpty ? kind : "\(kind).\(group)"
        // The sentence says everything once, the causes as often as it was found.
        var texts: [String] = []
        for problem in problems where !texts.contains("\(problem.field): \(problem.message)") {
            texts.append("\(problem.field): \(problem.message)")
        }
        let text = texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
        return StatusFailure(
            422, "Invalid", "\(subject) \"\(name)\" is invalid: \(text)",
            Details(
                name: name, group: group, kind: kind,
                causes: problems.map { Cause(reason: $0.reason, message: $0.message, field: $0.field) }))
    }

    /// The answer's body.
    var json: JSONValue {
        var status: [JSONObject.Member] = [
            .init(key: "kind", value: "Status"), .init(key: "apiVersion", value: "v1"),
            .init(key: "metadata", value: .object(JSONObject())), .init(key: "status", value: "Failure"),
            .init(key: "message", value: .string(message)),
        ]
        if !reason.isEmpty { status.append(.init(key: "reason", value: .string(reason))) }
        if let details { status.append(.init(key: "details", value: details.json)) }
        status.append(.init(key: "code", value: .int(Int64(code))))
        return .object(JSONObject(uniqueMembers: status))
    }
}

extension StatusFailure.Details {
    var json: JSONValue {
        var members: [JSONObject.Member] = []
        for (key, text) in [("name", name), ("group", group), ("kind", kind), ("uid", uid)]
        where !text.isEmpty {
            members.append(.init(key: key, value: .string(text)))
        }
        if !causes.isEmpty {
            members.append(.init(key: "causes", value: .array(causes.map(\.json))))
        }
        if let retryAfterSeconds {
            members.append(.init(key: "retryAfterSeconds", value: .int(retryAfterSeconds)))
        }
        return .object(JSONObject(uniqueMembers: members))
    }
}

extension StatusFailure.Cause {
    fileprivate var json: JSONValue {
        var members: [JSONObject.Member] = [
            .init(key: "reason", value: .string(reason)), .init(key: "message", value: .string(message)),
        ]
        if let field { members.append(.init(key: "field", value: .string(field))) }
        return .object(JSONObject(uniqueMembers: members))
    }
}

/// One field that was found wrong.
struct FieldProblem: Hashable, Sendable {
    var reason: String
    var field: String
    var message: String

    static func required(_ field: String, _ detail: String = "") -> FieldProblem {
        FieldProblem(
            reason: "FieldValueRequired", field: field,
            message: detail.isEmpty ? "Required value" : "Required value: \(detail)")
    }

    /// A value that cannot be; `value` is as Go prints it: texts in quotes, numbers bare.
    static func invalid(_ field: String, _ value: String, _ detail: String) -> FieldProblem {
        FieldProblem(reason: "FieldValueInvalid", field: field, message: "Invalid value: \(value): \(detail)")
    }

    static func forbidden(_ field: String, _ detail: String) -> FieldProblem {
        FieldProblem(reason: "FieldValueForbidden", field: field, message: "Forbidden: \(detail)")
    }

    static func duplicate(_ field: String, _ value: String) -> FieldProblem {
        FieldProblem(reason: "FieldValueDuplicate", field: field, message: "Duplicate value: \(value)")
    }

    static func notFound(_ field: String, _ value: String) -> FieldProblem {
        FieldProblem(reason: "FieldValueNotFound", field: field, message: "Not found: \(value)")
    }

    static func unsupported(_ field: String, _ value: String, _ supported: [String]) -> FieldProblem {
        let list = supported.map(\.quoted).joined(separator: ", ")
        return FieldProblem(
            reason: "FieldValueNotSupported", field: field,
            message: "Unsupported value: \(value)" + (supported.isEmpty ? "" : ": supported values: \(list)"))
    }

    static func tooLong(_ field: String, _ value: String, _ limit: Int) -> FieldProblem {
        FieldProblem(
            reason: "FieldValueTooLong", field: field, message: "Too long: must have at most \(limit) bytes")
    }
}

extension String {
    /// In quotes, with escapes.
    var quoted: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
