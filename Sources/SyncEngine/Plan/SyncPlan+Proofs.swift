public import KubeCore

/// What need not be compared again (I10).
extension SyncPlan {
    /// Takes over what earlier comparisons have proven, as far as it was on the terms of this plan.
    ///
    /// - Parameters:
    ///   - proofs: For live objects of which nothing but the abridged form is at hand.
    ///   - live: What exists.
    /// - Returns: The objects among them that have to be read in full, as this plan compares them on other terms.
    public mutating func trust(
        _ proofs: [ObjectKey: UnchangedProof], live: [ObjectKey: KubeObject]
    ) -> [(ObjectKey, GroupVersionKind)] {
        guard !proofs.isEmpty else { return [] }
        var unproven: [(ObjectKey, GroupVersionKind)] = []
        for task in tasks where task.isApply {
            guard let proof = proofs[task.key], let found = live[task.key] else { continue }
            if proof == self.proof(for: task, found) {
                proven[task.key] = proof.resourceVersion
            } else {
                unproven.append((task.key, task.kind))
            }
        }
        return unproven
    }

    /// Which live objects have been found to hold all that this plan wants of them.
    ///
    /// - Parameters:
    ///   - live: What exists, as the plan was made with it.
    ///   - others: The objects of which ``diffTasks(live:)`` has said that they may differ.
    /// - Returns: A proof for each other object that is wanted and there; those that were proven before are left out.
    public func newProofs(
        live: [ObjectKey: KubeObject], besides others: Set<ObjectKey>
    ) -> [ObjectKey: UnchangedProof] {
        var proofs: [ObjectKey: UnchangedProof] = [:]
        for task in tasks where task.isApply && !others.contains(task.key) && proven[task.key] == nil {
            guard let found = live[task.key], found.groupVersionKind == task.kind,
                !found.resourceVersion.isEmpty
            else { continue }
            proofs[task.key] = proof(for: task, found)
        }
        return proofs
    }

    private func proof(for task: SyncTask, _ found: KubeObject) -> UnchangedProof {
        var hasher = Hasher()
        hasher.combine(task.target)
        hasher.combine(request.options)
        hasher.combine(request.switches.replace)
        hasher.combine(request.reading)
        return UnchangedProof(resourceVersion: found.resourceVersion, terms: hasher.finalize())
    }
}

extension SyncTask {
    fileprivate var isApply: Bool {
        if case .apply = work { true } else { false }
    }
}
