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

    /// Whether an earlier comparison has proven that an object holds what is wanted.
    public func isProven(_ key: ObjectKey) -> Bool { proven[key] != nil }

    /// Which live objects hold all that this plan wants of them.
    ///
    /// - Parameters:
    ///   - live: What exists, as the plan was made with it.
    ///   - tasks: Those that ``diffTasks(live:)`` has answered.
    /// - Returns: A proof for each object that is wanted, there, and not among the tasks.
    public func proofs(
        live: [ObjectKey: KubeObject], besides tasks: [DiffTask]
    ) -> [ObjectKey: UnchangedProof] {
        let differing = Set(tasks.map(\.key))
        var proofs: [ObjectKey: UnchangedProof] = [:]
        for task in self.tasks where task.isApply && !differing.contains(task.key) {
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
