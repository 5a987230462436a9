/// One sync operation as clients see it: `status.operationState` of an Application.
public struct OperationState: Hashable, Sendable {
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        case running = "Running"
        case terminating = "Terminating"
        case succeeded = "Succeeded"
        /// The sync did not work.
        case failed = "Failed"
        /// The sync could not be carried out.
        case error = "Error"

        /// Whether nothing more will happen (S114).
        public var isCompleted: Bool {
            switch self {
            case .running, .terminating: false
            case .succeeded, .failed, .error: true
            }
        }
    }

    public var phase: Phase
    public var message: String
    public var startedAt: Timestamp
    /// Of a running operation: when its last attempt ended, and it waits for the next one (S124).
    public var finishedAt: Timestamp?
    public var syncResult: SyncResult
    /// How often it has been tried again (S124).
    public var retryCount: Int64 = 0
    /// What was asked for, as an Application says it; `nil` where there is none.
    public var request: OperationRequest?

    public init(phase: Phase, message: String, startedAt: Timestamp, revision: String) {
        self.phase = phase
        self.message = message
        self.startedAt = startedAt
        syncResult = SyncResult(revision: revision)
    }
}

/// What an operation did to each object.
public struct SyncResult: Hashable, Sendable {
    public var revision: String
    /// Where there are several sources, of each.
    public var revisions: [String] = []
    /// What was synced, of an Application.
    public var sources = SourceSet.none
    /// What the destination namespace was made to bear (S107).
    public var namespaceMetadata: NamespaceMetadata?
    /// One entry per object and phase, in the order in which they first appeared (S89).
    public var resources: [ResourceResult] = []

    public init(revision: String) {
        self.revision = revision
    }
}
