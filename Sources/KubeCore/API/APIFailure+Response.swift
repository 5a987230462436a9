extension APIFailure {
    /// What an answer that is no success says, be it a `Status`, plain text, a page of some proxy, or nothing.
    public init(response: HTTPResponse) {
        let limits = JSONLimits(bytes: 4 << 20, depth: 64)
        // What is no JSON is no Status; it is shown as text below.
        if let json = try? JSONValue(parsing: response.body, limits: limits), json["kind"]?.string == "Status"
        {
            self.init(status: json, code: response.status)
        } else {
            self.init(code: response.status, reason: "", message: Self.sentence(of: response))
        }
        let header = response.header("Retry-After").flatMap { Int($0) }
        retryAfterSeconds = (header ?? retryAfterSeconds).map { max(0, $0) }
    }

    /// A `Status` object, as an answer or an `ERROR` event of a watch carries it.
    ///
    /// - Parameters:
    ///   - status: The object; members that are missing or of the wrong type read as empty.
    ///   - code: The HTTP status, for a `Status` that has no code of its own.
    public init(status: JSONValue, code: Int = 500) {
        let details = status["details"]
        self.init(
            code: status["code"]?.int.flatMap { Int(exactly: $0) } ?? code,
            reason: status["reason"]?.string ?? "",
            message: status["message"]?.string ?? "",
            kind: details?["kind"]?.string ?? "",
            name: details?["name"]?.string ?? "",
            causes: (details?["causes"]?.array ?? []).map { Cause($0) },
            retryAfterSeconds: details?["retryAfterSeconds"]?.int.flatMap { Int(exactly: $0) })
        if message.isEmpty { message = reason.isEmpty ? "HTTP \(self.code)" : reason }
        if retryAfterSeconds == 0 { retryAfterSeconds = nil }
    }

    /// What a body that is no `Status` tells a person, in one line.
    private static func sentence(of response: HTTPResponse) -> String {
        let title = "HTTP \(response.status)"
        let type = response.header("Content-Type")?.lowercased() ?? ""
        let start = String(decoding: response.body.prefix(512), as: UTF8.self)
        let words = start.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        guard !words.isEmpty else { return "\(title), without a message" }
        // A page of markup tells nothing; that it is one says that something else than an API server answered.
        if type.contains("html") || words.hasPrefix("<") {
            return "\(title), with a page of markup instead of a Status: no API server answered"
        }
        let shown = String(
            words.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) })
        return "\(title): \(shown)\(response.body.count > 512 ? "…" : "")"
    }
}

extension APIFailure.Cause {
    fileprivate init(_ json: JSONValue) {
        self.init(
            reason: json["reason"]?.string ?? "", field: json["field"]?.string ?? "",
            message: json["message"]?.string ?? "")
    }
}
