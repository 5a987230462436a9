import KubeCore

/// Between waves: what is awaited is looked at, and what comes next is decided (S52–S61).
extension StepRun {
    mutating func decide() {
        // Before anything is judged: what is gone at this moment was not missed, it was given up with the rest (S90).
        if seen.isTerminationRequested { return terminate() }
        plan.tasks.filter { isRunning($0) }.forEach { assess($0) }
        expire()
        // The hooks that ran out of time are deleted before anything else is asked of their objects.
        guard actions.isEmpty else { return }
        let awaited = plan.tasks.filter { isRunning($0) && isAwaited($0) }
        guard awaited.isEmpty else { return sayWaiting(for: awaited) }
        let leaving = plan.tasks.filter { result($0)?.status == .pruned && live($0)?.isBeingDeleted == true }
        guard leaving.isEmpty || progress.expiry != nil else {
            return sayWaiting(for: leaving, deleting: true)
        }
        if let expiry = progress.expiry { return fail(expiry.message) }
        if isFailed { return fail("one or more synchronization tasks completed unsuccessfully") }
        startNextWave()
    }

    /// S59; also if a process that is gone had come to that.
    private var isFailed: Bool {
        switch progress.past {
        case .failing, .failed: true
        case .succeeded, nil: plan.tasks.contains { $0.phase != .syncFail && hasFailed($0) }
        }
    }

    /// S54: hooks always, others only if something comes after them.
    func isAwaited(_ task: SyncTask) -> Bool { task.isHook || plan.isMultiStep }

    // MARK: What is awaited

    mutating func assess(_ task: SyncTask) {
        if task.isHook {
            assessHook(task)
        } else if let object = live(task) {
            assessResource(task, object)
        } else if isAwaited(task) {
            recordMissing(task)
        }
    }

    /// S56.
    private mutating func recordMissing(_ task: SyncTask) {
        let message = "Resource \(task.shortName) is missing, it might have been deleted"
        record(task, status: .syncFailed, phase: .error, message: message)
    }

    private mutating func assessHook(_ task: SyncTask) {
        if let found = sentObject(task) {
            record(task, HookOutcome(of: found, rules: healthRules), from: found)
        } else if let (last, outcome) = lastOutcome(task) {
            record(task, outcome, from: last)
        } else {
            recordMissing(task)
        }
    }

    /// The live object that was sent for a running hook, and not another that bears its name by now (I2).
    func sentObject(_ task: SyncTask) -> KubeObject? {
        let uid = progress.awaited[task.id]?.uid ?? ""
        return live(task).flatMap { uid.isEmpty || $0.uid == uid ? $0 : nil }
    }

    /// What a hook had come to when it went, as its watch last showed it (D2); `nil` if it went unfinished.
    func lastOutcome(_ task: SyncTask) -> (KubeObject, HookOutcome)? {
        guard let last = seen.departed[task.key], last.uid == progress.awaited[task.id]?.uid else {
            return nil
        }
        let outcome = HookOutcome(ofDeleted: last, rules: healthRules)
        return outcome.phase.isCompleted ? (last, outcome) : nil
    }

    mutating func record(_ task: SyncTask, _ outcome: HookOutcome, from object: KubeObject) {
        guard isCreatedOnce(task), !plan.operation.stamped(object) else {
            return record(task, phase: outcome.phase, message: outcome.message)
        }
        let detail = outcome.phase == .succeeded ? "" : outcome.message.map { ": \($0)" } ?? ""
        record(task, phase: outcome.phase, message: "ran in an earlier sync (created once)" + detail)
    }

    /// S52.
    private mutating func assessResource(_ task: SyncTask, _ object: KubeObject) {
        guard let health = Health(of: object, rules: healthRules) else {
            return record(task, phase: .succeeded)
        }
        let message = health.message.isEmpty ? nil : health.message
        switch health.status {
        case .healthy: record(task, phase: .succeeded, message: message)
        case .degraded: record(task, phase: .failed, message: health.message)
        case .suspended, .progressing, .missing, .unknown: break
        }
    }

    // MARK: Deadlines (D6)

    private mutating func expire() {
        if isOutOfTime, let timeout = plan.request.timeout {
            expireOperation(after: timeout)
        }
        for task in plan.tasks where isRunning(task) {
            guard let terms = task.hookTerms, let awaited = progress.awaited[task.id],
                seen.now.since(awaited.since) >= terms.timeout
            else { continue }
            expire(task, after: terms.timeout, of: "hook")
        }
    }

    private mutating func expireOperation(after timeout: Duration) {
        let running = plan.tasks.filter { isRunning($0) && isAwaited($0) }
        let leaving = plan.tasks.filter { result($0)?.status == .pruned && live($0)?.isBeingDeleted == true }
        running.forEach { expire($0, after: timeout, of: "operation") }
        leaving.forEach { expireLeaving($0) }
        let blamed = (running + leaving).first.map { ": \(result($0)?.message ?? "")" } ?? ""
        let message = progress.expiry?.message ?? "the operation timed out after \(timeout.goText)\(blamed)"
        progress.ending = .timedOut
        progress.expiry = Expiry(at: seen.now, message: message)
    }

    private mutating func expire(_ task: SyncTask, after timeout: Duration, of what: String) {
        let object = live(task)
        let state = object.flatMap { Health(of: $0, isHook: task.isHook, rules: healthRules) }
        let last =
            object.flatMap(lastCondition)
            ?? state.map { [$0.status.rawValue, $0.message].filter { !$0.isEmpty }.joined(separator: ": ") }
        let message =
            "\(task.key) timed out (\(what) timeout \(timeout.goText)); last seen: \(last ?? "nothing")"
        progress.ending = .timedOut
        record(task, phase: .failed, message: message)
        if task.isHook, let object, !object.isBeingDeleted {
            actions.append(SyncAction(task: task.id, kind: task.kind, work: .delete(uid: object.uid)))
        }
    }

    /// Whether the operation as a whole has run out of time.
    var isOutOfTime: Bool { plan.operationDeadline(after: progress).map { $0 <= seen.now } ?? false }

    /// An object whose deletion takes longer than the operation may.
    mutating func expireLeaving(_ task: SyncTask) {
        let holders = live(task)?.finalizers.joined(separator: ", ") ?? ""
        let detail = holders.isEmpty ? "" : "; it is held by the finalizers \(holders)"
        progress.ending = .timedOut
        record(
            task, status: .syncFailed, phase: .failed,
            message: "\(task.key) timed out while it was being deleted\(detail)")
    }

    private func lastCondition(of object: KubeObject) -> String? {
        guard let last = object["status", "conditions"]?.array?.last, let type = last["type"]?.string else {
            return nil
        }
        let words = [last["reason"]?.string, last["message"]?.string].compactMap(\.self).filter {
            !$0.isEmpty
        }
        return "condition \(type)=\(last["status"]?.string ?? "?")"
            + (words.isEmpty ? "" : " (\(words.joined(separator: ": ")))")
    }

    /// S84: a deletion that did not work is a fact of that hook's entry, not of the operation's result.
    mutating func absorbDeletions() {
        for task in plan.tasks where task.isHook {
            switch outcome(task) {
            case .refused(let reason), .immutable(let reason):
                record(task, phase: .error, message: "failed to delete resource: \(reason)")
            case .done, .absent, nil:
                continue
            }
        }
    }
}
