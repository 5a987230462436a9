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
        /// What is wanted, or what is there, could not be found out.
        case unknown
    }

    public var key: ObjectKey
    public var version: String
    /// `nil` for what has no sync status: hooks and `Skip` (S157).
    public var difference: Difference?
    public var isHook = false
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
    public var syncStatus: SyncVerdict? {
        switch difference {
        case .none?: .synced
        case .modified?, .missing?, .extraneous?: .outOfSync
        case .unknown?: .unknown
        case nil: nil
        }
    }

    /// Whether it makes the application OutOfSync (S158).
    public var countsAsOutOfSync: Bool {
        guard syncStatus == .outOfSync else { return false }
        return !(difference == .extraneous && ignoresExtraneous)
    }

    /// The entry of `status.resources`.
    ///
    /// - Parameter showsHealth: Whether the health stands in the entry (S176).
    /// - Returns: An object in Argo CD's field names, empty ones left out.
    public func json(showsHealth: Bool) -> JSONValue {
        var fields: JSONObject = ["kind": .string(key.kind), "name": .string(key.name)]
        if !key.group.isEmpty { fields["group"] = .string(key.group) }
        if !version.isEmpty { fields["version"] = .string(version) }
        if !key.namespace.isEmpty { fields["namespace"] = .string(key.namespace) }
        fields["status"] = syncStatus.map { .string($0.rawValue) }
        if showsHealth { fields["health"] = health?.json }
        if isHook { fields["hook"] = true }
        if requiresPruning { fields["requiresPruning"] = true }
        if wave != 0 { fields["syncWave"] = .int(Int64(wave)) }
        if requiresConfirmation { fields["requiresDeletionConfirmation"] = true }
        return .object(fields)
    }
}

/// Whether the cluster is as the source wants it.
public enum SyncVerdict: String, Hashable, Sendable, CaseIterable {
    case synced = "Synced"
    case outOfSync = "OutOfSync"
    case unknown = "Unknown"
}

extension Health {
    /// In the field names of an Application's status; an empty message is left out.
    public var json: JSONValue {
        var fields: JSONObject = ["status": .string(status.rawValue)]
        if !message.isEmpty { fields["message"] = .string(message) }
        return .object(fields)
    }
}
