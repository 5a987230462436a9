import KubeCore
import SyncEngine

/// How a play has ended, as far as an interruption must not change it.
struct ScenarioEnd {
    var phase: OperationState.Phase
    var objects: Set<ObjectKey>
    /// How often each object was made.
    var creations: [ObjectKey: Int]
    /// What is reported of each task; `Running` of a plain resource is as good as `Succeeded`.
    var verdicts: [SyncTask.ID: String]

    init(_ play: ScenarioPlay) {
        phase = play.progress.operation.phase
        objects = Set(play.world.objects.keys.map(ScenarioEnd.timeless))
        creations = Dictionary(
            play.world.creations.map { (ScenarioEnd.timeless($0.key), $0.value) }, uniquingKeysWith: +)
        verdicts = Dictionary(
            play.progress.operation.syncResult.resources.map { entry in
                let isSettled = entry.hookType == nil && entry.hookPhase == .running
                let phase = (isSettled ? .succeeded : entry.hookPhase)?.rawValue ?? ""
                let id = SyncTask.ID(
                    key: ScenarioEnd.timeless(entry.key), phase: entry.syncPhase)
                return (id, "\(entry.status?.rawValue ?? "") \(phase)")
            }
        ) { first, _ in first }
    }

    /// A generated name ends in the time at which the operation started, which a new process may not know.
    private static func timeless(_ key: ObjectKey) -> ObjectKey {
        var key = key
        if let dash = key.name.lastIndex(of: "-"), key.name[dash...].count == 11 {
            key.name = String(key.name[..<dash])
        }
        return key
    }

    /// In words; empty if an interrupted play has come to the same end.
    ///
    /// The entries of what a process that died had pruned, made or deleted and nobody can see any more may be missing.
    func differences(to interrupted: ScenarioEnd) -> [String] {
        var found: [String] = []
        if phase != interrupted.phase { found.append("phase \(interrupted.phase), not \(phase)") }
        found += objects.symmetricDifference(interrupted.objects).map {
            "\($0) is \(objects.contains($0) ? "gone" : "there")"
        }
        for key in Set(creations.keys).union(interrupted.creations.keys) {
            let (wanted, actual) = (creations[key] ?? 0, interrupted.creations[key] ?? 0)
            if wanted != actual { found.append("\(key) was made \(actual) times, not \(wanted)") }
        }
        for (id, verdict) in interrupted.verdicts where verdicts[id] != verdict {
            found.append("\(id.key) in \(id.phase) is \(verdict), not \(verdicts[id] ?? "in the results")")
        }
        return found
    }
}
