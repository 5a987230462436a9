public import KubeCore

/// A desired object, ready to be sent: with its namespace, its name and its tracking marks.
public struct Target: Hashable, Sendable {
    public var desired: DesiredObject
    public var role: SyncRole
    public var wave: Int
    /// Hooks only; empty: created once (D1).
    public var policies: Set<HookDeletePolicy>
    /// Whether the object has a name of its own, or one was made for this operation from `generateName` (S30).
    public var hasGeneratedName: Bool

    /// Whether a name can be part of a request's path, and be printed.
    static func isPathSegment(_ name: String) -> Bool {
        ![".", ".."].contains(name)
            && !name.unicodeScalars.contains {
                $0 == "/" || $0 == "%" || $0.properties.generalCategory == .control
            }
    }

    public var object: KubeObject { desired.object }
    public var key: ObjectKey { desired.object.key }
}

/// The targets of a sync, and what was noticed on the way to them.
public struct TargetSet: Hashable, Sendable {
    public var targets: [Target]
    public var warnings: [PlanWarning]

    /// Turns desired objects into targets.
    ///
    /// - Parameters:
    ///   - desired: In render order.
    ///   - request: For destination, names and the reading of annotations.
    ///   - kinds: What is known of the kinds in `desired`; an unknown one counts as namespaced (S18).
    /// - Throws: ``PlanFailure`` for what no cluster could make good.
    public init(_ desired: [DesiredObject], for request: SyncRequest, kinds: KindCatalog) throws(PlanFailure)
    {
        var failures: [AnnotationFailure] = []
        var positions: [ObjectKey: Int] = [:]
        let scopes = ScopeTable(kinds: kinds, desired: desired)
        targets = []
        warnings = []
        for item in desired {
            var item = item
            item.object = request.placed(
                item.object.normalisedForApply(),
                isNamespaced: scopes.isNamespaced(item.object.groupVersionKind))
            let target = request.target(for: item, failures: &failures)
            for (field, value) in [
                ("metadata.name", item.object.name), ("metadata.namespace", item.object.namespace),
            ]
            where !Target.isPathSegment(value) {
                throw .badName(item.origin, field: field, value: value)
            }
            warn(of: target)
            if target.role.isResource, item.object.name.isEmpty {
                throw .unnamed(item.origin, kind: item.object.kind)
            }
            if ExcludedKinds.contains(item.object.groupVersionKind) {
                warnings.append(.excluded(target.key, item.origin))
            } else if let position = positions[target.key], !target.hasGeneratedName {
                warnings.append(
                    .repeated(target.key, used: item.origin, dropped: targets[position].desired.origin))
                targets[position] = target
            } else {
                positions[target.key] = targets.count
                targets.append(target)
            }
        }
        if !failures.isEmpty { throw .annotations(failures) }
    }
}

/// Kinds that belong to the cluster's own machinery (S20).
enum ExcludedKinds {
    static func contains(_ kind: GroupVersionKind) -> Bool {
        switch (kind.group, kind.kind) {
        case ("", "Event"), ("coordination.k8s.io", "Lease"): true
        case ("events.k8s.io", _), ("metrics.k8s.io", _): true
        default: false
        }
    }
}

/// Which kinds live in namespaces, by the server's word, or by a definition in the same sync.
private struct ScopeTable {
    private let kinds: KindCatalog
    private var clusterScoped: Set<GroupKind> = []

    init(kinds: KindCatalog, desired: [DesiredObject]) {
        self.kinds = kinds
        for definition in desired.lazy.compactMap({ DefinedKind(of: $0.object) })
        where !definition.isNamespaced {
            clusterScoped.insert(definition.kind)
        }
    }

    func isNamespaced(_ kind: GroupVersionKind) -> Bool {
        kinds.resources[kind]?.isNamespaced ?? !clusterScoped.contains(kind.groupKind)
    }
}

extension TargetSet {
    /// Notes what means nothing, though it looks as if it did.
    fileprivate mutating func warn(of target: Target) {
        let origin = target.desired.origin
        if target.role == .ignored { warnings.append(.ignoredHook(target.key, origin)) }
        for item in SyncOptions(of: target.object).items where !KnownSyncOption.accepts(item) {
            warnings.append(.unknownOption(target.key, origin, item: item))
        }
    }
}

/// The kind that a CustomResourceDefinition defines.
struct DefinedKind: Hashable {
    var kind: GroupKind
    var isNamespaced: Bool

    init?(of object: KubeObject) {
        guard object.kind == "CustomResourceDefinition",
            object.groupVersionKind.group == "apiextensions.k8s.io",
            let group = object["spec", "group"]?.string, let kind = object["spec", "names", "kind"]?.string
        else { return nil }
        self.kind = GroupKind(group: group, kind: kind)
        isNamespaced = object["spec", "scope"]?.string != "Cluster"
    }
}

extension SyncRequest {
    /// An object where it belongs: cluster-scoped ones without a namespace, others in the destination if they name none.
    fileprivate func placed(_ object: KubeObject, isNamespaced: Bool) -> KubeObject {
        var object = object
        if !isNamespaced {
            object.namespace = ""
        } else if object.namespace.isEmpty {
            object.namespace = tracking.destinationNamespace
        }
        return object
    }

    fileprivate func target(for item: DesiredObject, failures: inout [AnnotationFailure]) -> Target {
        let (role, unknownTypes) = SyncRole.read(item.object)
        let (policies, unknownPolicies) = HookDeletePolicy.read(item.object)
        let (wave, unknownWaves) = SyncWave.read(item.object)
        var item = item
        let isGenerated = !role.isResource && item.object.name.isEmpty
        if !reading.isLenient {
            let timeouts = HookTimeout.read(item.object).unknown
            let key = item.object.key
            failures += (unknownTypes + unknownPolicies + unknownWaves + timeouts).map {
                AnnotationFailure(
                    origin: item.origin, object: key, annotation: $0.annotation, value: $0.value,
                    expected: $0.expected)
            }
        }
        tracking.mark(&item.object)
        return Target(
            desired: item, role: role, wave: wave,
            policies: policies.isEmpty ? Set([reading.defaultHookPolicy].compactMap(\.self)) : policies,
            hasGeneratedName: isGenerated)
    }
}
