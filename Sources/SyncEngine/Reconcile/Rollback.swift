import KubeCore

/// Why an application is not brought back to an earlier sync.
public struct RollbackRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Application {
    /// The operation that brings back what an earlier sync applied (S184, S148).
    ///
    /// - Parameters:
    ///   - id: Of the history's entry; `nil` for the one before the newest.
    ///   - prune: Whether what that sync did not have goes.
    ///   - dryRun: Whether nothing is written.
    /// - Returns: A request without hooks, and without retries (S128).
    /// - Throws: ``RollbackRefusal`` if there is no such entry, or syncs begin by themselves.
    public func rollback(
        to id: Int64?, prune: Bool = false, dryRun: Bool = false
    ) throws(RollbackRefusal) -> OperationRequest {
        let name = metadata.name
        if let automated = spec.syncPolicy.automated, automated.isEnabled {
            throw RollbackRefusal(
                "rollback of \(name) is refused while auto-sync is on: it would be undone at once; "
                    + "switch it off first")
        }
        guard metadata.deletionTimestamp == nil else {
            throw RollbackRefusal("rollback of \(name) is refused: it is being deleted")
        }
        let entry = try entry(id)
        var sync = SyncOperation()
        sync.revision = entry.revision
        sync.revisions = entry.revisions
        sync.sources = entry.sources.isEmpty ? spec.sources : entry.sources
        sync.prune = prune
        sync.dryRun = dryRun
        sync.strategy = .apply(force: false)
        sync.options = spec.syncPolicy.options
        return OperationRequest(sync)
    }

    private func entry(_ id: Int64?) throws(RollbackRefusal) -> HistoryEntry {
        guard let id else {
            guard status.history.count >= 2 else {
                throw RollbackRefusal(
                    "\(metadata.name) has no earlier sync to go back to: its history has "
                        + "\(status.history.count) of the 2 entries that it takes")
            }
            return status.history[status.history.count - 2]
        }
        guard let entry = status.history.last(where: { $0.id == id }) else {
            let known = status.history.map { "\($0.id)" }.joined(separator: ", ")
            throw RollbackRefusal(
                "\(metadata.name) has no history entry \(id)" + (known.isEmpty ? "" : "; it has \(known)"))
        }
        return entry
    }
}
