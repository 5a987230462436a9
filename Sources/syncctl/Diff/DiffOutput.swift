import ArgumentParser
import FoundationEssentials
import KubeCore
import SyncController
import SyncEngine

/// Differences as they are printed.
struct DiffOutput {
    var format = DiffFormat.diff
    var color = ColorArgument.auto

    /// Prints the differences, and what could not be found out.
    ///
    /// - Parameter report: What was found.
    /// - Returns: Whether there are differences.
    /// - Throws: ``CommandFailure`` of an external program.
    func show(_ report: DiffSession.Report) async throws -> Bool {
        for (key, reason) in report.unasked.sorted(by: { $0.key < $1.key }) {
            Console.error("warning: \(key) is compared without the API server's dry run: \(reason)")
        }
        let differs = try await print(report)
        for (key, problem) in report.problems.sorted(by: { $0.key < $1.key }) {
            Console.error("error: \(key): \(problem)")
        }
        return differs
    }

    private func print(_ report: DiffSession.Report) async throws -> Bool {
        let environment = ProcessInfo.processInfo.environment
        guard format == .diff else {
            Console.print(report.json.text(.pretty))
            return !report.diffs.isEmpty
        }
        guard !report.diffs.isEmpty else { return false }
        if let external = ExternalDiff(environment) { return try await external.show(report.diffs) }
        let isColored = color.isColored(isTerminal: Console.isTerminal, environment: environment)
        for diff in report.diffs {
            let text = DiffText(
                diff: diff, reason: report.reasons[diff.key] ?? "", isColored: isColored)
            Console.print(text.lines.joined(separator: "\n"))
        }
        return true
    }
}

/// What `-o` of `app diff` chooses.
enum DiffFormat: String, ExpressibleByArgument, CaseIterable {
    case diff
    case json
}
