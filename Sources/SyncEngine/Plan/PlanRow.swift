public import KubeCore

/// One line of a plan that is shown to a person.
public struct PlanRow: Hashable, Sendable {
    public var phase: SyncPhase
    public var wave: Int
    /// In one word: `create`, `configure`, `replace`, `recreate`, `unchanged`, `run`, `keep`, `prune`, `refuse`.
    public var action: String
    public var key: ObjectKey
    /// Why this is done, or not.
    public var why: String
}

extension SyncPlan {
    /// The plan as rows, in the order of execution.
    ///
    /// - Parameters:
    ///   - live: What exists, as the plan was made with it.
    ///   - operation: The finished dry run of this plan: what the server said to each object.
    /// - Returns: A row a task.
    public func rows(live: [ObjectKey: KubeObject], operation: OperationState) -> [PlanRow] {
        let results = Dictionary(
            operation.syncResult.resources.map { (SyncTask.ID(key: $0.key, phase: $0.syncPhase), $0) }
        ) { first, _ in first }
        let namespace = namespaceTask.map {
            [
                PlanRow(
                    phase: $0.phase, wave: $0.wave, action: "create", key: $0.key, why: "CreateNamespace=true"
                )
            ]
        }
        return (namespace ?? []) + tasks.map { row($0, live: live[$0.key], result: results[$0.id]) }
    }

    private func row(_ task: SyncTask, live: KubeObject?, result: ResourceResult?) -> PlanRow {
        let (action, why) =
            result?.status == .syncFailed
            ? ("refuse", result?.message ?? "") : explanation(of: task, live: live, result: result)
        return PlanRow(phase: task.phase, wave: task.wave, action: action, key: task.key, why: why)
    }

    private func explanation(
        of task: SyncTask, live: KubeObject?, result: ResourceResult?
    ) -> (action: String, why: String) {
        switch task.work {
        case .prune(.none) where live?.isBeingDeleted == true:
            ("prune", "no longer in the manifests; is being deleted already")
        case .prune(.none): ("prune", "no longer in the manifests")
        case .prune(.skipped(let reason)): ("keep", "no longer in the manifests; \(reason)")
        case .prune(.awaitsConfirmation):
            ("keep", "no longer in the manifests; Prune=confirm waits for approval")
        case .runHook(_, let terms): hookExplanation(task, terms, live: live)
        case .apply: resourceExplanation(live: live, result: result)
        }
    }

    private func hookExplanation(
        _ task: SyncTask, _ terms: SyncTask.HookTerms, live: KubeObject?
    ) -> (action: String, why: String) {
        let policies = terms.policies.map(\.rawValue).sorted().joined(separator: ", ")
        let hook = "\(task.phase.rawValue) hook" + (policies.isEmpty ? "" : " (\(policies))")
        let when = task.phase == .syncFail ? "; runs only if the sync fails" : ""
        guard let live else { return ("run", hook + when) }
        guard !live.isBeingDeleted else {
            return ("run", "\(hook); the object of the last run is being deleted\(when)")
        }
        if terms.policies.isEmpty { return ("keep", "\(hook) ran in an earlier sync (created once)\(when)") }
        let isRenewed = terms.policies.contains(.beforeHookCreation)
        let detail =
            isRenewed
            ? "the object of the last run is deleted first" : "applied in place; its old result counts"
        return (isRenewed ? "run" : "apply", "\(hook); \(detail)\(when)")
    }

    private func resourceExplanation(live: KubeObject?, result: ResourceResult?) -> (
        action: String, why: String
    ) {
        if live == nil { return ("create", "not in the cluster") }
        switch result?.rehearsed {
        case .recreated: return ("recreate", "deleted and created again, by force")
        case .replaced: return ("replace", "replaced as a whole")
        case .unchanged, nil: return ("unchanged", "the cluster has what the manifest says")
        case .created, .configured, .deleted: return ("configure", "the manifest differs from the cluster")
        }
    }
}
