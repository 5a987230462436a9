import KubeCore

/// Before the first wave: refusals, the destination namespace, validation (S36, S49, S50).
extension StepRun {
    mutating func begin() {
        if seen.isTerminationRequested {
            // S90: nothing is tried; what another process had begun is ended.
            progress.step = .deciding
            resume()
            return terminate()
        }
        guard plan.refusals.isEmpty else { return refuse() }
        restore(plan.request.endedHooks)
        if !plan.request.switches.dryRun, !plan.request.switches.awaitsApproval,
            let unconfirmed = plan.tasks.first(where: { $0.work == .prune(.awaitsConfirmation) })
        {
            return awaitConfirmation(unconfirmed)
        }
        if let task = plan.namespaceTask {
            if live(task) != nil, isUnchanged(task) {
                // S107, D3.
                record(task, status: .synced, phase: .succeeded, message: applyMessage(task, .unchanged))
                return validate()
            }
            guard !plan.request.switches.dryRun else {
                let effect: ActionOutcome.Effect = live(task) == nil ? .created : .configured
                record(task, status: .synced, phase: .succeeded, message: applyMessage(task, effect))
                return validate()
            }
            progress.step = .creatingNamespace
            say("one or more tasks are running")
            actions = [
                SyncAction(
                    task: task.id, kind: task.kind,
                    work: .apply(task.target ?? KubeObject([:]), by: .serverSide(takeover: nil)))
            ]
            return
        }
        validate()
    }

    /// S95: where there is no Application, nobody can approve later, so the operation ends before its first write and
    /// says what to do.
    private mutating func awaitConfirmation(_ task: SyncTask) {
        finish(
            .error, "pruning confirmation of \(task.shortName) is required: --confirm-prune gives it",
            ending: .guarded)
    }

    /// S36: nothing is tried where something can't work.
    private mutating func refuse() {
        for task in plan.tasks {
            guard let reason = plan.refusals[task.id] else { continue }
            record(task, status: .syncFailed, message: reason)
        }
        let reasons = Set(plan.refusals.values).sorted().joined(separator: "; ")
        finish(.failed, "one or more synchronization tasks are not valid: \(reasons)")
    }

    mutating func afterNamespace() {
        guard let task = plan.namespaceTask else { return validate() }
        switch outcome(task) {
        case .done(let effect, _):
            // Never awaited: from here on the namespace is simply there (S105).
            record(task, status: .synced, phase: .running, message: applyMessage(task, effect))
            validate()
        case .refused(let reason), .immutable(let reason):
            record(task, status: .syncFailed, phase: .failed, message: reason)
            finish(.failed, "the namespace failed to apply, reason: \(reason)")
        case .absent, nil:
            progress.step = .starting
        }
    }

    // MARK: Validation

    private mutating func validate() {
        // A process that goes on after a crash finds results or stamps: that sync has been validated (S48).
        let isResumed = !plan.request.endedHooks.isEmpty || plan.tasks.contains { isAdoptable($0) }
        let checked = isResumed ? [] : plan.tasks.filter(isValidated)
        progress.step = .validating
        actions = checked.compactMap { task in
            validated(task).map { object in
                SyncAction(task: task.id, kind: task.kind, work: validation(of: object, for: task))
            }
        }
        if actions.isEmpty { afterValidation() }
    }

    /// Whether the server is asked about a task: it would change something, and can be judged already (D4).
    private func isValidated(_ task: SyncTask) -> Bool {
        guard plan.request.validation == .server, let target = task.target,
            !plan.lateKinds.contains(task.kind),
            !runsNothing(task), !isUnchanged(task)
        else { return false }
        let options = SyncOptions(of: target)
        guard !options.contains("Validate=false"), !plan.request.options.contains("Validate=false") else {
            return false
        }
        return target.namespace.isEmpty || !isLateNamespace(target.namespace)
    }

    /// Whether this very sync brings the namespace, so that nothing in it can be checked before.
    private func isLateNamespace(_ name: String) -> Bool {
        let key = ObjectKey(group: "", kind: "Namespace", namespace: "", name: name)
        guard seen.live[key] == nil else { return false }
        let isTarget = plan.tasks.contains { $0.key == key && $0.target != nil }
        return isTarget || (plan.namespaceTask?.key == key && plan.request.switches.dryRun)
    }

    /// What the server is shown: an object that will be deleted first is checked under a name that is free.
    private func validated(_ task: SyncTask) -> KubeObject? {
        guard var target = manifest(of: task) else { return nil }
        guard live(task) != nil, task.isHook(with: .beforeHookCreation) || isRecreated(task) else {
            return target
        }
        guard isFreelyNamed(task.key) else { return nil }
        let stem = target.name.prefix(40)
        let end = stem.lastIndex { $0.isLetter || $0.isNumber }.map { stem.index(after: $0) }
        target.name = stem[..<(end ?? stem.startIndex)] + "-" + plan.operation.description
        return target
    }

    /// Whether an object of that kind may have a double: no port, address, host or kind of the cluster is taken by it.
    private func isFreelyNamed(_ key: ObjectKey) -> Bool {
        switch (key.group, key.kind) {
        case ("", "Pod"), ("", "ConfigMap"), ("", "Secret"), ("", "ServiceAccount"): true
        case ("batch", _), ("apps", _), ("rbac.authorization.k8s.io", _), ("argoproj.io", "Workflow"): true
        default: false
        }
    }

    mutating func afterValidation() {
        let refused = plan.tasks.compactMap { task -> (SyncTask, String)? in
            switch outcome(task) {
            case .refused(let reason): (task, reason)
            case .immutable(let reason): isForced(task) ? nil : (task, reason)
            case .done, .absent, nil: nil
            }
        }
        for task in plan.tasks where !task.isHook {
            // What is to be taken over from other managers is a change of its own.
            guard case .done(.unchanged, let object?) = outcome(task), takeover(from: live(task)) == nil
            else {
                continue
            }
            progress.settled[task.id] = object.resourceVersion
        }
        for (task, reason) in refused {
            record(task, status: .syncFailed, phase: .failed, message: reason)
        }
        if !refused.isEmpty {
            finish(.failed, "one or more objects failed to apply (dry run)")
        } else if plan.request.switches.dryRun {
            finishDryRun()
        } else {
            progress.step = .deciding
            resume()
            decide()
        }
    }

    // MARK: Dry run

    /// S91: the same walk, and nothing written.
    private mutating func finishDryRun() {
        for task in plan.tasks where task.phase != .syncFail {
            switch task.work {
            case .prune(.none):
                record(task, status: .pruned, phase: .succeeded, message: "pruned (dry run)")
            case .prune(.skipped(let reason)):
                record(task, status: .pruneSkipped, phase: .succeeded, message: reason)
            case .prune(.awaitsConfirmation):
                record(
                    task, status: .pruneSkipped, phase: .succeeded, message: "ignored (requires confirmation)"
                )
            case .apply, .runHook:
                let effect = dryRunEffect(task)
                record(task, status: .synced, phase: .succeeded, message: applyMessage(task, effect))
                rehearse(task, effect)
            }
        }
        finish(.succeeded, "successfully synced (no more tasks)")
    }

    private func dryRunEffect(_ task: SyncTask) -> ActionOutcome.Effect {
        if live(task) != nil, !task.isHook {
            if isRecreated(task) { return .recreated }
            if case .immutable = outcome(task), isForced(task) { return .recreated }
            if isReplaced(task) { return .replaced }
        }
        if case .done(let effect, _) = outcome(task), !task.isHook { return effect }
        guard live(task) != nil, !task.isHook(with: .beforeHookCreation) else { return .created }
        return isUnchanged(task) || runsNothing(task) ? .unchanged : .configured
    }
}
