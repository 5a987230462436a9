import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

extension ScenarioStage {
    /// Lets a step happen.
    func perform(_ step: ControllerScenario.Step) async throws {
        // Operations are held back by a refresh alone.
        if step.action != "refresh" { wire.releaseOperations() }
        let object = step.details["object"]?.string.flatMap { ScenarioReference($0) }
        switch step.action {
        case "process": start()
        case "refresh": try await refresh()
        case "restart":
            await stop()
            start()
        case "advance": clock.leap(by: .seconds(step.details["seconds"]?.int ?? 0))
        case "set-manifests":
            own.source.push(
                step.details["revision"]?.string ?? "",
                ControllerScenario.objects(step.details["manifests"]))
        case "patch-application": try await own.patch(step.details["patch"] ?? [:])
        case "terminate-op": try await own.patch(["status": ["operationState": ["phase": "Terminating"]]])
        case "delete-application": try await delete()
        case "job-complete": try await own.sandbox.end(try #require(object).name, as: "Succeeded")
        case "job-fail": try await own.sandbox.end(try #require(object).name, as: "Failed")
        case "delete":
            let gone = try #require(object)
            try await client.delete(gone.resource, namespace: gone.namespace, name: gone.name)
        case "finalize": try await finalize(try #require(object))
        default: Issue.record("nobody knows the step \(step.action)")
        }
    }

    /// Exactly one look, while no operation is accepted.
    private func refresh() async throws {
        wire.holdOperations()
        guard isWorking else { return start() }
        try await own.patch(["metadata": ["annotations": [AnnotationKey.refresh: "normal"]]])
        try await own.wait { $0.metadata.refresh == nil }
    }

    /// Takes the finalizers away that are not the API server's own; looks again where somebody was faster.
    private func finalize(_ reference: ScenarioReference) async throws {
        while let object = try await client.get(
            reference.resource, namespace: reference.namespace, name: reference.name)
        {
            let kept = object.finalizers.filter { $0 == "foregroundDeletion" || $0 == "orphan" }
            guard kept != object.finalizers else { return }
            let finalizers = JSONValue.array(kept.map { .string($0) })
            let version = JSONValue.string(object.resourceVersion)
            let patch: JSONValue = ["metadata": ["finalizers": finalizers, "resourceVersion": version]]
            do {
                try await client.patch(
                    .merge(patch), of: reference.resource, namespace: reference.namespace,
                    name: reference.name)
            } catch {
                guard case .refused(let failure) = error, failure.isConflict || failure.isNotFound else {
                    throw error
                }
            }
        }
    }
}

extension ScenarioStage {
    /// Long enough for a machine that does much else; only who fails waits for its end.
    private static let patience = Duration.seconds(45)

    /// Waits until what is wanted is so and the controller has nothing more to do, and looks whether it is still so.
    ///
    /// - Returns: What is different from what is wanted.
    func differences(after step: ControllerScenario.Step) async throws -> [String] {
        guard step.wanted != [:] else { return [] }
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let change = pulse.next
            let differences = try await differences(from: step.wanted)
            if differences.isEmpty { break }
            guard ContinuousClock.now < deadline else { return differences }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await change.wait() }
                // A cancelled sleep is the other task's good news.
                group.addTask { try? await Task.sleep(until: deadline) }
                await group.next()
                group.cancelAll()
            }
        }
        try await settle()
        return try await differences(from: step.wanted).map { "not for long: \($0)" }
    }

    private func differences(from wanted: JSONValue) async throws -> [String] {
        var differences = try await objectDifferences(from: wanted)
        let application = try await client.get(
            .applications, namespace: own.sandbox.namespace, name: own.sandbox.application)
        if wanted["applicationAbsent"] == true, application != nil {
            differences.append("the application is there")
        }
        if let fields = wanted["application"] {
            differences += Subset.differences(
                fields, application.map { .object($0.json) }, at: "application")
        }
        return differences + writeDifferences(from: wanted) + otherDifferences(from: wanted)
    }

    private func objectDifferences(from wanted: JSONValue) async throws -> [String] {
        var differences: [String] = []
        for name in wanted["present"]?.array?.compactMap(\.string) ?? [] where try await object(name) == nil {
            differences.append("\(name) is not there")
        }
        for name in wanted["absent"]?.array?.compactMap(\.string) ?? [] where try await object(name) != nil {
            differences.append("\(name) is there")
        }
        for (name, fields) in (wanted["live"]?.object ?? [:]).map({ ($0.key, $0.value) }) {
            let found = try await object(name).map { JSONValue.object($0.json) }
            differences += Subset.differences(fields, found, at: name)
        }
        return differences
    }

    private func object(_ name: String) async throws -> KubeObject? {
        let reference = try #require(ScenarioReference(name), "\(name)")
        return try await client.get(
            reference.resource, namespace: reference.namespace, name: reference.name)
    }

    /// The stages in their order, and of each its writes in any; nothing beside them.
    private func writeDifferences(from wanted: JSONValue) -> [String] {
        let stages = wanted["writes"]?.array?.map { $0.array?.compactMap(\.string) ?? [] }
        guard let stages = stages ?? (wanted["noWrites"] == true ? [] : nil) else { return [] }
        let writes = wire.writes
        var rest = writes[...]
        for stage in stages {
            guard stage.sorted() == rest.prefix(stage.count).sorted() else {
                return ["writes: are \(writes), wanted are \(stages)"]
            }
            rest = rest.dropFirst(stage.count)
        }
        return rest.isEmpty ? [] : ["writes: are \(writes), wanted are \(stages)"]
    }

    private func otherDifferences(from wanted: JSONValue) -> [String] {
        var differences: [String] = []
        if let attempts = wanted["attempts"]?.int, wire.refused != attempts {
            differences.append("\(wire.refused) attempts, wanted are \(attempts)")
        }
        if let policy = wanted["deletePropagation"]?.string, wire.propagations != [policy] {
            differences.append("deletions propagate \(wire.propagations), wanted is \(policy)")
        }
        if wanted["recordedFirst"] == true, !wire.isRecordedFirst {
            differences.append("something was written before the operation was recorded")
        }
        if let level = wanted["refreshRequested"]?.string {
            let isForced = own.source.requests.drop { $0.revisions.isEmpty }.contains {
                $0.revisions.isEmpty && $0.resolvesAnew
            }
            if level != "latest-force-resolve" || !isForced {
                differences.append("no comparison after the operation at level \(level)")
            }
        }
        return differences
    }
}
