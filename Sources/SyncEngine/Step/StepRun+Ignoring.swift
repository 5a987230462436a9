import KubeCore

/// What is left alone although the manifest says otherwise (S104, S109, S164).
extension StepRun {
    /// What is sent for a task: its target, or with `RespectIgnoreDifferences=true` the target with what does not
    /// count as it is in the cluster (S109).
    ///
    /// - Parameters:
    ///   - task: Of an object that is wanted; others have no manifest.
    ///   - isNew: Whether what is there goes first, so that nothing stays with whoever owns it.
    /// - Returns: `nil` for a task without a target.
    func manifest(of task: SyncTask, madeAnew isNew: Bool = false) -> KubeObject? {
        guard let target = task.target, let found = live(task), !task.isHook,
            plan.request.options.contains("RespectIgnoreDifferences=true")
        else { return task.target }
        let ignored = plan.request.reading.ignoreRules.fields(of: task.key)
        guard !ignored.isEmpty else { return target }
        let replaces = isNew || isReplaced(task) || isClientSide(task)
        return ignored.kept(
            in: target, from: found, replaces ? .nobody : .owners(exceptFor: managersTakenOver))
    }

    /// Whose fields become ours (S101).
    var managersTakenOver: Set<String> {
        plan.request.options.contains("ClientSideApplyMigration=false") ? [] : KubeObject.takenOver
    }

    /// Whether an object need not be sent because it differs only in what does not count.
    ///
    /// Only with `ApplyOutOfSyncOnly=true`, which leaves out what Argo CD's comparison calls in sync (S104). Without it
    /// an ignored difference is one all the same to a sync: ignoring is for comparing (S164).
    func differsInIgnoredOnly(_ target: KubeObject, _ found: KubeObject, _ task: SyncTask) -> Bool {
        let ignored = plan.request.reading.ignoreRules.fields(of: task.key)
        guard plan.request.options.contains("ApplyOutOfSyncOnly=true"), !ignored.isEmpty else { return false }
        return Comparison(
            desired: ignored.removed(from: target, live: found),
            live: ignored.forgotten(by: Tracking.fieldManager, in: found), manager: Tracking.fieldManager)
            == .unchanged
    }
}

extension IgnoredFields {
    /// A live object without what does not count, as if the manager had never had any of it.
    func forgotten(by manager: String, in live: KubeObject) -> KubeObject {
        let json = JSONValue.object(live.json)
        let trusted = live.fields { managers.contains($0.manager) }
        var copy = removed(from: live, live: live)
        copy["metadata", "managedFields"] = .array(
            (live["metadata", "managedFields"]?.array ?? []).map { entry in
                guard let owned = ManagedFields(entry), owned.manager == manager, var members = entry.object
                else { return entry }
                var fields = owned.fields.subtracting(trusted)
                for pointer in pointers {
                    let steps = fields.steps(to: pointer, in: json)
                    if steps.count == pointer.steps.count { fields = fields.removing(at: steps) }
                }
                members["fieldsV1"] = fields.fieldsV1
                return .object(members)
            })
        return copy
    }
}
