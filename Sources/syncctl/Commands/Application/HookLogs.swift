import KubeClient
import KubeCore
import SyncController
import SyncEngine

/// Prints what hooks write while they run.
struct HookLogs: Sendable {
    let cluster: Cluster
    /// Where the output is a program's, the logs go beside it.
    var isBesideOutput = false

    /// Between two looks for a hook's Pods.
    private static let pause = Duration.milliseconds(500)
    /// How often is looked: a Pod that has not begun after so long is waited for by others.
    private static let looks = 600

    /// A container's last lines come a moment after its end is seen.
    private static let grace = Duration.seconds(5)

    /// Does something, and prints the logs of the hooks that it tells of.
    ///
    /// - Parameters:
    ///   - isWanted: Whether logs are wanted at all.
    ///   - body: Told whom to tell of hooks.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    func beside<Value: Sendable>(
        isWanted: Bool, _ body: (@escaping @Sendable (ObjectKey) -> Void) async throws -> Value
    ) async throws -> Value {
        guard isWanted else { return try await body { _ in } }
        let (hooks, feed) = AsyncStream.makeStream(
            of: ObjectKey.self, bufferingPolicy: .bufferingNewest(1000))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await follow(hooks) }
            defer { group.cancelAll() }
            let value = try await body { feed.yield($0) }
            feed.finish()
            group.addTask { try await Task.sleep(for: Self.grace) }
            try await group.next()
            return value
        }
    }

    /// Follows the logs of hooks until there are no more hooks and each log has ended.
    func follow(_ hooks: AsyncStream<ObjectKey>) async {
        var known: Set<ObjectKey> = []
        await withDiscardingTaskGroup { group in
            for await hook in hooks where known.insert(hook).inserted {
                group.addTask { await follow(hook) }
            }
        }
    }

    private func show(_ line: String) {
        if isBesideOutput {
            Console.error(line)
        } else {
            Console.print(line.printable)
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
                        show("\(hook.kind)/\(hook.name): \(line)")
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
