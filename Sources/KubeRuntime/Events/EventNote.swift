public import KubeCore

/// Something that people should be told of an object: a Kubernetes Event before it is counted and written.
public struct EventNote: Hashable, Sendable {
    public enum Level: String, Hashable, Sendable {
        case normal = "Normal"
        /// Somebody may have to act.
        case warning = "Warning"
    }

    /// The object that it is about.
    public struct Subject: Hashable, Sendable {
        public var apiVersion: String
        public var kind: String
        public var namespace: String
        public var name: String
        public var uid: String

        public init(_ object: KubeObject) {
            apiVersion = object.apiVersion
            kind = object.kind
            namespace = object.namespace
            name = object.name
            uid = object.uid
        }

        public init(apiVersion: String, kind: String, namespace: String, name: String, uid: String) {
            self.apiVersion = apiVersion
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.uid = uid
        }
    }

    /// As much of a message as the API server takes.
    private static let longestMessage = 1024

    public let subject: Subject
    public let level: Level
    /// One word in CamelCase, for machines: `OperationStarted`.
    public let reason: String
    /// For people, without a secret.
    public let message: String

    public init(_ subject: Subject, _ level: Level = .normal, reason: String, message: String) {
        self.subject = subject
        self.level = level
        self.reason = reason
        guard message.utf8.count > Self.longestMessage else {
            self.message = message
            return
        }
        // Cut between characters, whatever they are.
        var kept = message.prefix(Self.longestMessage - 1)
        while kept.utf8.count > Self.longestMessage - 3 { kept.removeLast() }
        self.message = kept + "…"
    }
}
