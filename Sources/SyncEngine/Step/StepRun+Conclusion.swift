import KubeCore

/// The end of an operation: which hooks are deleted, whether SyncFail hooks run, what is reported (S59, S60, S73–S88).
extension StepRun {
    /// S81.
    mutating func succeed(_ message: String) {
        conclude(
            Conclusion(
                phase: .succeeded, message: message, ending: .completed,
                deletions: deletable(with: .hookSucceeded),
                stage: .recordingOutcome, runsSyncFail: false))
    }

    /// S59, S73, S82, S87.
    ///
    /// - Parameters:
    ///   - message: What went wrong, in general; the reasons are added at the end.
    ///   - waits: Whether something of the failed wave still runs (S74).
    mutating func fail(_ message: String, waits: Bool = false) {
        let hasSyncFail = plan.tasks.contains { $0.phase == .syncFail && isPending($0) }
        conclude(
            Conclusion(
                phase: .failed, message: message, ending: progress.ending ?? .completed,
                deletions: deletable(with: .hookFailed), stage: .recordingOutcome,
                runsSyncFail: hasSyncFail || waits))
    }

    /// Hooks with that policy that are there and do not run.
    private func deletable(with policy: HookDeletePolicy) -> [SyncTask.ID] {
        plan.tasks.filter { task in
            task.isHook(with: policy) && !isRunning(task) && !isAdoptable(task)
                && live(task)?.isBeingDeleted == false
        }
        .map(\.id)
    }

    private mutating func conclude(_ conclusion: Conclusion) {
        progress.step = .concluding(conclusion)
        recordOutcome(conclusion)
    }

    mutating func continueConclusion(_ conclusion: Conclusion) {
        switch conclusion.stage {
        case .recordingOutcome: startDeletions(conclusion)
        case .deleting:
            absorbDeletions()
            afterDeletions(checked(conclusion))
        case .settling: end(conclusion)
        }
    }

    // MARK: Stages

    /// Hook objects of this operation, each once, with the task that made them.
    private func ownHooks() -> [(SyncTask, KubeObject)] {
        plan.tasks.compactMap { task in
            guard task.isHook, let found = live(task), !found.isBeingDeleted,
                plan.operation.stamped(found, in: task.phase)
            else { return nil }
            return (task, found)
        }
    }

    /// Written before the first deletion, and only where another hook would be left to tell of it.
    private mutating func recordOutcome(_ conclusion: Conclusion) {
        let hooks = ownHooks()
        guard !conclusion.deletions.isEmpty, hooks.count > 1 else { return startDeletions(conclusion) }
        let outcome = note(of: conclusion).annotation(of: plan.operation)
        for (task, found) in hooks where found.annotation(AnnotationKey.syncOutcome) != outcome {
            let patch: JSONValue = [
                "metadata": ["annotations": [AnnotationKey.syncOutcome: .string(outcome)]]
            ]
            actions.append(SyncAction(task: task.id, kind: task.kind, work: .record(patch)))
        }
        if actions.isEmpty { startDeletions(conclusion) }
    }

    /// What a process that goes on from here has to know and could not find out any more.
    private func note(of conclusion: Conclusion) -> OutcomeNote {
        let ends = conclusion.deletions.compactMap { id -> OutcomeNote.End? in
            guard let phase = plan.task(id).flatMap({ result($0)?.hookPhase }), phase.isCompleted,
                phase != .succeeded || conclusion.verdict != .succeeded
            else { return nil }
            return OutcomeNote.End(task: id, phase: phase)
        }
        return OutcomeNote(verdict: conclusion.verdict, ends: ends)
    }

    private mutating func startDeletions(_ conclusion: Conclusion) {
        var conclusion = conclusion
        conclusion.stage = .deleting
        progress.step = .concluding(conclusion)
        for task in conclusion.deletions.compactMap(plan.task) {
            guard let found = live(task), !found.isBeingDeleted else { continue }
            actions.append(SyncAction(task: task.id, kind: task.kind, work: .delete(uid: found.uid)))
        }
        if actions.isEmpty { afterDeletions(conclusion) }
    }

    private mutating func afterDeletions(_ conclusion: Conclusion) {
        guard !conclusion.runsSyncFail else { return startSyncFail() }
        var conclusion = conclusion
        conclusion.stage = .settling
        progress.step = .concluding(conclusion)
        settle()
        if actions.isEmpty { end(conclusion) }
    }

    /// A termination that could not delete what it stops has not worked (S90).
    private func checked(_ conclusion: Conclusion) -> Conclusion {
        guard conclusion.ending == .terminated, plan.tasks.contains(where: { wasRefusedNow($0) }) else {
            return conclusion
        }
        var conclusion = conclusion
        conclusion.phase = .error
        conclusion.message = "Operation termination had errors"
        return conclusion
    }

    private func wasRefusedNow(_ task: SyncTask) -> Bool {
        switch outcome(task) {
        case .refused, .immutable: true
        case .done, .absent, nil: false
        }
    }

    /// S87: all together, whatever their waves.
    private mutating func startSyncFail() {
        let hooks = plan.tasks.filter { $0.phase == .syncFail && isPending($0) }
        guard !hooks.isEmpty else {
            progress.step = .deciding
            return decide()
        }
        say("one or more tasks are running")
        adopt(hooks)
        let run = WaveRun(tasks: hooks.map(\.id), stage: .clearing, isSyncFail: true)
        progress.step = .running(run)
        startClearing(hooks, run)
    }

    /// Hooks that stay are marked as done with, and get their time to live back (D2).
    ///
    /// Those of operations before, too, that have never come to an end: nobody will go on with them any more.
    private mutating func settle() {
        for (key, found) in seen.live.sorted(by: { $0.key < $1.key }) {
            guard let stamp = found.annotation(AnnotationKey.syncID), !found.isBeingDeleted,
                found.annotation(AnnotationKey.syncFinished) != stamp, plan.request.tracking.owns(found)
            else { continue }
            var patch: JSONObject = [
                "metadata": ["annotations": [AnnotationKey.syncFinished: .string(stamp)]]
            ]
            let held = found.annotation(AnnotationKey.heldTTL).flatMap { Int64($0) }
            patch["spec"] = held.map { ["ttlSecondsAfterFinished": .int($0)] }
            let phase = found.annotation(AnnotationKey.syncPhase).flatMap(SyncPhase.init) ?? .sync
            actions.append(
                SyncAction(
                    task: SyncTask.ID(key: key, phase: phase), kind: found.groupVersionKind,
                    work: .record(.object(patch))))
        }
    }

    private mutating func end(_ conclusion: Conclusion) {
        switch conclusion.phase {
        case .failed where conclusion.ending != .terminated:
            finish(.failed, withReasons(conclusion.message), ending: conclusion.ending)
        case .running, .terminating, .succeeded, .failed, .error:
            finish(conclusion.phase, conclusion.message, ending: conclusion.ending)
        }
    }

    /// S60, S88.
    private func withReasons(_ message: String) -> String {
        let refused = plan.tasks.filter { wasRefused($0) }
        let main = reasons(refused.filter { $0.phase != .syncFail })
        let rescue = reasons(refused.filter { $0.phase == .syncFail })
        return message + (main.isEmpty ? "" : ", reason: \(main)")
            + (rescue.isEmpty ? "" : "\none or more SyncFail hooks failed, reason: \(rescue)")
    }

    private func reasons(_ tasks: [SyncTask]) -> String {
        var distinct: [String] = []
        for message in tasks.compactMap({ result($0)?.message }) where !distinct.contains(message) {
            distinct.append(message)
        }
        return distinct.joined(separator: ",")
    }

    mutating func finish(
        _ phase: OperationState.Phase, _ message: String, ending: SyncProgress.Ending = .completed
    ) {
        progress.operation.end(phase, message, at: seen.now)
        progress.ending = ending
        progress.awaited = [:]
        progress.step = .finished
    }

    // MARK: Termination

    /// S90: running hooks are stopped, everything else stays as it is.
    mutating func terminate() {
        takeUp(plan.tasks)
        var deletions: [SyncTask.ID] = []
        for task in plan.tasks where task.isHook && isRunning(task) {
            guard let found = sentObject(task) else {
                let last = lastOutcome(task)?.1 ?? HookOutcome(.succeeded, message: "Terminated")
                record(task, phase: last.phase, message: last.message)
                continue
            }
            let verdict = HookOutcome(of: found, rules: healthRules)
            if verdict.phase.isCompleted {
                record(task, verdict, from: found)
            } else {
                record(task, phase: .failed, message: "Terminated")
            }
            if !verdict.phase.isCompleted || task.isHook(with: .hookFailed) { deletions.append(task.id) }
        }
        progress.operation.phase = .terminating
        say("operation is terminating")
        conclude(
            Conclusion(
                phase: .failed, message: "Operation terminated", ending: .terminated, deletions: deletions,
                stage: .recordingOutcome, runsSyncFail: false))
    }
}
