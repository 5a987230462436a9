import KubeCore

/// What is sent for a task, and what need not be (D1, D3, S98–S101).
extension StepRun {
    /// A hook without delete policy: made once, and never again while its object is there (D1).
    func isCreatedOnce(_ task: SyncTask) -> Bool { task.hookTerms?.policies.isEmpty ?? false }

    /// Whether a hook is passed over because its object is there from an earlier sync.
    func runsNothing(_ task: SyncTask) -> Bool {
        guard isCreatedOnce(task), let found = live(task), !found.isBeingDeleted else { return false }
        return !plan.operation.stamped(found, in: task.phase)
    }

    /// Whether the live object already holds everything that we would apply, and nothing of ours beyond (D3).
    func isUnchanged(_ task: SyncTask) -> Bool {
        guard !task.isHook, !isReplaced(task), let target = task.target, let found = live(task),
            !found.isBeingDeleted
        else { return false }
        return Comparison(desired: target, live: found, manager: Tracking.fieldManager) == .unchanged
    }

    /// S98.
    func isReplaced(_ task: SyncTask) -> Bool {
        plan.request.switches.replace || has(task, option: "Replace=true")
    }

    /// S99.
    func isForced(_ task: SyncTask) -> Bool { plan.request.switches.force || has(task, option: "Force=true") }

    /// S99: with both, nothing is ever changed in place.
    func isRecreated(_ task: SyncTask) -> Bool { isReplaced(task) && isForced(task) }

    private func has(_ task: SyncTask, option: String) -> Bool {
        plan.request.options.contains(option)
            || [task.target, live(task)].contains { $0.map { SyncOptions(of: $0).contains(option) } ?? false }
    }

    func write(_ task: SyncTask) -> SyncAction.Work {
        let target = task.target ?? KubeObject([:])
        let found = live(task)
        if isReplaced(task) {
            if let found, isForced(task) { return .recreate(target, uid: found.uid) }
            return .replace(target, live: found)
        }
        return .apply(target, takeover: found?.takeOverPatch(manager: Tracking.fieldManager))
    }
}
