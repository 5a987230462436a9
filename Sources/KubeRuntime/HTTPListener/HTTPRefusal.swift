import KubeCore

/// A request that is not handed on: the `Status` that is answered instead.
struct HTTPRefusal: Error, Hashable, Sendable {
    var code: Int
    /// Kubernetes' word; empty where it has none.
    var reason: String
    var message: String
    var retryAfterSeconds: Int?

    init(_ code: Int, _ reason: String, _ message: String, retryAfterSeconds: Int? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }

    static let unauthorized = HTTPRefusal(401, "Unauthorized", "Unauthorized")
    static let methodNotAllowed = HTTPRefusal(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    static let tooManyConnections = HTTPRefusal(
        429, "TooManyRequests", "Too many connections, please try again later.", retryAfterSeconds: 1)

    static func badRequest(_ message: String) -> HTTPRefusal { HTTPRefusal(400, "BadRequest", message) }

    static func tooSlow(_ part: String, _ limit: Duration) -> HTTPRefusal {
        HTTPRefusal(408, "Timeout", "the \(part) of the request did not come within \(limit)")
    }

    static func bodyTooLarge(limit: Int) -> HTTPRefusal {
        HTTPRefusal(413, "RequestEntityTooLarge", "Request entity too large: limit is \(limit)")
    }

    static func targetTooLong(limit: Int) -> HTTPRefusal {
        HTTPRefusal(414, "", "the path and query of the request are too long: limit is \(limit)")
    }

    static func headTooLarge(limit: Int) -> HTTPRefusal {
        HTTPRefusal(431, "", "the header of the request is too large: limit is \(limit)")
    }

    /// What served the request gave no answer.
    init(_ failure: TransportFailure) {
        switch failure.reason {
        case .timedOut: self.init(504, "Timeout", failure.message)
        case .unreachable, .cancelled: self.init(503, "ServiceUnavailable", failure.message)
        case .interrupted, .misconfigured, .tooLarge, .untrusted:
            self.init(500, "InternalError", failure.message)
        }
    }

    var response: HTTPResponse {
        var status: JSONObject = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object(JSONObject()), "status": "Failure",
            "message": .string(message),
        ]
        if !reason.isEmpty { status["reason"] = .string(reason) }
        var headers = [HTTPHeader("Content-Type", "application/json")]
        if let retryAfterSeconds {
            status["details"] = ["retryAfterSeconds": .int(Int64(retryAfterSeconds))]
            headers.append(HTTPHeader("Retry-After", "\(retryAfterSeconds)"))
        }
        if code == 401 { headers.append(HTTPHeader("WWW-Authenticate", "Bearer")) }
        status["code"] = .int(Int64(code))
        return HTTPResponse(status: code, headers: headers, body: JSONValue.object(status).serialized())
    }
}
