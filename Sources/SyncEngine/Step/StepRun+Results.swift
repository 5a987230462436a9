import KubeCore

extension StepRun {
    func result(_ task: SyncTask) -> ResourceResult? {
        results[task.id].map { progress.operation.syncResult.resources[$0] }
    }

    func isPending(_ task: SyncTask) -> Bool {
        results[task.id] == nil && !progress.skipped.contains(task.id)
    }

    func isRunning(_ task: SyncTask) -> Bool { result(task)?.hookPhase == .running }

    func hasFailed(_ task: SyncTask) -> Bool {
        switch result(task)?.hookPhase {
        case .failed, .error: true
        case .running, .succeeded, nil: false
        }
    }

    /// Whether the server refused it, whatever else became of it (S60).
    func wasRefused(_ task: SyncTask) -> Bool { result(task)?.status == .syncFailed }

    /// Records what has become of a task; what is left out stays as it was.
    mutating func record(
        _ task: SyncTask, status: ResourceResult.Status? = nil, phase: ResourceResult.HookPhase? = nil,
        message: String? = nil
    ) {
        var entry =
            result(task)
            ?? ResourceResult(
                key: task.key, version: task.kind.version, syncPhase: task.phase,
                hookType: task.isHook ? task.phase : nil)
        entry.status = status ?? entry.status
        entry.hookPhase = phase ?? entry.hookPhase
        entry.message = message ?? entry.message
        if let index = results[task.id] {
            progress.operation.syncResult.resources[index] = entry
        } else {
            results[task.id] = progress.operation.syncResult.resources.count
            progress.operation.syncResult.resources.append(entry)
        }
        if entry.hookPhase != .running { progress.awaited[task.id] = nil }
    }

    /// Notes on a recorded task what would become of its object.
    mutating func rehearse(_ task: SyncTask, _ effect: ActionOutcome.Effect) {
        if let index = results[task.id] { progress.operation.syncResult.resources[index].rehearsed = effect }
    }

    /// Records that a task is on the server and what it is waited for (S71).
    mutating func recordSent(_ task: SyncTask, _ object: KubeObject?, message: String) {
        record(task, status: .synced, phase: .running, message: message)
        progress.awaited[task.id] = Awaited(since: seen.now, uid: object?.uid ?? "")
    }

    mutating func say(_ message: String) {
        progress.operation.message = message
    }

    /// S65: what the operation waits for.
    mutating func sayWaiting(for tasks: [SyncTask], deleting: Bool = false) {
        let hooks = tasks.filter(\.isHook)
        guard let named = hooks.first ?? tasks.first else { return say("") }
        let what =
            deleting
            ? (hooks.isEmpty ? "deletion of" : "deletion of hook")
            : (hooks.isEmpty ? "healthy state of" : "completion of hook")
        let noun = hooks.count == tasks.count ? "hooks" : "resources"
        say(
            "waiting for \(what) \(named.shortName)"
                + (tasks.count > 1 ? " and \(tasks.count - 1) more \(noun)" : ""))
    }

    /// Of a hook that was there: its old result counts, and who reads it should know (S85).
    func sentMessage(_ task: SyncTask, _ effect: ActionOutcome.Effect) -> String {
        let message = applyMessage(task, effect)
        switch effect {
        case .configured, .unchanged: return task.isHook ? message + " (applied in place)" : message
        case .created, .replaced, .recreated, .deleted: return message
        }
    }

    /// `job.batch/before created`, as kubectl says it (S72).
    func applyMessage(_ task: SyncTask, _ effect: ActionOutcome.Effect) -> String {
        let group = task.key.group.isEmpty ? "" : ".\(task.key.group)"
        let suffix = plan.request.switches.dryRun ? " (dry run)" : ""
        return "\(task.key.kind.lowercased())\(group)/\(task.key.name) \(effect.rawValue)\(suffix)"
    }
}
