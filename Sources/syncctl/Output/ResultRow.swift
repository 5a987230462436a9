import KubeCore
import SyncEngine

/// One object's row in the tables of `app sync` (C20, C21).
struct ResultRow: Hashable {
    /// What tells a row apart from the others.
    struct ID: Hashable {
        var key: ObjectKey
        var phase: SyncPhase
    }

    static let header = ["GROUP", "KIND", "NAMESPACE", "NAME", "STATUS", "HEALTH", "HOOK", "MESSAGE"]
    static let widths = [5, 10, 10, 20, 9, 11, 8, 0]

    var id: ID
    var status: String
    var health: String
    var hook: String
    var message: String

    /// A row; once the operation is over, what was not awaited to its end has no health that we know (S63).
    init(_ result: ResourceResult, isOver: Bool = false) {
        id = ID(key: result.key, phase: result.syncPhase)
        let phase = result.hookPhase?.rawValue ?? ""
        let status = result.status?.rawValue ?? ""
        // A hook's own progress is its status; a plain object's is how well it does.
        self.status = result.hookType == nil ? status : phase
        let isUnknown = isOver && result.hookPhase == .running
        health = result.hookType == nil ? (isUnknown ? "" : ResultRow.health(result)) : status
        hook = result.hookType?.rawValue ?? ""
        message = result.message
    }

    /// A plain object's progress in the words of health.
    private static func health(_ result: ResourceResult) -> String {
        guard result.status == .synced else { return "" }
        switch result.hookPhase {
        case .running: return "Progressing"
        case .succeeded: return "Healthy"
        case .failed, .error: return "Degraded"
        case nil: return ""
        }
    }

    var cells: [String] {
        [id.key.group, id.key.kind, id.key.namespace, id.key.name, status, health, hook, message]
    }
}

/// What `app sync` prints when an operation is over (C28, C30).
struct OperationSummary {
    var operation: OperationState

    var lines: [String] {
        var fields = [
            ("Operation:", "Sync"), ("Sync Revision:", operation.syncResult.revision),
            ("Phase:", operation.phase.rawValue), ("Start:", operation.startedAt.rfc3339),
        ]
        if let finished = operation.finishedAt {
            fields.append(("Finished:", finished.rfc3339))
            fields.append(("Duration:", finished.since(operation.startedAt).goText))
        }
        if !operation.message.isEmpty { fields.append(("Message:", operation.message)) }
        return fields.map { $0 + String(repeating: " ", count: max(0, 20 - $0.count)) + $1 }
    }

    /// What went wrong, object by object and in full: a table may be too narrow for it.
    var failures: [String] {
        operation.syncResult.resources.filter {
            $0.status == .syncFailed || $0.hookPhase == .failed || $0.hookPhase == .error
        }
        .map { "\($0.key): \($0.message)" }
    }

    /// The entries of the operation, in its order.
    var table: TextTable {
        TextTable(
            header: ResultRow.header, minimumWidths: ResultRow.widths,
            rows: operation.syncResult.resources.map {
                ResultRow($0, isOver: operation.phase.isCompleted).cells
            })
    }
}
