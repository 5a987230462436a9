public import KubeCore

/// When in a sync a task runs (S40).
public enum SyncPhase: String, Hashable, Sendable, CaseIterable, Comparable {
    case preSync = "PreSync"
    case sync = "Sync"
    case postSync = "PostSync"
    case syncFail = "SyncFail"

    public static func < (left: SyncPhase, right: SyncPhase) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .preSync: 0
        case .sync: 1
        case .postSync: 2
        case .syncFail: 3
        }
    }
}

/// One entry of `syncResult.resources` (S89).
public struct ResourceResult: Hashable, Sendable {
    /// What became of sending the object to the API server, or of its removal.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case synced = "Synced"
        case syncFailed = "SyncFailed"
        case pruned = "Pruned"
        case pruneSkipped = "PruneSkipped"
    }

    /// How far the object has come since; used for plain resources, too.
    public enum HookPhase: String, Hashable, Sendable, CaseIterable {
        case running = "Running"
        case succeeded = "Succeeded"
        case failed = "Failed"
        case error = "Error"

        public var isCompleted: Bool { self != .running }
    }

    public var key: ObjectKey
    public var version: String
    public var status: Status?
    public var message: String
    /// `nil` for plain resources.
    public var hookType: SyncPhase?
    /// `nil` where a task was refused before anything was tried (S36).
    public var hookPhase: HookPhase?
    public var syncPhase: SyncPhase
    /// Of a dry run: what would become of the object. Not written.
    var rehearsed: ActionOutcome.Effect?

    /// Whether it tells of a hook that has come to its end.
    public var isEndedHook: Bool { hookType != nil && hookPhase?.isCompleted == true }

    public init(
        key: ObjectKey, version: String, syncPhase: SyncPhase, hookType: SyncPhase? = nil,
        status: Status? = nil,
        hookPhase: HookPhase? = nil, message: String = ""
    ) {
        self.key = key
        self.version = version
        self.syncPhase = syncPhase
        self.hookType = hookType
        self.status = status
        self.hookPhase = hookPhase
        self.message = message
    }
}
