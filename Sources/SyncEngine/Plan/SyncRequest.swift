public import KubeCore

/// What one sync is asked to do: the operation, without the objects.
public struct SyncRequest: Hashable, Sendable {
    /// Whether hooks run (S28).
    public enum Strategy: String, Hashable, Sendable, CaseIterable {
        case hook
        case apply
    }

    /// Who looks at the objects before the first one is written (D4).
    public enum Validation: String, Hashable, Sendable, CaseIterable {
        /// The API server, by dry runs of everything that would change.
        case server
        /// Nobody but ourselves.
        case client
        case none
    }

    /// Yes or no.
    public struct Switches: Hashable, Sendable {
        /// Remove what is no longer wanted (S93).
        public var prune = false
        /// Walk through everything and write nothing (S91).
        public var dryRun = false
        /// Delete and create again what cannot be changed (S99).
        public var force = false
        /// PUT instead of apply (S98).
        public var replace = false
        /// Take objects that are tracked to another application.
        public var forceAdopt = false
        /// The approval that `Prune=confirm` waits for was given (S95).
        public var confirmPrune = false
        /// Whether that approval can still come while the operation runs: there is an Application to give it at.
        public var awaitsApproval = false

        public init() {}
    }

    /// How annotations and health are read where we differ from Argo CD, or the user does.
    public struct Reading: Hashable, Sendable {
        /// The policy of a hook that names none; `nil` means created once (D1).
        public var defaultHookPolicy: HookDeletePolicy?
        /// Drop unknown values in silence instead of refusing them (D9).
        public var isLenient = false
        /// The user's own rules for health (S167).
        public var healthRules = HealthRules()
        /// Fields whose differences do not count (S164).
        public var ignoreRules = IgnoreRules()

        public init() {}
    }

    public var tracking: Tracking
    public var revision: String
    public var startedAt: Timestamp
    public var switches = Switches()
    public var strategy = Strategy.hook
    public var validation = Validation.server
    public var selection = ResourceSelection()
    public var options = SyncOptions()
    public var reading = Reading()
    /// Whose rules hold for every object (S22, S39); `nil`: everything is permitted.
    public var project: AppProject?
    /// The cluster, as an Application names it; what the project's rules look at.
    public var destination = Destination(server: Destination.ownServer)
    /// The labels and annotations that the destination namespace is to have (S107).
    public var namespaceMetadata: NamespaceMetadata?
    /// How long the whole operation may take (D6); `nil` for ever.
    public var timeout: Duration?
    /// How often the operation has failed before and is tried again: hooks of an earlier attempt do not count (S126).
    public var attempt: Int64 = 0
    /// How hooks of this very attempt have ended, as the Application's state tells it: a process that is gone may have
    /// deleted their objects.
    public var endedHooks: [ResourceResult] = []
    /// When ``timeout`` began to count; `nil` for ``startedAt``. Later where another process had begun the operation.
    public var countsFrom: Timestamp?

    public init(tracking: Tracking, revision: String, startedAt: Timestamp) {
        self.tracking = tracking
        self.revision = revision
        self.startedAt = startedAt
    }

    public var operationID: OperationID {
        OperationID(
            application: tracking.application, startedAt: startedAt, revision: revision, attempt: attempt)
    }

    /// How deletions of this sync reach dependents (S76).
    public var propagation: APIRequest.DeleteOptions.Propagation {
        switch options.value("PrunePropagationPolicy") {
        case "background": .background
        case "orphan": .orphan
        default: .foreground
        }
    }

    /// Hooks do not run in a selective sync, nor with strategy `apply` (S27, S28).
    var runsHooks: Bool { selection.isEverything && strategy == .hook }
}
