public import KubeClient
public import KubeCore
public import SyncEngine

/// The deletion of everything that is tracked to an application, without an Application in the cluster.
public struct DeletionSession: Sendable {
    /// What is told while it runs.
    public enum Event: Sendable {
        case deleting(ObjectKey)
        case deleted(ObjectKey)
        case refused(ObjectKey, String)
        /// Nothing moves: what is left, and the finalizers that hold it.
        case waiting([ObjectKey: [String]])
    }

    /// How it ended.
    public struct Outcome: Sendable {
        public var deleted: [ObjectKey] = []
        public var refused: [ObjectKey: String] = [:]
        /// What was still there when time ran out, with the finalizers that hold it.
        public var left: [ObjectKey: [String]] = [:]
    }

    public var cluster: Cluster
    public var tracking: Tracking
    public var propagation: APIRequest.DeleteOptions.Propagation
    /// `nil`: for ever.
    public var timeout: Duration?
    /// How long the API server may give no answer to anything before it counts as gone.
    public var patience = Duration.seconds(120)

    public init(
        cluster: Cluster, tracking: Tracking, propagation: APIRequest.DeleteOptions.Propagation,
        timeout: Duration?
    ) {
        self.cluster = cluster
        self.tracking = tracking
        self.propagation = propagation
        self.timeout = timeout
    }

    private var supply: any LiveSupply { OwnReads(cluster: cluster, tracking: tracking) }

    /// Reads what there is to delete; writes nothing.
    ///
    /// - Returns: The plan, what it was made from, and the kinds that we may not list: their objects are not known.
    /// - Throws: ``ClientFailure`` if the API server could not be asked.
    public func prepare() async throws(ClientFailure) -> (
        plan: DeletionPlan, live: [ObjectKey: KubeObject], unlisted: [GroupKind]
    ) {
        let tracked = try await supply.tracked(wanted: [])
        return (DeletionPlan(of: tracking, live: tracked.objects), tracked.objects, tracked.unlisted)
    }

    /// Deletes, wave by wave, and waits until each object is gone.
    ///
    /// - Parameters:
    ///   - plan: From ``prepare()``.
    ///   - live: From ``prepare()``.
    ///   - report: Told of everything as it happens.
    /// - Returns: What went, and what did not.
    /// - Throws: ``ClientFailure`` if the API server could not be reached any more.
    public func run(
        _ plan: DeletionPlan, live: [ObjectKey: KubeObject], report: @escaping @Sendable (Event) -> Void
    ) async throws(ClientFailure) -> Outcome {
        let going = plan.items.filter { $0.keptBecause == nil }
        let places = going.map { WatchedPlace(kind: $0.kind, namespace: $0.key.namespace) }
        let view = LiveView(live)
        let detectors = Detectors(
            cluster: cluster, tracking: tracking, supply: supply, places: Set(places), view: view,
            patience: patience)
        let executor = Executor(cluster: cluster, view: view, propagation: propagation)
        let run = DeletionRun(plan: plan, view: view, executor: executor, timeout: timeout, report: report)
        return try await detectors.running { () throws(ClientFailure) in try await run.outcome() }
    }
}
