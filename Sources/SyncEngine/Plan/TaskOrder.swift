import KubeCore

/// Puts tasks in the order in which they run (S40–S47).
struct TaskOrder {
    var destinationNamespace: String
    var prunesLast: Bool

    func sorted(_ tasks: [SyncTask], live: [ObjectKey: KubeObject]) -> [SyncTask] {
        var tasks = tasks
        mirrorPruneWaves(&tasks)
        moveLastPrunes(&tasks, live: live)
        tasks.sort { TaskOrder.precedes($0, $1) }
        pullForward(&tasks) { namespaceNeeds($0) }
        pullForward(&tasks) { definitionNeeds($0) }
        return tasks
    }

    private static func precedes(_ left: SyncTask, _ right: SyncTask) -> Bool {
        let ranks = (KindOrder.rank(left.key.kind), KindOrder.rank(right.key.kind))
        return (left.phase.order, left.wave, ranks.0, left.key.name, left.key)
            < (right.phase.order, right.wave, ranks.1, right.key.name, right.key)
    }

    /// The first of the waves that prune swaps with the last, and so on (S45).
    private func mirrorPruneWaves(_ tasks: inout [SyncTask]) {
        let waves = Set(tasks.lazy.filter(\.isPrune).map(\.wave)).sorted()
        let mirrored = Dictionary(uniqueKeysWithValues: zip(waves, waves.reversed()))
        for index in tasks.indices where tasks[index].isPrune {
            tasks[index].wave = mirrored[tasks[index].wave] ?? tasks[index].wave
        }
    }

    /// One wave after everything else of the Sync phase (S46).
    private func moveLastPrunes(_ tasks: inout [SyncTask], live: [ObjectKey: KubeObject]) {
        let last = max(0, tasks.lazy.filter { $0.phase == .sync }.map(\.wave).max() ?? 0) + 1
        for index in tasks.indices where tasks[index].isPrune {
            let own = live[tasks[index].key].map { SyncOptions(of: $0).contains("PruneLast=true") } ?? false
            if prunesLast || own { tasks[index].wave = last }
        }
    }

    /// Moves each task that others need before the first that needs it, into that one's phase and wave.
    ///
    /// - Parameters:
    ///   - tasks: In the order that is changed.
    ///   - needs: For a task that others may need, whether another one does.
    private func pullForward(_ tasks: inout [SyncTask], needs: (SyncTask) -> ((SyncTask) -> Bool)?) {
        for task in tasks {
            guard let isNeeded = needs(task), let from = tasks.firstIndex(where: { $0.id == task.id }),
                let first = tasks.firstIndex(where: isNeeded), first < from,
                // A hook of several phases is there already.
                !tasks[...first].contains(where: { $0.key == task.key })
            else { continue }
            let moved = tasks.remove(at: from).moved(to: tasks[first])
            tasks.insert(moved, at: first)
        }
    }

    private func namespaceNeeds(_ task: SyncTask) -> ((SyncTask) -> Bool)? {
        guard task.key.kind == "Namespace", task.key.group.isEmpty, task.target != nil else { return nil }
        return { other in
            guard let target = other.target else { return false }
            return (target.namespace.isEmpty ? destinationNamespace : target.namespace) == task.key.name
        }
    }

    private func definitionNeeds(_ task: SyncTask) -> ((SyncTask) -> Bool)? {
        guard let defined = task.target.flatMap({ DefinedKind(of: $0) }) else { return nil }
        return { $0.target != nil && $0.key.groupKind == defined.kind }
    }
}

extension SyncTask {
    /// The same task in another's phase and wave; a hook's stamp goes along.
    fileprivate func moved(to other: SyncTask) -> SyncTask {
        var moved = self
        moved.id.phase = other.phase
        moved.wave = other.wave
        if case .runHook(var object, let terms) = work {
            object.setAnnotation(AnnotationKey.syncPhase, other.phase.rawValue)
            moved.work = .runHook(object, terms)
        }
        return moved
    }
}

extension SyncPhase {
    /// Sort key: tuples compare integers faster than enums.
    fileprivate var order: Int {
        switch self {
        case .preSync: 0
        case .sync: 1
        case .postSync: 2
        case .syncFail: 3
        }
    }
}
