import SyncEngine

/// `--dry-run` for a person: the plan, once the server has looked at it.
struct PlanReporter: SyncReporter {
    func show(_ operation: OperationState) {}

    func finish(_ operation: OperationState) {}

    func finish(rows: [PlanRow], _ operation: OperationState) {
        Console.print(PlanText(rows: rows).text)
        guard operation.phase != .succeeded else { return }
        OperationSummary(operation: operation).failures.forEach { Console.error("error: \($0)") }
        Console.error("error: \(operation.message)")
    }
}
