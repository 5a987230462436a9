public import KubeCore

/// What part an object plays in a sync, by its annotations (S2–S9, S15, S16).
public enum SyncRole: Hashable, Sendable {
    /// An ordinary resource: applied in the Sync phase, pruned when it is no longer wanted.
    case resource
    /// Run in each of these phases; never empty.
    case hook(Set<SyncPhase>)
    /// `Skip`: neither applied nor pruned (S5).
    case skipped
    /// Only for the deletion of the application: `PreDelete`, `PostDelete` (S16).
    case deletionHook
    /// A hook without any valid type: left alone in every way (S4).
    case ignored

    /// Whether the object is an ordinary one.
    public var isResource: Bool { self == .resource }
}

/// The types that `argocd.argoproj.io/hook` may list.
private enum HookType: String, CaseIterable {
    case preSync = "PreSync"
    case sync = "Sync"
    case postSync = "PostSync"
    case syncFail = "SyncFail"
    case skip = "Skip"
    case preDelete = "PreDelete"
    case postDelete = "PostDelete"

    var phase: SyncPhase? { SyncPhase(rawValue: rawValue) }

    /// Helm's own hooks; those that mean nothing here map to `nil` (S7).
    init?(helm name: String) {
        switch name {
        case "pre-install", "pre-upgrade": self = .preSync
        case "post-install", "post-upgrade": self = .postSync
        case "pre-delete": self = .preDelete
        case "post-delete": self = .postDelete
        default: return nil
        }
    }
}

extension SyncRole {
    /// Reads the role of an object.
    public init(of object: KubeObject) {
        self = SyncRole.read(object).role
    }

    /// The role, and the values of the hook annotation that are none.
    static func read(_ object: KubeObject) -> (role: SyncRole, unknown: [UnknownValue]) {
        let argo = object.annotation(AnnotationKey.hook)
        let helm = object.annotation(AnnotationKey.helmHook)
        guard argo != nil || (helm != nil && helm != "crd-install") else { return (.resource, []) }

        let items = commaList(argo)
        // An empty list is as good as a misspelt one: the object would not be applied, and nobody told.
        let unknown = (items.isEmpty && argo != nil ? [""] : items).filter { HookType(rawValue: $0) == nil }
            .map {
                UnknownValue(
                    annotation: AnnotationKey.hook, value: $0,
                    expected: "one or more of " + HookType.allCases.map(\.rawValue).joined(separator: ", "))
            }
        var types = Set(items.compactMap(HookType.init(rawValue:)))
        let decidesPhase = types.contains { $0.phase != nil || $0 == .skip }
        let helmTypes = commaList(helm).compactMap(HookType.init(helm:))
        types.formUnion(helmTypes.filter { !decidesPhase || $0.phase == nil })
        return (role(types), unknown)
    }

    private static func role(_ types: Set<HookType>) -> SyncRole {
        let phases = Set(types.compactMap(\.phase))
        if !phases.isEmpty { return .hook(phases) }
        if types.contains(.preDelete) || types.contains(.postDelete) { return .deletionHook }
        return types.contains(.skip) ? .skipped : .ignored
    }
}
