/// What the API server said instead of doing what was asked: its `Status`, typed.
public struct APIFailure: Error, Hashable, Sendable {
    /// One field that was wrong, or one more fact.
    public struct Cause: Hashable, Sendable {
        public var reason: String
        public var field: String
        public var message: String

        public init(reason: String, field: String, message: String) {
            self.reason = reason
            self.field = field
            self.message = message
        }
    }

    /// The HTTP status.
    public var code: Int
    /// The machine's word: `NotFound`, `Conflict`, `Invalid`; empty where the answer was no `Status`.
    public var reason: String
    /// The server's own sentence. It can quote what was sent: whoever shows it for a Secret hides values first.
    public var message: String
    public var kind: String
    public var name: String
    public var causes: [Cause]
    /// How long the server asks us to wait, in seconds.
    public var retryAfterSeconds: Int?

    public init(
        code: Int, reason: String, message: String, kind: String = "", name: String = "",
        causes: [Cause] = [],
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.kind = kind
        self.name = name
        self.causes = causes
        self.retryAfterSeconds = retryAfterSeconds
    }

    public var isNotFound: Bool { code == 404 }
    public var isConflict: Bool { code == 409 && reason == "Conflict" }
    public var isAlreadyExists: Bool { code == 409 && reason == "AlreadyExists" }
    public var isInvalid: Bool { code == 422 }
    /// Whether a dry run could not be made because a webhook has side effects; that says nothing of the object.
    ///
    /// The API has no reason of its own for it, only these words (in `admission/plugin/webhook/errors`).
    public var isDryRunUnsupported: Bool { code == 400 && message.hasSuffix("does not support dry run") }
    /// A watch or page began at a version that the server no longer has.
    public var isExpired: Bool { code == 410 }
    public var isForbidden: Bool { code == 401 || code == 403 }
}
