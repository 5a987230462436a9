import KubeCore

/// Going on with an operation that a process which is gone has begun (I1).
///
/// The walk is taken again from the start: what is applied is found unchanged, and hooks are met in their waves and
/// not made again. Only where the end had been decided already, and hooks may be deleted, that decision is kept.
extension StepRun {
    /// Takes over what had been decided; once, before the first wave.
    mutating func resume() {
        let past = pastNote
        progress.past = past?.verdict
        // Gone when its wave comes, it would be taken for one that has not run.
        takeUp(plan.tasks.filter { live($0)?.isBeingDeleted == true })
        restore(past?.ends ?? [])
        switch progress.past {
        case nil:
            return
        case .succeeded:
            for task in plan.tasks where isMissingHook(task) && task.phase != .syncFail {
                recordPassed(task)
            }
        case .failing:
            // SyncFail hooks are met again when they are started, together.
            takeUp(plan.tasks.filter { $0.phase != .syncFail })
        case .failed:
            takeUp(plan.tasks)
            let done = plan.tasks.filter { $0.phase == .syncFail && isPending($0) }
            progress.skipped.formUnion(done.map(\.id))
        }
    }

    /// Takes up hooks as they are: what had come to its end while nobody looked runs no more.
    mutating func takeUp(_ tasks: [SyncTask]) {
        let adoptable = tasks.filter { isAdoptable($0) }
        adopt(adoptable)
        adoptable.forEach { assess($0) }
    }

    /// Takes up hooks that this operation has made before, and passes over those that it has left behind.
    mutating func adopt(_ tasks: [SyncTask]) {
        // Tasks are sorted: before the last hook of ours that is there, every other has run, wherever its object is.
        let reached = plan.tasks.last { $0.phase != .syncFail && isStamped($0) }
        for task in tasks where task.isHook && isPending(task) {
            if isAdoptable(task) {
                let beginning = beginning(of: task)
                recordSent(task, live(task), message: applyMessage(task, .created))
                progress.awaited[task.id]?.since = beginning
            } else if let reached, (task.phase, task.wave) < (reached.phase, reached.wave) {
                recordPassed(task)
            }
        }
    }

    /// Whether a hook's object was made by this operation, in a process that is gone (I2).
    func isAdoptable(_ task: SyncTask) -> Bool { isPending(task) && isStamped(task) }

    /// Whether a hook's object, as it is there now, was made by this operation.
    func isStamped(_ task: SyncTask) -> Bool {
        guard task.isHook, let found = live(task) else { return false }
        return plan.operation.stamped(found, in: task.phase)
    }

    private func isMissingHook(_ task: SyncTask) -> Bool {
        task.isHook && isPending(task) && !isStamped(task)
    }

    private mutating func recordPassed(_ task: SyncTask) {
        record(task, status: .synced, phase: .succeeded, message: applyMessage(task, .created))
    }

    /// Since when a hook has been running: a restart does not give it more time (D6).
    private func beginning(of task: SyncTask) -> Timestamp {
        let made = live(task)?["metadata", "creationTimestamp"]?.string.flatMap(Timestamp.init(rfc3339:))
        return min(seen.now, max(plan.request.startedAt, made ?? seen.now))
    }

    /// What the hooks' stamps say of the end, or the mere existence of a SyncFail hook.
    private var pastNote: OutcomeNote? {
        plan.tasks.lazy.filter { isStamped($0) }.compactMap { task in
            let noted = live(task)?.annotation(AnnotationKey.syncOutcome).flatMap {
                OutcomeNote(annotation: $0, of: plan.operation)
            }
            return noted ?? (task.phase == .syncFail ? OutcomeNote(verdict: .failing) : nil)
        }
        .max { $0.verdict < $1.verdict }
    }

    /// Hooks whose objects a process that is gone has deleted: what it wrote into the Application counts, and stays
    /// written. An object that is there is asked itself.
    mutating func restore(_ ended: [ResourceResult]) {
        for entry in ended {
            guard let task = plan.task(SyncTask.ID(key: entry.key, phase: entry.syncPhase)),
                isMissingHook(task)
            else { continue }
            record(task, status: entry.status, phase: entry.hookPhase, message: entry.message)
        }
    }

    /// Without an Application, what it noted on the hooks that are left.
    private mutating func restore(_ ends: [OutcomeNote.End]) {
        for end in ends {
            guard let task = plan.task(end.task), isMissingHook(task) else { continue }
            record(
                task, status: .synced, phase: end.phase,
                message: "\(end.phase.rawValue.lowercased()); its object has been deleted")
        }
    }
}
