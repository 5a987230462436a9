public import KubeCore

/// The deletion of an Application, stage by stage (S185–S198). Pure.
///
/// Nothing is remembered from pass to pass: the finalizers say how far it has come, the live objects the rest. A hook
/// that failed is removed and made anew; that is its retry.
public struct ApplicationDeletion: Sendable {
    /// What is to be done first; each ends with the removal of its finalizer (S186).
    public enum Stage: Hashable, Sendable {
        case hooks(DeletionHook)
        case cascade(CascadeFinalizer)
        case cleanup(DeletionHook)
    }

    /// Why a pass can only wait.
    public enum Obstacle: Hashable, Sendable {
        /// An operation is under way (S131).
        case operation
        /// A person has to agree to the deletion of these (S191).
        case confirmation([ObjectKey])
        /// These are going; each with the finalizers that hold it.
        case leaving([ObjectKey: [String]])
        /// These hooks run; until the first of them has run for too long.
        case hooks([ObjectKey], until: Timestamp)
    }

    /// What a pass does.
    public enum Step: Hashable, Sendable {
        /// Nothing of ours holds the Application any more.
        case none
        case wait(Obstacle)
        /// Make these hooks.
        case create([KubeObject])
        case delete([DeletionPlan.Action], APIRequest.DeleteOptions.Propagation)
        /// Write these finalizers: a stage is done.
        case keep(finalizers: [String])
        /// Tell of it by the condition DeletionError, and delete these hooks, which are made anew in a later pass; or look
        /// again then.
        case fail(String, deleting: [DeletionPlan.Action], again: Timestamp? = nil)
    }

    public var application: Application
    public var tracking: Tracking
    /// What exists of what is tracked, by key.
    public var live: [ObjectKey: KubeObject]
    /// The rendered hooks, marked and with a namespace; needed in the stage ``Stage/hooks(_:)``, see ``stage``.
    public var hooks: [KubeObject] = []
    /// Objects whose deletion the API server has refused, and why.
    public var refused: [ObjectKey: String] = [:]
    public var now: Timestamp

    /// The longest time from the end of a hook that has failed to its next attempt, in seconds.
    private static let longestPause: Int64 = 180

    public init(_ application: Application, tracking: Tracking, live: [ObjectKey: KubeObject], now: Timestamp)
    {
        self.application = application
        self.tracking = tracking
        self.live = live
        self.now = now
    }

    /// What the finalizers say is to be done next; `nil` if nothing is.
    public static func stage(of application: Application) -> Stage? {
        let finalizers = application.metadata.finalizers
        let cascade = CascadeFinalizer.allCases.first { finalizers.contains($0.rawValue) }
        if finalizers.contains(DeletionHook.preDelete.finalizer) { return .hooks(.preDelete) }
        if let cascade { return .cascade(cascade) }
        if finalizers.contains(DeletionHook.postDelete.finalizer) { return .hooks(.postDelete) }
        return DeletionHook.allCases.first { finalizers.contains($0.cleanupFinalizer) }.map { .cleanup($0) }
    }

    /// The finalizers that are left when the cluster that the objects are in cannot be found: nothing can be done in
    /// it (S187).
    public static func finalizersWithoutCluster(of application: Application) -> [String] {
        let ours =
            CascadeFinalizer.allCases.map(\.rawValue)
            + DeletionHook.allCases.flatMap { [$0.finalizer, $0.cleanupFinalizer] }
        return application.metadata.finalizers.filter { !ours.contains($0) }
    }

    /// The step of this pass.
    public var step: Step {
        guard application.operation == nil else { return .wait(.operation) }
        switch Self.stage(of: application) {
        case nil: return .none
        case .hooks(let hook): return run(hook)
        case .cascade(let finalizer): return cascade(finalizer)
        case .cleanup(let hook): return tidy(hook)
        }
    }

    // MARK: Cascade

    /// S188–S191.
    private func cascade(_ finalizer: CascadeFinalizer) -> Step {
        let isApproved = application.metadata.approvesDeletion(
            since: application.metadata.deletionTimestamp ?? now)
        let options = application.spec.syncPolicy.options
        let plan = DeletionPlan(
            of: tracking, live: live, options: options, isApproved: isApproved, ownKey: application.key)
        let unconfirmed = isApproved ? [] : unconfirmed(plan, options)
        guard unconfirmed.isEmpty else { return .wait(.confirmation(unconfirmed)) }
        switch plan.next(seeing: live, refused: Set(refused.keys)) {
        case .wait(let leaving): return .wait(.leaving(leaving))
        case .delete(let actions): return .delete(actions, finalizer.propagation)
        case .done: break
        }
        guard refused.isEmpty else {
            let reasons = refused.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return .fail("error deleting resources: \(reasons.joined(separator: "; "))", deleting: [])
        }
        return finish(CascadeFinalizer.allCases.map(\.rawValue))
    }

    /// What asks for it itself, and what was last seen to ask for it where it is wanted.
    private func unconfirmed(_ plan: DeletionPlan, _ options: SyncOptions) -> [ObjectKey] {
        let asking = Set(application.status.resources.filter(\.requiresDeletionConfirmation).map(\.key))
        return plan.items.filter { item in
            if item.keptBecause != nil { return item.keptBecause == "Delete=confirm" }
            if asking.contains(item.key) { return true }
            let own = live[item.key].flatMap { SyncOptions(of: $0).value("Prune") }
            return (own ?? options.value("Prune")) == "confirm"
        }.map(\.key)
    }

    // MARK: Hooks

    /// S193.
    private func run(_ hook: DeletionHook) -> Step {
        let wanted = hooks.filter(hook.matches)
        if let nameless = wanted.first(where: { $0.name.isEmpty }) {
            return fail(hook, "a \(hook.rawValue) hook needs a name: \(nameless.kind) has only generateName")
        }
        let missing = wanted.filter { live[$0.key] == nil }
        guard missing.isEmpty else { return .create(missing.map(Self.held)) }
        let found = wanted.compactMap { live[$0.key] }
        let leftovers = found.filter { !$0.isBeingDeleted && isLeftover($0) }
        guard leftovers.isEmpty else {
            return .delete(leftovers.map(DeletionPlan.Action.init(of:)), .background)
        }
        let failed = found.filter { !$0.isBeingDeleted && (health($0) == .degraded || isLate($0)) }
        guard failed.isEmpty else {
            let names = failed.map { $0.namespace.isEmpty ? $0.name : "\($0.namespace)/\($0.name)" }.sorted()
            let problem = "\(hook.rawValue) hook(s) failed: \(names.joined(separator: ", "))"
            if let again = retryTime(of: failed), again > now { return fail(hook, problem, again: again) }
            return fail(hook, problem, deleting: failed)
        }
        let running = found.filter { $0.isBeingDeleted || health($0) == .progressing }
        guard running.isEmpty else {
            let end = running.map(deadline).min() ?? now
            return .wait(.hooks(running.map(\.key).sorted(), until: end))
        }
        return finish([hook.finalizer])
    }

    /// S197; and where a Job was to be removed after a while, that is now.
    private func tidy(_ hook: DeletionHook) -> Step {
        let found = live.values.filter { tracking.owns($0) && hook.matches($0) }
        let leaving = found.filter(\.isBeingDeleted)
        guard leaving.isEmpty else {
            return .wait(.leaving(Dictionary(leaving.map { ($0.key, $0.finalizers) }) { first, _ in first }))
        }
        let worst = found.map(health).max() ?? .healthy
        let going = found.filter { object in
            let policies = HookDeletePolicy.read(object).policies
            return worst == .healthy && policies.contains(.hookSucceeded)
                || worst == .degraded && policies.contains(.hookFailed)
                || object.annotation(AnnotationKey.heldTTL) != nil
        }
        guard going.isEmpty || going.allSatisfy({ refused[$0.key] != nil }) else {
            return .delete(
                going.filter { refused[$0.key] == nil }.map(DeletionPlan.Action.init(of:)), .background)
        }
        return finish([hook.cleanupFinalizer])
    }

    /// A Job that would vanish by itself might do so before anybody has seen how it ended.
    private static func held(_ hook: KubeObject) -> KubeObject {
        guard hook.kind == "Job", let seconds = hook["spec", "ttlSecondsAfterFinished"]?.int else {
            return hook
        }
        var held = hook
        held["spec", "ttlSecondsAfterFinished"] = nil
        held.setAnnotation(AnnotationKey.heldTTL, String(seconds))
        return held
    }

    /// What has no health is as good as done.
    private func health(_ object: KubeObject) -> Health.Status {
        Health(of: object, isHook: true)?.status ?? .healthy
    }

    /// Made before anybody asked for the deletion: what it came to says nothing of this one (I2).
    private func isLeftover(_ object: KubeObject) -> Bool {
        guard let created = created(object), let start = application.metadata.deletionTimestamp else {
            return false
        }
        return created < start
    }

    private func created(_ object: KubeObject) -> Timestamp? {
        object["metadata", "creationTimestamp"]?.string.flatMap(Timestamp.init(rfc3339:))
    }

    private func isLate(_ object: KubeObject) -> Bool {
        health(object) == .progressing && deadline(object) <= now
    }

    /// D6.
    private func deadline(_ object: KubeObject) -> Timestamp {
        Timestamp(
            seconds: (created(object) ?? now).seconds + HookTimeout.read(object).timeout.components.seconds)
    }

    /// When hooks that have failed are made anew: at once the first time, then after half of the time since that, so that
    /// they do not run again and again in vain. `nil` where it is not known when they ended.
    private func retryTime(of failed: [KubeObject]) -> Timestamp? {
        let told = application.status.conditions.first { $0.kind == .deletionError }
        guard let end = failed.compactMap(HookEnd.time).max(), let first = told?.lastTransitionTime else {
            return nil
        }
        let pause = min(Self.longestPause, max(0, (end.seconds - first.seconds) / 2))
        return Timestamp(seconds: end.seconds + pause)
    }

    /// S194.
    private func fail(
        _ hook: DeletionHook, _ problem: String, deleting objects: [KubeObject] = [], again: Timestamp? = nil
    ) -> Step {
        .fail(
            "error executing \(hook.word) hooks: \(problem)",
            deleting: objects.map(DeletionPlan.Action.init(of:)).sorted { $0.key < $1.key }, again: again)
    }

    /// That a hook can't be made, because an object of its name is there that the application does not own: whatever that
    /// came to says nothing of the hook (I2).
    public static func foreignHook(_ hook: KubeObject) -> String {
        let key = hook.key
        return
            "error executing delete hooks: there is a \(key) already that does not belong to the application: "
            + "remove it, or give the hook another name"
    }

    private func finish(_ finalizers: [String]) -> Step {
        .keep(finalizers: application.metadata.finalizers.filter { !finalizers.contains($0) })
    }
}
