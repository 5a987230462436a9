import KubeCore

/// What is sent for a task, and what need not be (D1, D3, S98–S101).
extension StepRun {
    /// A hook without delete policy: made once, and never again while its object is there (D1).
    func isCreatedOnce(_ task: SyncTask) -> Bool { task.hookTerms?.policies.isEmpty ?? false }

    /// Whether a hook is passed over because its object is there from an earlier sync.
    func runsNothing(_ task: SyncTask) -> Bool {
        guard isCreatedOnce(task), let found = live(task), !found.isBeingDeleted else { return false }
        return !plan.operation.stamped(found)
    }

    /// Whether what is there of a hook has to go before it runs: by its policy, or because this very operation has made
    /// it for an earlier phase (S6).
    func isRenewed(_ task: SyncTask) -> Bool {
        if task.isHook(with: .beforeHookCreation) { return true }
        guard isCreatedOnce(task), let found = live(task) else { return false }
        return plan.operation.stamped(found) && !plan.operation.stamped(found, in: task.phase)
    }

    /// Whether the live object already holds everything that we would apply, and nothing of ours beyond (D3).
    func isUnchanged(_ task: SyncTask) -> Bool {
        guard !task.isHook, !isReplaced(task), let target = manifest(of: task), let found = live(task),
            !found.isBeingDeleted
        else { return false }
        let known = [progress.settled[task.id], plan.proven[task.key]]
        if !found.resourceVersion.isEmpty, known.contains(found.resourceVersion) { return true }
        guard !isClientSide(task) else {
            return ClientSidePatch(from: target.rememberingItself(), over: found).isEmpty
        }
        return Comparison(desired: target, live: found, manager: Tracking.fieldManager) == .unchanged
            || differsInIgnoredOnly(target, found, task)
    }

    /// S98.
    func isReplaced(_ task: SyncTask) -> Bool {
        plan.request.switches.replace || has(task, option: "Replace=true")
    }

    /// S99; but what holds other objects would take them along (S98, I9): a Namespace or definition is never deleted to
    /// be made anew.
    func isForced(_ task: SyncTask) -> Bool {
        guard !task.key.holdsOthers else { return false }
        return plan.request.switches.force || has(task, option: "Force=true")
    }

    /// S99: with both, nothing is ever changed in place.
    func isRecreated(_ task: SyncTask) -> Bool { isReplaced(task) && isForced(task) }

    private func has(_ task: SyncTask, option: String) -> Bool {
        plan.request.options.contains(option)
            || [task.target, live(task)].contains { $0.map { SyncOptions(of: $0).contains(option) } ?? false }
    }

    func write(_ task: SyncTask) -> SyncAction.Work {
        let target = manifest(of: task) ?? KubeObject([:])
        let found = live(task)
        if isReplaced(task) {
            if let found, isForced(task) { return .recreate(target, uid: found.uid) }
            return .replace(target, live: found)
        }
        if isClientSide(task) {
            let manifest = target.rememberingItself()
            return .apply(manifest, by: .clientSide(found.map { ClientSidePatch(from: manifest, over: $0) }))
        }
        return .apply(target, by: .serverSide(takeover: takeover(from: found)))
    }

    /// The server's check of what would be written for a task (D4).
    func validation(of object: KubeObject, for task: SyncTask) -> SyncAction.Work {
        guard isClientSide(task) else { return .validate(object, by: .serverSide(takeover: nil)) }
        let manifest = object.rememberingItself()
        // What is checked under another name is checked as a new object.
        let found = object.key == task.key ? live(task) : nil
        return .validate(manifest, by: .clientSide(found.map { ClientSidePatch(from: manifest, over: $0) }))
    }

    /// S100, S103: client-side apply is by wish; the object's own word counts first.
    func isClientSide(_ task: SyncTask) -> Bool {
        let own = task.target.flatMap { SyncOptions(of: $0).value("ServerSideApply") }
        return (own ?? plan.request.options.value("ServerSideApply")) == "false"
    }

    /// S101: what kubectl and Helm have written before us.
    func takeover(from found: KubeObject?) -> JSONValue? {
        found?.takeOverPatch(manager: Tracking.fieldManager, from: managersTakenOver)
    }
}
