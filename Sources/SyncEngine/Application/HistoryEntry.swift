public import KubeCore

/// One entry of `status.history`: a sync that succeeded (S182, S183).
public struct HistoryEntry: Hashable, Sendable {
    public var id: Int64
    public var revision: String
    /// Where there are several sources, of each.
    public var revisions: [String] = []
    public var sources = SourceSet.none
    public var deployedAt: Timestamp?
    /// When its operation started.
    public var deployStartedAt: Timestamp?
    public var initiator = OperationRequest.Initiator()

    init(_ reader: inout LenientReader) {
        id = reader.number("id") ?? 0
        revision = reader.text("revision")
        revisions = reader.texts("revisions")
        sources = reader.sources()
        deployedAt = reader.time("deployedAt")
        deployStartedAt = reader.time("deployStartedAt")
        initiator =
            reader.part("initiatedBy", OperationRequest.Initiator.init) ?? OperationRequest.Initiator()
    }

    /// The entry of an operation that has succeeded.
    init(id: Int64, of operation: OperationState, at time: Timestamp) {
        self.id = id
        revision = operation.syncResult.revision
        revisions = operation.syncResult.revisions
        sources = operation.syncResult.sources
        deployedAt = time
        deployStartedAt = operation.startedAt
        initiator = operation.request?.initiator ?? OperationRequest.Initiator()
    }

    public var json: JSONValue {
        var writer = FieldWriter(["id": .int(id)])
        writer.write("revision", revision)
        writer.write("revisions", revisions)
        writer.write("deployedAt", deployedAt?.rfc3339 ?? "")
        writer.write("deployStartedAt", deployStartedAt?.rfc3339 ?? "")
        writer.write("initiatedBy", object: initiator.json.object ?? JSONObject())
        var fields = writer.members
        sources.write(to: &fields)
        return .object(fields)
    }
}

extension [HistoryEntry] {
    /// The history with an operation's entry, trimmed to its newest entries.
    ///
    /// - Parameters:
    ///   - operation: A whole sync that has succeeded and was no dry run (S182).
    ///   - limit: `spec.revisionHistoryLimit`; 0 keeps none.
    ///   - now: The time.
    /// - Returns: The history to be written; the same again for an operation whose entry is there already.
    public func adding(_ operation: OperationState, limit: Int, now: Timestamp) -> [HistoryEntry] {
        let id = last.map { $0.id.addingReportingOverflow(1).partialValue } ?? 0
        let isThere = last?.deployStartedAt == operation.startedAt
        let entries = isThere ? self : self + [HistoryEntry(id: id, of: operation, at: now)]
        return Array(entries.suffix(Swift.max(0, limit)))
    }
}

extension OperationState {
    /// Whether it has an entry in the history (S182).
    public var isHistoric: Bool {
        guard phase == .succeeded, let sync = request?.sync else { return false }
        return !sync.dryRun && sync.resources.isEmpty
    }
}
