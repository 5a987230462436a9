import KubeClient
import KubeCore
import SyncEngine

/// One deletion on its way: look, decide, delete, wait.
struct DeletionRun: Sendable {
    var plan: DeletionPlan
    var view: LiveView
    var executor: Executor
    /// `nil`: for ever.
    var timeout: Duration?
    var report: @Sendable (DeletionSession.Event) -> Void

    /// When a person is told for the first time what does not move, and how often after that.
    private static let firstNotice = Duration.seconds(2)
    private static let notices = Duration.seconds(10)

    func outcome() async throws(ClientFailure) -> DeletionSession.Outcome {
        let clock = ContinuousClock()
        let deadline = timeout.map { clock.now + $0 }
        var outcome = DeletionSession.Outcome()
        var gone: Set<ObjectKey> = []
        var notice = clock.now + DeletionRun.firstNotice
        while true {
            let (left, _, version) = view.snapshot
            for item in plan.items where left[item.key] == nil && gone.insert(item.key).inserted {
                outcome.deleted.append(item.key)
                report(.deleted(item.key))
            }
            switch plan.next(seeing: left, refused: Set(outcome.refused.keys)) {
            case .done:
                return outcome
            case .delete(let actions):
                view.await(actions.map { ($0.key, $0.kind) })
                try await delete(actions, &outcome)
                notice = clock.now + DeletionRun.firstNotice
            case .wait(let held):
                if let deadline, clock.now >= deadline {
                    outcome.left = held
                    return outcome
                }
                if clock.now >= notice {
                    report(.waiting(held))
                    notice = clock.now + DeletionRun.notices
                }
                view.await(plan.items.filter { held[$0.key] != nil }.map { ($0.key, $0.kind) })
                await view.change(
                    after: version, within: clock.now.duration(to: min(notice, deadline ?? notice)))
            }
            guard !Task.isCancelled else {
                throw .transport(TransportFailure(.cancelled, "the deletion was cancelled"))
            }
        }
    }

    private func delete(
        _ actions: [DeletionPlan.Action], _ outcome: inout DeletionSession.Outcome
    ) async throws(ClientFailure) {
        actions.forEach { report(.deleting($0.key)) }
        let work = actions.map {
            SyncAction(
                task: SyncTask.ID(key: $0.key, phase: .sync), kind: $0.kind, work: .delete(uid: $0.uid))
        }
        for (task, result) in try await executor.perform(work) {
            switch result {
            case .refused(let reason), .immutable(let reason):
                outcome.refused[task.key] = reason
                report(.refused(task.key, reason))
            case .done, .absent:
                continue
            }
        }
    }
}
