public import KubeCore

extension SyncPlan {
    /// A kind of which changes matter to the sync, and the namespaces they can happen in; one is empty for the cluster.
    public struct Watched: Hashable, Sendable {
        public var kind: GroupVersionKind
        public var namespaces: Set<String>
    }

    /// What has to be watched from the first write on: hooks, what later tasks wait for, and what is deleted.
    public var watched: [Watched] {
        var namespaces: [GroupVersionKind: Set<String>] = [:]
        for task in tasks
        where task.isHook || (isMultiStep && (task.isPrune || KindsWithoutHealth.canChange(task.key))) {
            namespaces[task.kind, default: []].insert(task.key.namespace)
        }
        if !lateKinds.isEmpty {
            for task in tasks where task.target.flatMap({ DefinedKind(of: $0) }) != nil {
                namespaces[task.kind, default: []].insert("")
            }
        }
        return namespaces.map { Watched(kind: $0.key, namespaces: $0.value) }
    }

    /// The objects on which the operation waits now: its running tasks, and what is being deleted.
    ///
    /// - Parameters:
    ///   - progress: Where the operation stands.
    ///   - live: What exists.
    /// - Returns: Each object with the kind to ask for it.
    public func awaited(after progress: SyncProgress, live: [ObjectKey: KubeObject]) -> [(
        ObjectKey, GroupVersionKind
    )] {
        let running = progress.awaited.keys.compactMap(task).filter { task in
            task.isHook || isMultiStep || task.target.flatMap { DefinedKind(of: $0) } != nil
        }
        let leaving = tasks.filter { live[$0.key]?.isBeingDeleted == true }
        var seen: Set<ObjectKey> = []
        return (running + leaving).filter { seen.insert($0.key).inserted }.map { ($0.key, $0.kind) }
    }
}

/// Kinds that have no health and so nothing to wait for (S171).
enum KindsWithoutHealth {
    static func canChange(_ key: ObjectKey) -> Bool {
        switch (key.group, key.kind) {
        case ("", "ConfigMap"), ("", "Secret"), ("", "ServiceAccount"), ("", "ResourceQuota"),
            ("", "LimitRange"):
            false
        case ("", "Namespace"), ("rbac.authorization.k8s.io", _), ("networking.k8s.io", "NetworkPolicy"):
            false
        default: true
        }
    }
}
