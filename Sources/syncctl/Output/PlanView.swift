import KubeCore
import SyncController
import SyncEngine

/// A plan that the API server has looked at, for a person before they press the button, or for a program.
struct PlanView {
    var application: String
    var namespace: String
    /// The dry run of the plan: what the server said to each object.
    var operation: OperationState
    /// Of each source; one for what has no sources.
    var revisions: [String]
    var rows: [PlanRow]
    var omissions: [Omission]

    init(
        _ prepared: SyncSession.Prepared, _ operation: OperationState, _ revisions: [String] = []
    ) {
        let tracking = prepared.plan.request.tracking
        application = tracking.application
        namespace = tracking.destinationNamespace
        self.operation = operation
        self.revisions = revisions.isEmpty ? [operation.syncResult.revision] : revisions
        rows = prepared.plan.rows(live: prepared.live, operation: operation)
        omissions = prepared.plan.omissions
    }

    /// How many objects each action concerns if all goes well, in the order of the actions' names.
    var counts: [(action: String, count: Int)] {
        Dictionary(grouping: rows.filter { $0.phase != .syncFail }, by: \.action).map {
            ($0.key, $0.value.count)
        }.sorted { $0.0 < $1.0 }
    }

    /// Prints the tree, and why the sync could not be carried out, if it could not.
    func show() {
        Console.print(PlanTree(view: self).lines.joined(separator: "\n"))
        guard operation.phase != .succeeded else { return }
        OperationSummary(operation: operation).failures.forEach { Console.error("error: \($0)") }
        Console.error("error: \(operation.message)")
    }

    /// One object; its tasks in the order in which they would run.
    var json: JSONValue {
        [
            "application": .string(application), "destinationNamespace": .string(namespace),
            "revision": .string(revisions.first ?? ""), "revisions": .array(revisions.map { .string($0) }),
            "phase": .string(operation.phase.rawValue),
            "message": .string(operation.message),
            "counts": .object(JSONObject(counts.map { ($0.action, .int(Int64($0.count))) })),
            "tasks": .array(rows.map(\.json)), "leftOut": .array(omissions.map(\.json)),
        ]
    }
}

extension PlanRow {
    fileprivate var json: JSONValue {
        let task: [(String, JSONValue)] = [
            ("phase", .string(phase.rawValue)), ("wave", .int(Int64(wave))), ("action", .string(action)),
        ]
        return .object(JSONObject(task + key.members + [("why", .string(why))]))
    }
}

extension Omission {
    fileprivate var json: JSONValue {
        .object(JSONObject(key.members + [("why", .string(reason.description))]))
    }
}

extension ObjectKey {
    fileprivate var members: [(String, JSONValue)] {
        [
            ("group", .string(group)), ("kind", .string(kind)), ("namespace", .string(namespace)),
            ("name", .string(name)),
        ]
    }
}
