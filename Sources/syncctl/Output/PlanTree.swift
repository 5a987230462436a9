import KubeCore
import SyncEngine

/// A plan as a tree: phases, their waves, and in them what is done to which object and why.
struct PlanTree {
    var view: PlanView

    /// Without line ends.
    var lines: [String] {
        let heading =
            "\(view.application) in namespace \(view.namespace), \(view.revisions.joined(separator: ", "))"
        guard !(view.rows.isEmpty && view.omissions.isEmpty) else {
            return [heading, "", "Nothing to do: no manifests, and nothing tracked in the cluster."]
        }
        let phases = SyncPhase.allCases.flatMap(lines(of:))
        let counts = view.counts.map { "\($0.count) \($0.action)" }.joined(separator: ", ")
        let summary = "Plan: \(counts.isEmpty ? "nothing" : counts). Nothing was written."
        return [heading] + phases + leftOut + ["", summary]
    }

    private func lines(of phase: SyncPhase) -> [String] {
        let rows = view.rows.filter { $0.phase == phase }
        guard !rows.isEmpty else { return [] }
        let title = phase == .syncFail ? "\(phase.rawValue) (only after a failure)" : phase.rawValue
        var waves: [(wave: Int, rows: [PlanRow])] = []
        for row in rows {
            if waves.last?.wave == row.wave {
                waves[waves.count - 1].rows.append(row)
            } else {
                waves.append((row.wave, [row]))
            }
        }
        return ["", title]
            + waves.enumerated().flatMap { index, wave in
                let isLast = index == waves.count - 1
                let cells = wave.rows.map { [$0.action, "\($0.key)", $0.why] }
                return ["\(isLast ? "└" : "├")─ wave \(wave.wave)"]
                    + branches(cells, under: isLast ? "   " : "│  ")
            }
    }

    /// What is wanted and has no task; objects that are merely not selected are only counted.
    private var leftOut: [String] {
        let named = view.omissions.filter { $0.reason != .notSelected }
        let others = view.omissions.count - named.count
        var cells = named.map { ["\($0.key)", $0.reason.description] }
        if others > 0 { cells.append(["\(others) objects", Omission.Reason.notSelected.description]) }
        return cells.isEmpty ? [] : ["", "Left out"] + branches(cells, under: "")
    }

    /// Rows as branches, their cells in columns.
    private func branches(_ cells: [[String]], under indent: String) -> [String] {
        let columns = cells.first?.indices ?? 0..<0
        let widths = columns.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.enumerated().map { index, row in
            let branch = index == cells.count - 1 ? "└─ " : "├─ "
            return indent + branch + TextTable.line(row, widths: widths)
        }
    }
}
