public import KubeCore

/// Whether an Application is to be compared again now, and how fresh (S149–S152).
public struct RefreshDecision: Hashable, Sendable {
    /// What happened since the last look.
    public struct Causes: Hashable, Sendable {
        /// Something of its objects changed.
        public var objectsChanged = false
        /// An operation has ended: whether it was a person's (S130); `nil` if none has.
        public var finishedManually: Bool?
        /// Its project changed.
        public var projectChanged = false
        /// Somebody pushed to its repository.
        public var sourceChanged = false

        public init() {}
    }

    /// `nil`: not now.
    public var level: RefreshLevel?
    /// For logs.
    public var reason = ""

    /// - Parameters:
    ///   - application: As it is.
    ///   - causes: What happened since the last look.
    ///   - interval: How old a status may become, in seconds, this application's share of chance included.
    ///   - now: The time.
    public init(_ application: Application, causes: Causes, interval: Int64, now: Timestamp) {
        let status = application.status
        let spec = application.spec
        if let refresh = application.metadata.refresh {
            decide(.latestForced, refresh.isHard ? "hard refresh asked for" : "refresh asked for")
        }
        if status.reconciledAt == nil || status.sync.compared == nil {
            decide(.latest, "never compared")
        } else if let compared = status.sync.compared, compared.sources != spec.sources {
            decide(.latestForced, "the source is another")
        } else if let compared = status.sync.compared, compared.destination != spec.destination {
            decide(.latest, "the destination is another")
        } else if let compared = status.sync.compared,
            compared.ignoreDifferences != spec.ignoreDifferences
        {
            decide(.latest, "the ignored differences are others")
        }
        if let last = status.reconciledAt, now.seconds - last.seconds >= interval {
            decide(.latest, "the status is old")
        }
        if causes.sourceChanged { decide(.latestForced, "a push was reported") }
        if let manually = causes.finishedManually {
            decide(manually ? .latestForced : .latest, "an operation has ended")
        }
        if causes.projectChanged { decide(.latest, "the project changed") }
        if application.isNamespaceMetadataDue, status.sync.status == .synced {
            decide(.latest, "the namespace's metadata are others")
        }
        if causes.objectsChanged { decide(.recent, "objects changed") }
    }

    /// An application's part of a span, so that not all of them are due at once.
    ///
    /// - Parameters:
    ///   - key: The Application.
    ///   - longest: The span.
    /// - Returns: From 0 to `longest`, always the same for one application.
    public static func share(of key: ObjectKey, upTo longest: Int64) -> Int64 {
        guard longest > 0 else { return 0 }
        return Int64(StableHash.of([key.namespace, key.name]) % UInt64(longest + 1))
    }

    private mutating func decide(_ level: RefreshLevel, _ reason: String) {
        if let known = self.level, known >= level { return }
        self.level = level
        self.reason = reason
    }
}
