import KubeCore

extension SyncPlan {
    /// Advances the sync by one step.
    ///
    /// Pure: the same progress and observation always give the same answer. Call it again with the outcomes of the
    /// actions, or, if there were none, when something has changed or time has passed.
    ///
    /// - Parameters:
    ///   - progress: What the last step returned, or ``start``.
    ///   - seen: What the cluster shows.
    /// - Returns: The next progress, and the actions that lead on, all of which may run at the same time.
    /// - Rule: S48–S63, S66–S76, S81–S91.
    public func next(after progress: SyncProgress, seeing seen: Observation) -> (SyncProgress, [SyncAction]) {
        var run = StepRun(plan: self, progress: progress, seen: seen)
        run.advance()
        return (run.progress, run.actions)
    }

    /// When the step should be taken again although nothing has changed: the next deadline (D6).
    public func nextDeadline(after progress: SyncProgress) -> Timestamp? {
        let deadlines = progress.awaited.compactMap { id, awaited in
            task(id).flatMap { patience(for: $0, after: progress) }.map { awaited.since.advanced(by: $0) }
        }
        return (deadlines + [operationDeadline(after: progress)].compactMap(\.self)).min()
    }

    /// How long a running task has before somebody must look again; `nil` for as long as the operation.
    private func patience(for task: SyncTask, after progress: SyncProgress) -> Duration? {
        if let terms = task.hookTerms { return terms.timeout }
        guard case .running = progress.step, task.target.flatMap({ DefinedKind(of: $0) }) != nil else {
            return nil
        }
        return StepRun.definitionPatience
    }

    /// When the operation as a whole runs out of time.
    func operationDeadline(after progress: SyncProgress) -> Timestamp? {
        request.timeout.map {
            (progress.expiry?.at ?? request.countsFrom ?? request.startedAt).advanced(
                by: max(.seconds(1), $0))
        }
    }
}

extension Timestamp {
    /// The first whole second that is so much later.
    fileprivate func advanced(by duration: Duration) -> Timestamp {
        let (whole, fraction) = duration.components
        return Timestamp(seconds: seconds + whole + (fraction > 0 ? 1 : 0))
    }
}

/// One step on its way: the working copy that the rules write into.
struct StepRun {
    let plan: SyncPlan
    var progress: SyncProgress
    let seen: Observation
    var actions: [SyncAction] = []

    init(plan: SyncPlan, progress: SyncProgress, seen: Observation) {
        self.plan = plan
        self.progress = progress
        self.seen = seen
        results = Dictionary(
            progress.operation.syncResult.resources.enumerated().map {
                (SyncTask.ID(key: $1.key, phase: $1.syncPhase), $0)
            }
        ) { first, _ in first }
    }

    /// Where each task's entry stands in the operation's results.
    var results: [SyncTask.ID: Int]

    mutating func advance() {
        switch progress.step {
        case .starting: begin()
        case .creatingNamespace: afterNamespace()
        case .validating: afterValidation()
        case .deciding:
            absorbDeletions()
            decide()
        case .running(let wave): continueWave(wave)
        case .concluding(let conclusion): continueConclusion(conclusion)
        case .finished: break
        }
    }

    func live(_ task: SyncTask) -> KubeObject? { seen.live[task.key] }

    func outcome(_ task: SyncTask) -> ActionOutcome? { seen.outcomes[task.id] }

    var healthRules: HealthRules { plan.request.reading.healthRules }
}
