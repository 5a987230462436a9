import KubeCore
import SyncEngine

/// Shows a person or a program how an operation goes.
protocol SyncReporter: Sendable {
    /// A new state of the running operation.
    func show(_ operation: OperationState) async

    /// The operation is over.
    func finish(_ operation: OperationState) async
}

/// Shows nothing: what there is to see comes at the end.
struct SilentReporter: SyncReporter {
    func show(_ operation: OperationState) {}

    func finish(_ operation: OperationState) {}
}

/// `-o json`: nothing until the end, then the whole state.
struct JSONReporter: SyncReporter {
    func show(_ operation: OperationState) {}

    func finish(_ operation: OperationState) {
        Console.print(operation.json.text(.pretty))
    }
}

/// `-o jsonl`: a line a transition with the entries that changed; the last line is complete.
actor JSONLinesReporter: SyncReporter {
    private var shown: OperationState?

    func show(_ operation: OperationState) {
        guard operation != shown, !operation.phase.isCompleted else { return }
        let known = Set(shown?.syncResult.resources ?? [])
        let changed = operation.syncResult.resources.filter { !known.contains($0) }
        shown = operation
        Console.print(operation.json(resources: changed).text)
    }

    func finish(_ operation: OperationState) {
        Console.print(operation.json.text)
    }
}

/// `-o wide` where nobody watches: a line whenever an object's row changes, the tables at the end.
actor LineReporter: SyncReporter {
    private var shown: [ResultRow.ID: ResultRow] = [:]
    private let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
    }

    func show(_ operation: OperationState) {
        let widths = [25] + ResultRow.widths
        if shown.isEmpty, !operation.syncResult.resources.isEmpty {
            Console.print(TextTable.line(["TIMESTAMP"] + ResultRow.header, widths: widths))
        }
        let time = now().rfc3339.replacing("Z", with: "+00:00")
        for row in operation.syncResult.resources.map({ ResultRow($0) })
        where shown[row.id] != row {
            shown[row.id] = row
            Console.print(TextTable.line([time] + row.cells, widths: widths))
        }
    }

    func finish(_ operation: OperationState) {
        show(operation)
        Console.print("")
        Console.print(OperationSummary(operation: operation).lines.joined(separator: "\n"))
        guard !operation.syncResult.resources.isEmpty else { return }
        Console.print("")
        Console.print(OperationSummary(operation: operation).table.lines().joined(separator: "\n"))
    }
}

/// `-o wide` on a terminal: one table that is drawn over itself.
actor TerminalReporter: SyncReporter {
    private var drawnLines = 0

    func show(_ operation: OperationState) {
        draw(operation, isFinal: false)
    }

    func finish(_ operation: OperationState) {
        draw(operation, isFinal: true)
        Console.print("")
        let summary = OperationSummary(operation: operation)
        Console.print((summary.lines + summary.failures.map { "error: \($0)" }).joined(separator: "\n"))
    }

    private func draw(_ operation: OperationState, isFinal: Bool) {
        let size = Console.size
        var lines = OperationSummary(operation: operation).table.lines(width: size?.columns)
        lines = lines.enumerated().map { $0 == 0 ? $1 : colored($1, operation.syncResult.resources[$0 - 1]) }
        if !isFinal {
            // What scrolled out of the window could not be drawn over: the newest entries are shown.
            let room = max(3, (size?.rows ?? 24) - 3)
            if lines.count > room { lines = [lines[0]] + lines.suffix(room - 1) }
            lines.append(
                String("\(operation.phase.rawValue): \(operation.message)".prefix(size?.columns ?? 80)))
        }
        let up = drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r" : ""
        Console.printRaw(up + "\u{1B}[J" + lines.joined(separator: "\n") + "\n")
        drawnLines = isFinal ? 0 : lines.count
    }

    private func colored(_ line: String, _ result: ResourceResult) -> String {
        switch (result.status, result.hookPhase) {
        case (.syncFailed, _), (_, .failed), (_, .error): "\u{1B}[31m\(line)\u{1B}[0m"
        case (_, .running): "\u{1B}[33m\(line)\u{1B}[0m"
        case (_, .succeeded): "\u{1B}[32m\(line)\u{1B}[0m"
        case (_, nil): line
        }
    }
}
