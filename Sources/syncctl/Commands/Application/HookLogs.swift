import KubeClient
import KubeCore
import SyncController
import SyncEngine

/// Prints what hooks write while they run.
struct HookLogs: Sendable {
    let cluster: Cluster

    /// Between two looks for a hook's Pods.
    private static let pause = Duration.milliseconds(500)
    /// How often is looked: a Pod that has not begun after so long is waited for by others.
    private static let looks = 600

    /// Follows the logs of hooks until there are no more hooks and each log has ended.
    func follow(_ hooks: AsyncStream<ObjectKey>) async {
        var known: Set<ObjectKey> = []
        await withDiscardingTaskGroup { group in
            for await hook in hooks where known.insert(hook).inserted {
                group.addTask { await follow(hook) }
            }
        }
    }

    private func follow(_ hook: ObjectKey) async {
        var shown: Set<String> = []
        for _ in 0..<Self.looks where !Task.isCancelled {
            do {
                guard let owner = try await LiveObjects(cluster).find(hook) else { return }
                for pod in try await PodLogs(cluster.client).pods(of: owner) where !shown.contains(pod.uid) {
                    var query = PodLogs.Query()
                    query.follows = true
                    try await PodLogs(cluster.client).read(pod, query) { line in
                        Console.print("\(hook.kind)/\(hook.name): \(line.printable)")
                    }
                    shown.insert(pod.uid)
                }
                if owner.hasEnded { return }
                try await Task.sleep(for: Self.pause)
            } catch {
                // Not begun yet, or gone: the next look tells. A cancelled sleep ends the loop.
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}

extension KubeObject {
    /// Whether a Pod or Job has come to its end.
    fileprivate var hasEnded: Bool {
        if kind == "Pod" { return ["Succeeded", "Failed"].contains(self["status", "phase"]?.string ?? "") }
        return self["status", "completionTime"] != nil
            || self["status", "conditions"]?.array?.contains {
                ["Complete", "Failed"].contains($0["type"]?.string ?? "") && $0["status"] == "True"
            } ?? false
    }
}
