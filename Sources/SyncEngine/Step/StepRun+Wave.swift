import KubeCore

/// Running one wave: prunes, then leftovers, then applies, kind by kind (S66–S75).
extension StepRun {
    mutating func startNextWave() {
        let pending = plan.tasks.filter { $0.phase != .syncFail && isPending($0) }
        guard let first = pending.first else { return succeed("successfully synced (no more tasks)") }
        let wave = pending.filter { $0.phase == first.phase && $0.wave == first.wave }
        guard seen.isPruneApproved || !wave.contains(where: \.awaitsConfirmation) else {
            return sayUnconfirmed(wave.filter(\.awaitsConfirmation))
        }
        say("one or more tasks are running")
        adopt(wave)
        progress.step = .running(WaveRun(tasks: wave.map(\.id), stage: .pruning, isSyncFail: false))
        startPrunes(wave)
    }

    /// S95: nothing of the wave is done before somebody has agreed.
    private mutating func sayUnconfirmed(_ tasks: [SyncTask]) {
        guard let first = tasks.first else { return }
        let others = tasks.count > 1 ? " and \(tasks.count - 1) more resources" : ""
        say("waiting for pruning confirmation of \(first.shortName)\(others)")
    }

    mutating func continueWave(_ run: WaveRun) {
        let tasks = run.tasks.compactMap(plan.task)
        switch run.stage {
        case .pruning: afterPrunes(tasks, run)
        case .clearing: afterClearing(tasks, run)
        case .applying(let done): afterGroup(tasks, run, groupsSent: done)
        }
    }

    // MARK: Prunes

    private mutating func startPrunes(_ tasks: [SyncTask]) {
        for task in tasks {
            guard case .prune(let guarding) = task.work else { continue }
            if case .skipped(let reason) = guarding {
                record(task, status: .pruneSkipped, phase: .succeeded, message: reason)
            } else if guarding == .awaitsConfirmation, !plan.request.switches.prune {
                record(
                    task, status: .pruneSkipped, phase: .succeeded, message: "ignored (requires pruning)")
            } else if let object = live(task), !object.isBeingDeleted {
                actions.append(SyncAction(task: task.id, kind: task.kind, work: .delete(uid: object.uid)))
            } else {
                record(task, status: .pruned, phase: .succeeded, message: "pruned")
            }
        }
        if actions.isEmpty, case .running(let run) = progress.step { afterPrunes(tasks, run) }
    }

    private mutating func afterPrunes(_ tasks: [SyncTask], _ run: WaveRun) {
        for task in tasks where task.isPrune && isPending(task) {
            switch outcome(task) {
            case .done, .absent:
                record(task, status: .pruned, phase: .succeeded, message: "pruned")
            case .refused(let reason), .immutable(let reason):
                record(task, status: .syncFailed, phase: .failed, message: reason)
            case nil:
                continue
            }
        }
        if tasks.contains(where: { $0.isPrune && hasFailed($0) }) { return waveFailed(tasks, run) }
        startClearing(tasks, run)
    }

    // MARK: Leftovers

    /// Leftover objects of the wave's hooks: an old finalizer goes, and those to be made anew are deleted.
    mutating func startClearing(_ tasks: [SyncTask], _ run: WaveRun) {
        var run = run
        run.stage = .clearing
        progress.step = .running(run)
        for task in tasks where task.isHook && isPending(task) {
            guard let object = live(task) else { continue }
            if object.finalizers.contains(AnnotationKey.hookFinalizer) {
                let kept = object.finalizers.filter { $0 != AnnotationKey.hookFinalizer }
                let patch: JSONValue = ["metadata": ["finalizers": .array(kept.map { .string($0) })]]
                actions.append(SyncAction(task: task.id, kind: task.kind, work: .record(patch)))
            } else if isRenewed(task), !object.isBeingDeleted {
                actions.append(SyncAction(task: task.id, kind: task.kind, work: .delete(uid: object.uid)))
            }
        }
        if actions.isEmpty { afterClearing(tasks, run) }
    }

    private mutating func afterClearing(_ tasks: [SyncTask], _ run: WaveRun) {
        for task in tasks where task.isHook && isPending(task) {
            switch outcome(task) {
            case .refused(let reason), .immutable(let reason):
                record(task, status: .syncFailed, phase: .failed, message: reason)
            case .done, .absent, nil:
                continue
            }
        }
        if tasks.contains(where: { hasFailed($0) }), !run.isSyncFail { return waveFailed(tasks, run) }
        if seen.isTerminationRequested { return terminate() }
        let leaving = tasks.filter { $0.isHook && isPending($0) && mustLeave($0) }
        guard leaving.isEmpty else {
            sayWaiting(for: leaving, deleting: true)
            if isOutOfTime {
                leaving.forEach { expireLeaving($0) }
                progress.step = .deciding
                return decide()
            }
            // Something may be left to delete, now that its finalizer is gone, or because somebody made it anew.
            if leaving.contains(where: { live($0)?.isBeingDeleted == false }) { startClearing(tasks, run) }
            return
        }
        sendGroups(from: 0, of: tasks, run)
    }

    /// Whether a hook's leftover has to be gone before the hook can be made.
    private func mustLeave(_ task: SyncTask) -> Bool {
        guard let object = live(task) else { return false }
        return object.isBeingDeleted || isRenewed(task)
    }

    // MARK: Applies

    /// The tasks of one kind after another, as they are sorted (S70).
    private func groups(of tasks: [SyncTask]) -> [[SyncTask]] {
        var groups: [[SyncTask]] = []
        for task in tasks where !task.isPrune {
            if groups.last?.first?.key.groupKind == task.key.groupKind {
                groups[groups.count - 1].append(task)
            } else {
                groups.append([task])
            }
        }
        return groups
    }

    /// Sends group after group until one of them has something to write.
    private mutating func sendGroups(from first: Int, of tasks: [SyncTask], _ run: WaveRun) {
        var run = run
        for (index, group) in groups(of: tasks).enumerated().dropFirst(first) {
            if let definition = unreadyDefinition(of: group) {
                run.stage = .applying(index)
                progress.step = .running(run)
                return sayWaiting(for: [definition])
            }
            run.stage = .applying(index + 1)
            progress.step = .running(run)
            group.filter(isPending).forEach { send($0) }
            guard actions.isEmpty else { return }
        }
        waveSent(tasks, run)
    }

    private mutating func send(_ task: SyncTask) {
        if runsNothing(task) {
            recordSent(task, live(task), message: "ran in an earlier sync (created once)")
        } else if !isUnchanged(task) {
            actions.append(SyncAction(task: task.id, kind: task.kind, work: write(task)))
        } else if plan.request.options.contains("ApplyOutOfSyncOnly=true") {
            progress.skipped.insert(task.id)
        } else {
            recordSent(task, live(task), message: applyMessage(task, .unchanged))
        }
    }

    /// A definition of this sync that the group's kind waits for: it exists, and is not served yet (S75).
    private func unreadyDefinition(of group: [SyncTask]) -> SyncTask? {
        guard let kind = group.first?.key.groupKind else { return nil }
        return plan.tasks.first { task in
            guard isRunning(task), let target = task.target, DefinedKind(of: target)?.kind == kind,
                let found = live(task), let awaited = progress.awaited[task.id],
                seen.now.since(awaited.since) < StepRun.definitionPatience
            else { return false }
            return Health(of: found, rules: healthRules)?.status == .progressing
                || found["status", "conditions"] == nil
        }
    }

    /// How long a definition may take to be served; after that the server's own refusal says what is wrong.
    static let definitionPatience = Duration.seconds(30)

    private mutating func afterGroup(_ tasks: [SyncTask], _ run: WaveRun, groupsSent: Int) {
        for task in groups(of: tasks)[safe: groupsSent - 1] ?? [] where isPending(task) {
            switch outcome(task) {
            case .done(let effect, let object):
                recordSent(task, object, message: sentMessage(task, effect))
            case .immutable where isForced(task) && live(task) != nil:
                actions.append(recreation(of: task))
            case .refused(let reason), .immutable(let reason):
                record(task, status: .syncFailed, phase: .failed, message: reason)
            case .absent:
                record(
                    task, status: .syncFailed, phase: .failed,
                    message: "the object vanished while it was written")
            case nil:
                continue
            }
        }
        guard actions.isEmpty else { return }
        if seen.isTerminationRequested {
            progress.step = .deciding
            return decide()
        }
        sendGroups(from: groupsSent, of: tasks, run)
    }

    /// S99: once, and only the very object that could not be changed.
    private func recreation(of task: SyncTask) -> SyncAction {
        let target = manifest(of: task, madeAnew: true) ?? KubeObject([:])
        let work = SyncAction.Work.recreate(target, uid: live(task)?.uid ?? "")
        return SyncAction(task: task.id, kind: task.kind, work: work)
    }

    // MARK: The end of a wave

    private mutating func waveSent(_ tasks: [SyncTask], _ run: WaveRun) {
        progress.step = .deciding
        if run.isSyncFail { return }
        if tasks.contains(where: { hasFailed($0) }) { return waveFailed(tasks, run) }
        let isLast = !plan.tasks.contains { $0.phase != .syncFail && isPending($0) }
        if isLast, !tasks.contains(where: \.isHook) { return succeed("successfully synced (all tasks run)") }
    }

    /// S73, S74: at once if nothing of the wave runs, else when that is done.
    private mutating func waveFailed(_ tasks: [SyncTask], _ run: WaveRun) {
        if run.isSyncFail || tasks.contains(where: { isRunning($0) }) {
            fail("one or more synchronization tasks completed unsuccessfully", waits: true)
        } else {
            fail("one or more objects failed to apply")
        }
    }
}

extension Array {
    /// The element there, or `nil` outside.
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
