public import KubeCore

/// One object of a plan that may differ from the cluster.
public struct DiffTask: Hashable, Sendable {
    /// How it is found out what a sync would leave.
    public enum Prediction: Hashable, Sendable {
        /// Without the server; `nil`: nothing.
        case known(KubeObject?)
        /// By the server's dry run of the write; where the server cannot be asked, this is the next best.
        case rehearsal(SyncAction.Work, otherwise: KubeObject)
    }

    public var key: ObjectKey
    public var kind: GroupVersionKind
    public var task: SyncTask.ID
    public var action: ObjectDiff.Action
    public var live: KubeObject?
    public var prediction: Prediction
    /// Whether an object that cannot be changed is made anew (S99).
    public var isForced = false
    /// Why a sync would refuse the object whatever is in it; empty if it would not.
    public var problem = ""
    /// Why an object that no manifest wants stays; empty for others.
    public var reason = ""
}

extension SyncPlan {
    /// The objects that may differ from the cluster, in the order of their keys.
    ///
    /// Hooks are left out, as what they run is no state; and so is what is surely as it should be (D3), and what nobody
    /// wants but says that this is no difference (`IgnoreExtraneous`, S158).
    ///
    /// - Parameter live: What exists, as the plan was made with it.
    /// - Returns: One task an object.
    public func diffTasks(live: [ObjectKey: KubeObject]) -> [DiffTask] {
        let run = StepRun(
            plan: self, progress: start, seen: Observation(live: live, now: request.startedAt))
        let namespace = namespaceTask.map { [run.creation($0)] } ?? []
        return (namespace + tasks.compactMap(run.diffTask)).sorted { $0.key < $1.key }
    }
}

extension StepRun {
    fileprivate func diffTask(_ task: SyncTask) -> DiffTask? {
        var found: DiffTask?
        switch task.work {
        case .runHook: return nil
        case .prune(.none): found = unwanted(task, .prune, "")
        case .prune(.skipped(let reason)): found = unwanted(task, .extraneous, reason)
        case .prune(.awaitsConfirmation):
            found = unwanted(task, .extraneous, "Prune=confirm waits for approval")
        case .apply: found = live(task) == nil ? creation(task) : change(of: task)
        }
        found?.problem = plan.refusals[task.id] ?? ""
        return found
    }

    fileprivate func creation(_ task: SyncTask) -> DiffTask {
        DiffTask(
            key: task.key, kind: task.kind, task: task.id, action: .create, live: nil,
            prediction: .known(task.target))
    }

    private func unwanted(_ task: SyncTask, _ action: ObjectDiff.Action, _ reason: String) -> DiffTask? {
        guard let found = live(task) else { return nil }
        let isIgnored = commaList(found.annotation(AnnotationKey.compareOptions)).contains("IgnoreExtraneous")
        guard action == .prune || !isIgnored else { return nil }
        return DiffTask(
            key: task.key, kind: task.kind, task: task.id, action: action, live: found,
            prediction: .known(nil), reason: reason)
    }

    private func change(of task: SyncTask) -> DiffTask? {
        guard let found = live(task), let target = manifest(of: task), !isUnchanged(task) else { return nil }
        let local = LocalApply(manager: Tracking.fieldManager, takenOver: managersTakenOver)
            .result(of: target, on: found)
        let isServerAsked = plan.request.validation == .server
        return DiffTask(
            key: task.key, kind: task.kind, task: task.id, action: .update, live: found,
            prediction: isServerAsked ? .rehearsal(write(task), otherwise: local) : .known(local),
            isForced: isForced(task))
    }
}
