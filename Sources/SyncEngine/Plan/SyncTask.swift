public import KubeCore

/// One thing that a sync does to one object in one phase (S29).
public struct SyncTask: Hashable, Sendable {
    /// One object can have a task in each phase (S6).
    public struct ID: Hashable, Sendable {
        public var key: ObjectKey
        public var phase: SyncPhase

        public init(key: ObjectKey, phase: SyncPhase) {
            self.key = key
            self.phase = phase
        }
    }

    public enum Work: Hashable, Sendable {
        case apply(KubeObject)
        case runHook(KubeObject, HookTerms)
        case prune(PruneGuard)
    }

    /// What holds for one hook.
    public struct HookTerms: Hashable, Sendable {
        /// Empty: created once (D1).
        public var policies: Set<HookDeletePolicy>
        public var timeout: Duration
    }

    /// What stands between an object that nobody wants any more and its removal (S93–S95).
    public enum PruneGuard: Hashable, Sendable {
        case none
        /// Left alone, and why.
        case skipped(String)
        case awaitsConfirmation
    }

    public var id: ID
    public var kind: GroupVersionKind
    public var wave: Int
    public var work: Work

    public var key: ObjectKey { id.key }
    public var phase: SyncPhase { id.phase }

    public var isHook: Bool {
        if case .runHook = work { true } else { false }
    }

    public var isPrune: Bool {
        if case .prune = work { true } else { false }
    }

    /// Whether somebody has to agree before it is done (S95).
    var awaitsConfirmation: Bool { work == .prune(.awaitsConfirmation) }

    /// What will be sent; `nil` for a prune.
    public var target: KubeObject? {
        switch work {
        case .apply(let object), .runHook(let object, _): object
        case .prune: nil
        }
    }

    /// A hook's terms; `nil` for others.
    public var hookTerms: HookTerms? {
        if case .runHook(_, let terms) = work { terms } else { nil }
    }

    /// Whether the hook is removed in that case.
    func isHook(with policy: HookDeletePolicy) -> Bool { hookTerms?.policies.contains(policy) ?? false }

    /// `group/Kind/name`, as operation messages name objects (S65).
    var shortName: String { "\(key.group)/\(key.kind)/\(key.name)" }
}
