import KubeCore

/// What is to be done about a request.
enum Answer: Sendable {
    case response(HTTPResponse)
    /// Keep the connection, and send what comes.
    case watch(WatchRequest)
    /// Send what a container has written.
    case log(GrantedLog)
}

/// A watch that was granted.
struct WatchRequest: Sendable {
    var resource: Resource
    var version: String
    var namespace: String
    var selection: Selection
    var form: AnswerForm
    /// Changes after this version are sent.
    var after: UInt64
    /// Sent first, as if they had just been added.
    var initial: [Record]
    var sendsBookmarks: Bool
    /// Whether the end of `initial` is marked by a bookmark.
    var marksInitialEnd: Bool
    /// Seconds after which the server ends the watch.
    var timeoutSeconds: Int64
}

/// In which form objects are answered.
enum AnswerForm: Hashable, Sendable {
    case whole
    /// `PartialObjectMetadata`.
    case metadata
    case table

    /// What an `Accept` header asks for; `nil` if it is nothing that can be given.
    init?(accept: String?) {
        guard let accept, !accept.isEmpty else {
            self = .whole
            return
        }
        for choice in accept.split(separator: ",") {
            let parts = choice.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let type = parts.first, ["application/json", "*/*", "application/*"].contains(type) else {
                continue
            }
            guard let view = parts.first(where: { $0.hasPrefix("as=") })?.dropFirst(3) else {
                self = .whole
                return
            }
            // The v1beta1 forms differ from v1 only in their name; nobody needs them.
            guard parts.contains("v=v1"), parts.contains("g=meta.k8s.io") else { continue }
            switch view {
            case "PartialObjectMetadata", "PartialObjectMetadataList": self = .metadata
            case "Table": self = .table
            default: continue
            }
            return
        }
        return nil
    }
}

extension HTTPResponse {
    static func json(_ body: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: [HTTPHeader("Content-Type", "application/json")], body: body)
    }

    static func json(_ body: JSONValue, status: Int = 200) -> HTTPResponse {
        .json(body.serialized(), status: status)
    }

    static func text(_ body: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")],
            body: Array(body.utf8))
    }

    init(_ failure: StatusFailure) {
        self = .json(failure.json, status: failure.code)
        if let seconds = failure.details?.retryAfterSeconds {
            headers.append(HTTPHeader("Retry-After", "\(seconds)"))
        }
    }
}
