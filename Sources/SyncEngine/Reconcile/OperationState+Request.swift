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
    ///   - application: Whose earlier operations' seconds are not used again: start and revision tell two operations
    ///     apart (I2).
    /// - Returns: Running, of no revision yet, and of the sources that it will sync (S117).
    public static func accepted(
        _ request: OperationRequest, at now: Timestamp, by application: Application
    ) -> OperationState {
        let earlier = [
            application.status.operation?.startedAt, application.status.history.last?.deployStartedAt,
        ]
        // What lies far ahead was written by another clock.
        let newest = earlier.compactMap { $0 }.filter { $0.seconds < now.seconds + 3600 }.max()
        let start = max(now, newest.map { Timestamp(seconds: $0.seconds + 1) } ?? now)
        var state = OperationState(phase: .running, message: "", startedAt: start, revision: "")
        state.request = request
        if let sync = request.sync { state.syncResult.sources = application.sources(of: sync) }
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

    /// Ends it, or one attempt of it.
    public mutating func end(_ phase: Phase, _ message: String, at now: Timestamp) {
        self.phase = phase
        self.message = message
        // The start of one that follows closely on another is a little ahead.
        finishedAt = max(now, startedAt)
    }
}

extension Application {
    /// The operation that was begun and has not ended: whoever finds it, after the process that ran it is gone, goes on
    /// with it (I1). `nil` if there is none, or none was accepted yet.
    public var unfinishedOperation: OperationState? {
        guard operation != nil, let state = status.operation, !state.phase.isCompleted else { return nil }
        return state
    }
}
