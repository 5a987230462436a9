/// What is kept of an object that is only watched: a few hundred bytes instead of several thousand.
///
/// Enough to know which object it is, whose it is, how far its controller is with it, and whether its content
/// changed. Who needs more fetches the object.
public struct ObjectSkim: Hashable, Sendable {
    public var metadata: Metadata
    public var status: Status
    /// Of everything but `status`, `managedFields`, `resourceVersion` and `generation`, whatever the order of
    /// members. Stable: the same in every process. Equal hashes mean equal content, unless somebody aimed at it.
    public var contentHash: UInt64

    public init(metadata: Metadata, status: Status, contentHash: UInt64) {
        self.metadata = metadata
        self.status = status
        self.contentHash = contentHash
    }
}

extension ObjectSkim {
    /// One label or annotation.
    public struct Entry: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What `metadata` says. A member that is missing or of the wrong type reads as empty.
    public struct Metadata: Hashable, Sendable {
        public var name = ""
        public var namespace = ""
        public var uid = ""
        public var resourceVersion = ""
        public var generation: Int64 = 0
        /// RFC 3339; `nil` if nobody asked for the deletion.
        public var deletionTimestamp: String?
        public var finalizers: [String] = []
        public var hasOwner = false
        /// Those of the ``Selection``, in the server's order.
        public var labels: [Entry] = []
        /// Those of the ``Selection``, in the server's order.
        public var annotations: [Entry] = []

        public init() {}

        /// The value of a label that was kept.
        public func label(_ name: String) -> String? { labels.first { $0.name == name }?.value }
        /// The value of an annotation that was kept.
        public func annotation(_ name: String) -> String? { annotations.first { $0.name == name }?.value }
    }

    /// What `status` says, as far as all kinds have it in common.
    public struct Status: Hashable, Sendable {
        /// `nil` for kinds that have none.
        public var observedGeneration: Int64?
        public var phase = ""
        public var conditions: [Condition] = []

        public init() {}

        /// The first condition of a type.
        public func condition(_ type: String) -> Condition? { conditions.first { $0.type == type } }
    }

    /// One of `status.conditions`.
    public struct Condition: Hashable, Sendable {
        public var type = ""
        /// `True`, `False` or `Unknown`.
        public var status = ""
        public var reason = ""
        public var message = ""
        public var observedGeneration: Int64?

        public init() {}
    }

    /// Which labels and annotations are kept.
    public struct Selection: Hashable, Sendable {
        public var labels: Names
        public var annotations: Names

        public init(labels: Names = .all, annotations: Names = .none) {
            self.labels = labels
            self.annotations = annotations
        }

        /// Names by which something is chosen.
        public enum Names: Hashable, Sendable {
            case all
            case none
            /// These; one that ends with `/` stands for all that begin with it.
            case some(Set<String>)
        }
    }
}
