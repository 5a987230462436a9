public import KubeCore

/// One object of an application, as a comparison saw it: an entry of `status.resources`.
public struct ComparedResource: Hashable, Sendable {
    /// How the cluster differs from what is wanted (S157).
    public enum Difference: Hashable, Sendable {
        case none
        case modified
        case missing
        /// Nobody wants it any more.
        case extraneous
    }

    public var key: ObjectKey
    public var version: String
    /// `nil` for what has no sync status: hooks and `Skip` (S157).
    public var difference: Difference?
    public var isHook = false
    /// Whether a sync would refuse it as a whole: its project forbids it, its kind is not known, it is another
    /// application's.
    public var isRefused = false
    public var wave = 0
    /// Whether the object is there.
    public var isLive: Bool
    /// `nil` if the kind has none, or the object is not there.
    public var health: Health?
    /// `compare-options: IgnoreExtraneous`: shown, and not counted (S158).
    public var ignoresExtraneous = false
    /// `ignore-healthcheck: "true"` (S172).
    public var ignoresHealth = false
    /// `Delete=confirm` or `Prune=confirm` (S160).
    public var requiresConfirmation = false

    public init(key: ObjectKey, version: String, difference: Difference?, isLive: Bool) {
        self.key = key
        self.version = version
        self.difference = difference
        self.isLive = isLive
    }

    /// Whether it would go in a sync with prune; live hooks stand under no target either (S159).
    public var requiresPruning: Bool { difference == .extraneous || isHook }

    /// As `status.resources` says it; `nil` for what has none.
    public var syncStatus: SyncStatus.Code? {
        switch difference {
        case _? where isRefused: .unknown
        case .none?: .synced
        case .modified?, .missing?, .extraneous?: .outOfSync
        case nil: nil
        }
    }

    /// Whether it makes the application OutOfSync (S158), also where it is refused: a sync has to fail, and say why.
    public var countsAsOutOfSync: Bool {
        switch difference {
        case .modified?, .missing?: true
        case .extraneous?: !ignoresExtraneous
        case .none?, nil: false
        }
    }

    /// The entry of `status.resources`.
    ///
    /// - Parameter showsHealth: Whether the health stands in the entry (S176).
    /// - Returns: What Argo CD's clients read.
    public func entry(showsHealth: Bool) -> ResourceStatus {
        var entry = ResourceStatus(key: key, version: version, status: syncStatus)
        if showsHealth { entry.health = health }
        entry.isHook = isHook
        entry.requiresPruning = requiresPruning
        entry.requiresDeletionConfirmation = requiresConfirmation
        entry.syncWave = Int64(wave)
        return entry
    }
}
