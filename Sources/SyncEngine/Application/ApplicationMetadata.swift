import KubeCore

/// `metadata` of an Application: who it is, and what its annotations ask for.
public struct ApplicationMetadata: Hashable, Sendable {
    public var name: String
    public var namespace: String
    public var uid: String
    public var resourceVersion: String
    public var labels: [String: String]
    public var annotations: [String: String]
    public var finalizers: [String]
    /// When somebody asked for its deletion.
    public var deletionTimestamp: Timestamp?

    init(_ object: KubeObject) {
        name = object.name
        namespace = object.namespace
        uid = object.uid
        resourceVersion = object.resourceVersion
        labels = Self.texts(object["metadata", "labels"])
        annotations = Self.texts(object["metadata", "annotations"])
        finalizers = object.finalizers
        deletionTimestamp = object.deletionTimestamp.flatMap(Timestamp.init(rfc3339:))
    }

    private static func texts(_ value: JSONValue?) -> [String: String] {
        let pairs = (value?.object ?? JSONObject()).compactMap { member in
            member.value.string.map { (member.key, $0) }
        }
        return Dictionary(pairs) { _, last in last }
    }
}

extension ApplicationMetadata {
    /// A wish to look again, made by an annotation (S149).
    public struct RefreshRequest: Hashable, Sendable {
        /// Do not use what was rendered before.
        public var isHard: Bool
        /// The annotation as it is: what is tested when it is taken away.
        public var value: String
        /// Tells two requests apart; `nil` if it was not given.
        public var timestamp: String?
    }

    public var refresh: RefreshRequest? {
        annotations[AnnotationKey.refresh].map {
            RefreshRequest(
                isHard: $0 == "hard", value: $0, timestamp: annotations[AnnotationKey.refreshTimestamp])
        }
    }

    /// Whether nothing at all is done with it (S153).
    public var isSkipped: Bool {
        annotations[AnnotationKey.skipReconcile].map {
            ["1", "t", "T", "true", "TRUE", "True"].contains($0)
        } ?? false
    }

    /// Whether a person has approved deletions since then (S95, S191).
    public func approvesDeletion(since start: Timestamp) -> Bool {
        annotations[AnnotationKey.deletionApproved].flatMap(Timestamp.init(rfc3339:)).map { $0 >= start }
            ?? false
    }
}
