public import KubeCore

/// `spec.syncPolicy`: when a sync begins by itself, and how syncs are done.
public struct SyncPolicy: Hashable, Sendable {
    /// `automated`.
    public struct Automated: Hashable, Sendable {
        /// False where `enabled` says so (S139).
        public var isEnabled = true
        public var prune = false
        public var selfHeal = false
        public var allowEmpty = false
    }

    /// `nil`: nobody syncs but people.
    public var automated: Automated?
    public var options = SyncOptions()
    public var retry: RetryStrategy?
    /// What the destination namespace bears (S107); `nil` if that is nobody's concern.
    public var namespaceMetadata: NamespaceMetadata?

    public init() {}

    init(_ reader: inout LenientReader) {
        automated = reader.part("automated") { part in
            Automated(
                isEnabled: part.optionalFlag("enabled") ?? true, prune: part.flag("prune"),
                selfHeal: part.flag("selfHeal"), allowEmpty: part.flag("allowEmpty"))
        }
        options = SyncOptions(reader.texts("syncOptions"))
        retry = reader.part("retry", RetryStrategy.init)
        namespaceMetadata = reader.part("managedNamespaceMetadata", NamespaceMetadata.init)
    }
}

/// `retry`: how often a failed operation is tried again, and when (S124–S128).
public struct RetryStrategy: Hashable, Sendable {
    /// `backoff`; what is not given is the controller's own choice (S125).
    public struct Backoff: Hashable, Sendable {
        /// Go's durations; a bare number means seconds.
        public var duration = ""
        public var factor: Int64?
        public var maxDuration = ""

        public init() {}
    }

    /// Negative: without end.
    public var limit: Int64 = 0
    /// Whether a further attempt takes the newest revision.
    public var refresh = false
    public var backoff = Backoff()

    public init(limit: Int64 = 0) {
        self.limit = limit
    }

    init(_ reader: inout LenientReader) {
        limit = reader.number("limit") ?? 0
        refresh = reader.flag("refresh")
        backoff =
            reader.part("backoff") { part in
                var backoff = Backoff()
                backoff.duration = part.text("duration")
                backoff.factor = part.number("factor")
                backoff.maxDuration = part.text("maxDuration")
                return backoff
            } ?? Backoff()
    }

    public var json: JSONValue {
        var writer = FieldWriter(JSONObject())
        var members = JSONObject()
        writer.write("duration", backoff.duration)
        writer.write("maxDuration", backoff.maxDuration)
        members = writer.members
        if let factor = backoff.factor { members["factor"] = .int(factor) }
        var fields = FieldWriter(limit == 0 ? JSONObject() : ["limit": .int(limit)])
        fields.write("refresh", refresh)
        fields.write("backoff", object: members)
        return fields.value
    }
}

/// `managedNamespaceMetadata`: labels and annotations of the destination namespace (S107).
public struct NamespaceMetadata: Hashable, Sendable {
    public var labels: [String: String]
    public var annotations: [String: String]

    public init(labels: [String: String] = [:], annotations: [String: String] = [:]) {
        self.labels = labels
        self.annotations = annotations
    }

    init(_ reader: inout LenientReader) {
        labels = reader.textsByName("labels")
        annotations = reader.textsByName("annotations")
    }

    public var json: JSONValue {
        var writer = FieldWriter(JSONObject())
        writer.write("labels", labels)
        writer.write("annotations", annotations)
        return writer.value
    }
}
