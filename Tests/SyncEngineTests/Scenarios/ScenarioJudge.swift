import KubeCore
import SyncEngine

/// Compares a play with what is expected of it.
struct ScenarioJudge {
    var play: ScenarioPlay
    var expected: Expectation

    /// In words; empty if all is as expected.
    var differences: [String] {
        phaseDifferences + resultDifferences + writeDifferences + clusterDifferences + orderDifferences
    }

    // MARK: The operation

    private var phaseDifferences: [String] {
        let operation = play.progress.operation
        var found: [String] = []
        if let phase = expected.phase, phase != operation.phase.rawValue {
            found.append("phase: expected \(phase), got \(operation.phase.rawValue)")
        }
        if let message = expected.message, message != operation.message {
            found.append("message: expected \"\(message)\", got \"\(operation.message)\"")
        }
        if let part = expected.messageContains, !operation.message.contains(part) {
            found.append("message: expected …\(part)…, got \"\(operation.message)\"")
        }
        return found
    }

    private var resultDifferences: [String] {
        guard let results = expected.results else { return [] }
        let wanted = results.map { (place(of: $0), $0) }
        let actual = play.progress.operation.syncResult.resources
        var found: [String] = []
        for entry in actual where !wanted.contains(where: { $0.0 == place(of: entry) }) {
            found.append("result: unexpected entry \(place(of: entry))")
        }
        for (place, entry) in wanted {
            guard let result = actual.first(where: { self.place(of: $0) == place }) else {
                found.append("result: no entry \(place)")
                continue
            }
            found += differences(of: result, from: entry).map { "result \(place): \($0)" }
        }
        if actual.count > wanted.count {
            found.append("result: \(actual.count) entries for \(wanted.count) expected")
        }
        return found
    }

    private func differences(of result: ResourceResult, from entry: JSONValue) -> [String] {
        let pairs = [
            ("status", result.status?.rawValue), ("hookType", result.hookType?.rawValue),
            ("hookPhase", result.hookPhase?.rawValue),
        ]
        var found = pairs.compactMap { field, actual -> String? in
            let wanted = entry[field]?.string ?? ""
            return wanted == actual ?? "" ? nil : "\(field) expected \"\(wanted)\", got \"\(actual ?? "")\""
        }
        let message = entry["message"]?.string ?? ""
        if !accepts(message, result.message) {
            found.append("message expected …\(message)…, got \"\(result.message)\"")
        }
        return found
    }

    /// Entry messages: what kubectl would print, but for what depends on the way to apply (D3).
    private func accepts(_ wanted: String, _ found: String) -> Bool {
        if found.contains(wanted) { return true }
        let words = [
            " created", " configured", " unchanged", " replaced", " recreated", " serverside-applied",
        ]
        guard words.contains(where: wanted.hasSuffix), let word = words.first(where: found.hasSuffix) else {
            // `Namespace/team updated` is what Replace says of two kinds.
            return wanted.hasSuffix(" updated") && found.hasSuffix(" replaced")
        }
        // kubectl says `replaced` of a delete and create, too; we say what was done.
        // A process that goes on after another finds its objects made.
        let isMade = play.restarts > 0 || !wanted.hasSuffix(" created") || word == " created"
        return wanted.split(separator: " ").first == found.dropLast(word.count) && isMade
    }

    private func place(of entry: JSONValue) -> String {
        let reference = ObjectReference(entry["object"]?.string ?? "").scoped
        return "\(reference) in \(entry["syncPhase"]?.string ?? "")"
    }

    private func place(of result: ResourceResult) -> String {
        "\(ObjectReference(result.key).scoped) in \(result.syncPhase.rawValue)"
    }

    // MARK: Writes

    private var writeDifferences: [String] {
        guard let stages = expected.stages else { return [] }
        let recreated = Set(stages.joined().lazy.filter { $0.word == .recreate }.map(\.key))
        let actual = folded(play.world.writes, recreated)
        var rest = actual[...]
        for stage in stages {
            var open = stage
            while let next = rest.first, let index = open.firstIndex(of: next) {
                open.remove(at: index)
                rest = rest.dropFirst()
            }
            let missing = open.filter { !($0.word == .apply && mayBeLeftOut($0.key)) }
            guard missing.isEmpty else { return [writesDiffer(stages, actual)] }
        }
        return rest.isEmpty ? [] : [writesDiffer(stages, actual)]
    }

    private func writesDiffer(_ stages: [[ScenarioWrite]], _ actual: [ScenarioWrite]) -> String {
        let wanted = stages.map { $0.map(\.description).joined(separator: ", ") }.joined(separator: " | ")
        return "writes: expected \(wanted.isEmpty ? "none" : wanted), got "
            + actual.map(\.description).joined(separator: ", ")
    }

    /// `delete X … create X` is a `recreate X` where that is expected.
    private func folded(_ writes: [ScenarioWrite], _ recreated: Set<ObjectKey>) -> [ScenarioWrite] {
        var deleted: Set<ObjectKey> = []
        return writes.compactMap { write in
            if recreated.contains(write.key), write.word == .delete {
                deleted.insert(write.key)
                return nil
            }
            guard write.word == .create, deleted.remove(write.key) != nil else { return write }
            return ScenarioWrite(.recreate, write.key)
        } + deleted.map { ScenarioWrite(.delete, $0) }
    }

    /// Whether an apply would say nothing new (D3).
    private func mayBeLeftOut(_ key: ObjectKey) -> Bool {
        let manifest = play.manifests.last {
            play.key(of: KubeObject($0.object ?? JSONObject())) == key
        }
        guard let manifest, let known = play.known[key] else { return false }
        return holds(known, manifest)
    }

    private func holds(_ old: JSONValue, _ new: JSONValue) -> Bool {
        guard let members = new.object else { return old == new }
        return members.members.allSatisfy { member in
            old[member.key].map { holds($0, member.value) } ?? false
        }
    }

    // MARK: The cluster and the plan

    private var clusterDifferences: [String] {
        let objects = play.world.objects
        return expected.present.filter { objects[$0.key] == nil }.map { "\($0): expected to be there" }
            + expected.absent.filter { objects[$0.key] != nil }.map { "\($0): expected to be gone" }
            + expected.held.filter {
                objects[$0.key]?.finalizers.contains(AnnotationKey.hookFinalizer) == true
            }
            .map { "\($0): bears a hook finalizer (D2)" }
    }

    private var orderDifferences: [String] {
        guard let order = expected.taskOrder else { return [] }
        let tasks = [play.plan.namespaceTask].compactMap(\.self) + play.plan.tasks
        let actual = tasks.map { "\($0.phase.rawValue)/\($0.wave) \($0.key)" }
        let wanted = order.map { line in
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            return "\(parts[0]) \(ObjectReference(parts[1]).scoped)"
        }
        return actual == wanted ? [] : ["order: expected \(wanted), got \(actual)"]
    }
}
