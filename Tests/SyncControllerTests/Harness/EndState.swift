import KubeClient
import KubeCore
import SyncEngine
import TestSupport

/// What a sync has left behind, in words that are the same for every run: names of applications, namespaces and
/// operations are put back to placeholders.
struct EndState: Sendable, CustomStringConvertible {
    let lines: [String]

    /// - Parameters:
    ///   - sandbox: Where to look.
    ///   - progress: How the operation ended.
    /// - Throws: What reading the cluster throws.
    init(of sandbox: Sandbox, after progress: SyncProgress) async throws {
        try await self.init(of: sandbox, after: progress.operation, progress.ending.map { "\($0)" } ?? "")
    }

    /// - Parameters:
    ///   - sandbox: Where to look.
    ///   - operation: How the operation stands.
    ///   - ending: What else there is to say of its end.
    /// - Throws: What reading the cluster throws.
    init(of sandbox: Sandbox, after operation: OperationState, _ ending: String) async throws {
        var lines = ["operation: \(operation.phase.rawValue), \(ending)"]
        // What was removed by a process that is gone has no entry, and plain objects that nothing waits for may still
        // count as running: neither tells how the sync went.
        for result in operation.syncResult.resources where result.status != .pruned {
            let phase = result.hookType == nil ? nil : result.hookPhase?.rawValue
            lines.append(
                "result: \(result.key.kind)/\(result.key.name) \(result.syncPhase.rawValue) "
                    + "\(result.status?.rawValue ?? "-") \(phase ?? "")")
        }
        // Deleted in the foreground, they go in their own time.
        try await sandbox.waitUntil(.jobs) { $0.allSatisfy { !$0.isBeingDeleted } }
        for resource in [APIResource.jobs, .configMaps, .services, .deployments] {
            for object in try await sandbox.client.list(resource, namespace: sandbox.namespace).items
            where sandbox.tracking.owns(object) {
                lines.append("object: " + EndState.words(object))
            }
        }
        let names = EndState.placeholders(sandbox, operation)
        self.lines = lines.map { line in
            names.reduce(line) { $0.replacing($1.0, with: $1.1) }
        }.sorted()
    }

    private static func words(_ object: KubeObject) -> String {
        let annotations = (object["metadata", "annotations"]?.object?.members ?? []).compactMap {
            $0.key.hasPrefix("deployment.kubernetes.io") ? nil : "\($0.key)=\($0.value.string ?? "")"
        }
        let conditions = (object["status", "conditions"]?.array ?? []).filter { $0["status"] == "True" }
            .compactMap { $0["type"]?.string }
        return "\(object.kind)/\(object.name) \(object.isBeingDeleted ? "leaving" : "there") "
            + "\(conditions.sorted()) \(object["data"]?.text ?? "") \(annotations.sorted())"
    }

    private static func placeholders(_ sandbox: Sandbox, _ operation: OperationState) -> [(String, String)] {
        let started = operation.startedAt
        let id = OperationID(
            application: sandbox.application, startedAt: started,
            revision: operation.syncResult.revision)
        return [
            (sandbox.application, "APP"), (sandbox.namespace, "NAMESPACE"), (id.description, "ID"),
            (started.rfc3339, "START"), ("\(started.seconds)", "START"),
        ]
    }

    /// What one has and the other has not.
    func differences(from other: EndState) -> [String] {
        lines.filter { !other.lines.contains($0) }.map { "+ " + $0 }
            + other.lines.filter { !lines.contains($0) }.map { "- " + $0 }
    }

    var description: String { lines.joined(separator: "\n") }
}
