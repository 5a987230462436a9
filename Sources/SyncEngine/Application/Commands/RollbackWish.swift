/// A rollback to an entry of an Application's history (S184).
public struct RollbackWish: Hashable, Sendable {
    /// `nil`: the entry before the newest.
    public var id: Int64?
    public var prune = false
    public var dryRun = false

    public init(id: Int64? = nil) {
        self.id = id
    }

    /// The operation for an Application as it is.
    ///
    /// - Parameter application: As it was just read.
    /// - Returns: What its `operation` is to be: without hooks, and never retried.
    /// - Throws: ``RequestRefusal``.
    public func request(for application: Application) throws(RequestRefusal) -> OperationRequest {
        guard application.metadata.deletionTimestamp == nil else { throw .beingDeleted }
        if let automated = application.spec.syncPolicy.automated, automated.isEnabled {
            throw .automatedRollback
        }
        guard application.operation == nil else { throw .operationInProgress }
        let entry = try entry(of: application.status.history)
        var sync = SyncOperation()
        sync.revision = entry.revision
        sync.revisions = entry.revisions
        sync.sources = entry.sources
        sync.prune = prune
        sync.dryRun = dryRun
        sync.strategy = .apply(force: false)
        sync.options = application.spec.syncPolicy.options
        var request = OperationRequest(sync)
        request.initiator = OperationRequest.Initiator(username: SyncWish.user)
        return request
    }

    private func entry(of history: [HistoryEntry]) throws(RequestRefusal) -> HistoryEntry {
        guard let id else {
            guard history.count > 1 else { throw .noPreviousSync }
            return history[history.count - 2]
        }
        guard let entry = history.first(where: { $0.id == id }) else { throw .noSuchEntry(id) }
        return entry
    }
}

/// The history of one source of an Application, as `app history` shows it.
public struct SourceHistory: Hashable, Sendable {
    public static let header = ["ID", "DATE", "REVISION"]

    /// As people may see it.
    public var url: String
    public var rows: [[String]]

    /// By source, in the order in which they first appear.
    public static func all(of history: [HistoryEntry]) -> [SourceHistory] {
        var found: [SourceHistory] = []
        for entry in history {
            let sources = entry.sources.all
            for (index, source) in sources.enumerated() {
                let revision =
                    entry.revisions.indices.contains(index) ? entry.revisions[index] : entry.revision
                let row = ["\(entry.id)", entry.deployedAt?.rfc3339 ?? "", source.shown(at: revision)]
                if let place = found.firstIndex(where: { $0.url == source.shownURL }) {
                    found[place].rows.append(row)
                } else {
                    found.append(SourceHistory(url: source.shownURL, rows: [row]))
                }
            }
        }
        return found
    }
}

extension ApplicationSource {
    /// What is wanted, `HEAD` where nothing is said.
    var shownTarget: String { targetRevision.isEmpty ? (chart.isEmpty ? "HEAD" : "*") : targetRevision }

    /// What is wanted, with the beginning of the commit that it was.
    func shown(at revision: String) -> String {
        guard !revision.isEmpty, revision != targetRevision else { return shownTarget }
        return "\(shownTarget) (\(revision.isCommit ? String(revision.prefix(7)) : revision))"
    }
}

extension String {
    /// Whether it is the whole name of a commit.
    var isCommit: Bool {
        (utf8.count == 40 || utf8.count == 64)
            && utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
