import KubeCore
import SyncEngine

/// A plan as a person reads it before pressing the button.
struct PlanText {
    var rows: [PlanRow]

    var text: String {
        guard !rows.isEmpty else { return "Nothing to do: no manifests, and nothing tracked in the cluster." }
        let table = TextTable(
            header: ["PHASE", "WAVE", "ACTION", "OBJECT", "WHY"],
            rows: rows.map { [$0.phase.rawValue, String($0.wave), $0.action, $0.key.description, $0.why] })
        let counts = Dictionary(grouping: rows, by: \.action).map { "\($0.value.count) \($0.key)" }.sorted()
        return table.lines().joined(separator: "\n")
            + "\n\nPlan: \(counts.joined(separator: ", ")). Nothing was written."
    }
}
