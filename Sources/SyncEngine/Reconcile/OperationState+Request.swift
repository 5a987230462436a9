extension SyncOperation {
    /// The revision of each source, where there are several.
    public var allRevisions: [String] { revisions.isEmpty ? (revision.isEmpty ? [] : [revision]) : revisions }
}

extension SyncResult {
    /// The revision of each source, where there are several.
    public var allRevisions: [String] { revisions.isEmpty ? (revision.isEmpty ? [] : [revision]) : revisions }
}

extension Application {
    /// What an operation syncs: its own sources, of a rollback, or the spec's (S117).
    public func sources(of sync: SyncOperation) -> SourceSet {
        sync.sources.isEmpty ? spec.sources : sync.sources
    }
}

extension OperationState {
    /// The state of an operation that has just been accepted (S112).
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - now: When.
    ///   - previous: The operation before, whose second is not used again: start and revision tell two operations
    ///     apart (I2).
    /// - Returns: Running, of the revision that was asked for, if one was.
    public static func accepted(
        _ request: OperationRequest, at now: Timestamp, after previous: OperationState?
    ) -> OperationState {
        let start = previous?.startedAt == now ? Timestamp(seconds: now.seconds + 1) : now
        var state = OperationState(phase: .running, message: "", startedAt: start, revision: "")
        state.request = request
        return state
    }

    /// Pins the operation to the commits that its revisions were resolved to (S117).
    public mutating func pin(to revisions: [String], of sources: SourceSet) {
        if case .several = sources {
            syncResult.revisions = revisions
            syncResult.revision = revisions.first ?? ""
        } else {
            syncResult.revision = revisions.first ?? ""
        }
        syncResult.sources = sources
    }
}
