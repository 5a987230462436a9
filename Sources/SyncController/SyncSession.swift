public import KubeClient
public import KubeCore
public import SyncEngine

/// One sync from manifests to the end, without an Application in the cluster: what the command line asks for is all
/// that is known, and the stamps on the hooks are all that outlives the process.
public struct SyncSession: Sendable {
    /// A sync that has been planned and can be shown, or run.
    public struct Prepared: Sendable {
        public var plan: SyncPlan
        public var warnings: [PlanWarning]
        /// Whether an operation is gone on with that another process has left unfinished.
        public var isResumed: Bool
        /// What was found in the cluster, by key.
        public var live: [ObjectKey: KubeObject]
        /// Kinds that we may not list: objects of theirs that are no longer wanted are not seen.
        public var unlisted: [GroupKind]
    }

    /// Why there is nothing to run.
    public enum Failure: Error, Sendable {
        case plan(PlanFailure)
        case client(ClientFailure)
    }

    public var cluster: Cluster
    public var request: SyncRequest
    /// The time, in whole seconds.
    public var now: @Sendable () -> Timestamp
    /// How long the API server may give no answer to anything, while the sync waits, before it counts as gone.
    public var patience = Duration.seconds(120)
    /// By what the sync waits for its next deadline.
    var clock: any Clock<Duration> = ContinuousClock()
    /// Where tracked objects are read from.
    let supply: any LiveSupply
    /// Whether the request's start is the operation's own, because an Application has it: nothing is guessed from the
    /// stamps on hooks.
    var isPinned = false
    /// Told what was live when an operation ended.
    var ended: @Sendable ([ObjectKey: KubeObject]) -> Void = { _ in }

    public init(cluster: Cluster, request: SyncRequest, now: @escaping @Sendable () -> Timestamp) {
        self.init(
            cluster: cluster, request: request,
            supply: OwnReads(cluster: cluster, tracking: request.tracking), now: now)
    }

    init(
        cluster: Cluster, request: SyncRequest, supply: any LiveSupply,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.cluster = cluster
        self.request = request
        self.supply = supply
        self.now = now
    }

    /// Reads the cluster and plans; writes nothing.
    public func prepare(_ desired: [DesiredObject]) async throws(Failure) -> Prepared {
        do {
            let kinds = Set(desired.map(\.object.groupVersionKind))
            let catalog = try await cluster.catalog(of: kinds, unknownFor: isPinned ? .zero : .seconds(5))
            let reader = LiveReader(cluster: cluster, tracking: request.tracking)
            let tracked = try await supply.tracked(wanted: kinds)
            var live = tracked.objects
            let targets = try TargetSet(desired, for: request, kinds: catalog)
            let existing = try await reader.existing(keys(of: targets.targets), beyond: live)
            live.merge(existing) { first, _ in first }
            // Hooks that may be read and not listed tell of an operation, too.
            let unfinished =
                isPinned
                ? nil
                : Resumption.startedAt(in: live.values, of: request.tracking, revision: request.revision)
            let request = isPinned ? self.request : unfinished.map(resumed) ?? begun(in: live.values)
            var plan = try SyncPlan(request, targets: targets.targets, live: live, kinds: catalog)
            let unproven = plan.trust(tracked.proofs, live: live)
            if !unproven.isEmpty {
                // Read in full, and planned again: they may be others by now.
                let whole = try await supply.whole(unproven)
                for (key, _) in unproven { live[key] = whole[key] }
                plan = try SyncPlan(request, targets: targets.targets, live: live, kinds: catalog)
                _ = plan.trust(tracked.proofs, live: live)
            }
            return Prepared(
                plan: plan, warnings: targets.warnings, isResumed: unfinished != nil, live: live,
                unlisted: tracked.unlisted)
        } catch let failure as PlanFailure {
            throw .plan(failure)
        } catch let failure as ClientFailure {
            throw .client(failure)
        } catch {
            throw .client(.transport(TransportFailure(.interrupted, "\(error)")))
        }
    }

    /// The same request as an operation of its own.
    private func begun(in live: some Sequence<KubeObject>) -> SyncRequest {
        var request = request
        request.startedAt = Resumption.newStart(request.startedAt, in: live, of: request.tracking)
        return request
    }

    /// The same request as a part of the operation that began then; its time to run begins anew.
    private func resumed(_ startedAt: Timestamp) -> SyncRequest {
        var request = request
        request.countsFrom = now()
        request.startedAt = startedAt
        return request
    }

    /// The targets' own keys, and the destination namespace where it may have to be made.
    private func keys(of targets: [Target]) -> [(ObjectKey, GroupVersionKind)] {
        let own = targets.filter { !$0.key.name.isEmpty }.map { ($0.key, $0.object.groupVersionKind) }
        let name = request.tracking.destinationNamespace
        // Who works in one namespace alone may not be allowed to ask for it.
        guard request.options.contains("CreateNamespace=true"), !name.isEmpty else { return own }
        let namespace = ObjectKey(group: "", kind: "Namespace", namespace: "", name: name)
        return own + [(namespace, GroupVersionKind(group: "", version: "v1", kind: "Namespace"))]
    }

    /// Runs what was planned.
    ///
    /// - Parameters:
    ///   - prepared: The plan, and the cluster it was made for.
    ///   - termination: Where a wish to stop is looked for.
    ///   - approval: Where an approval of removals is looked for.
    ///   - save: Sees each new state before anything is done for it.
    /// - Returns: The finished operation.
    /// - Throws: ``ClientFailure`` if the API server could not be reached any more.
    public func run(
        _ prepared: Prepared, termination: TerminationRequest = TerminationRequest(),
        approval: PruneApproval = PruneApproval(),
        save: @escaping @Sendable (SyncProgress) async -> Void
    ) async throws(ClientFailure) -> SyncProgress {
        let plan = prepared.plan
        let view = LiveView(prepared.live, clock: clock)
        termination.notify { view.nudge() }
        approval.notify { view.nudge() }
        let driver = SyncDriver(
            plan: plan, view: view,
            executor: Executor(cluster: cluster, view: view, propagation: plan.request.propagation), now: now,
            termination: termination, approval: approval)
        let drive = { @Sendable () async throws(ClientFailure) -> SyncProgress in
            try await driver.run(from: plan.start) { progress in
                view.await(plan.awaited(after: progress, live: view.snapshot.live))
                await save(progress)
            }
        }
        // A dry run waits for nothing.
        guard !plan.request.switches.dryRun else { return try await drive() }
        let progress = try await detectors(for: plan, view).running(drive)
        ended(view.snapshot.live)
        return progress
    }

    private func detectors(for plan: SyncPlan, _ view: LiveView) -> Detectors {
        let places = plan.watched.flatMap { watched in
            watched.namespaces.map { WatchedPlace(kind: watched.kind, namespace: $0) }
        }
        return Detectors(
            cluster: cluster, tracking: plan.request.tracking, supply: supply, places: Set(places),
            view: view,
            patience: patience)
    }
}
