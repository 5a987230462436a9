public import KubeCore

/// Why there is no plan: something in the manifests or the selection that no cluster could make good.
public enum PlanFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Values that nobody knows (D9), in manifest order.
    case annotations([AnnotationFailure])
    /// A plain object without a name: only hooks may leave it to `generateName` (S31).
    case unnamed(ManifestOrigin, kind: String)
    /// A name or namespace that no object can have: it would lead a request elsewhere.
    case badName(ManifestOrigin, field: String, value: String)
    /// No object fits the `--resource` patterns (C12).
    case nothingSelected

    public var description: String {
        switch self {
        case .annotations(let failures):
            failures.map(\.description).joined(separator: "\n")
        case .unnamed(let origin, let kind):
            "\(origin): \(kind) has generateName and no metadata.name; only hooks may do that, because a plain object "
                + "must be found again: give it a name or the annotation \(AnnotationKey.hook)"
        case .badName(let origin, let field, let value):
            "\(origin): \(field) \"\(value)\" cannot be a name: it may not be . or .. and hold no /, no % and no control character"
        case .nothingSelected:
            "No matching app resources found for resource filter"
        }
    }
}

/// Something in the manifests that a person should know and that stops nothing.
public enum PlanWarning: Hashable, Sendable, CustomStringConvertible {
    /// Two manifests for one object: the later one is used (S19).
    case repeated(ObjectKey, used: ManifestOrigin, dropped: ManifestOrigin)
    /// A kind that is never synced (S20).
    case excluded(ObjectKey, ManifestOrigin)
    /// A hook of no type that a sync or deletion knows, such as Helm's tests (S4, S7).
    case ignoredHook(ObjectKey, ManifestOrigin)
    /// An item of the sync options that nobody knows (S17).
    case unknownOption(ObjectKey, ManifestOrigin, item: String)

    public var description: String {
        switch self {
        case .repeated(let key, let used, let dropped):
            "\(key) is defined twice: \(used) is used, \(dropped) is not"
        case .excluded(let key, let origin):
            "\(origin): \(key) is left out: this kind belongs to the cluster's own machinery and is never synced"
        case .ignoredHook(let key, let origin):
            "\(origin): \(key) is left out: it is a hook of no type that runs in a sync"
        case .unknownOption(let key, let origin, let item):
            "\(origin): \(key): annotation \(AnnotationKey.syncOptions): \"\(item)\" is no sync option and means nothing"
        }
    }
}
