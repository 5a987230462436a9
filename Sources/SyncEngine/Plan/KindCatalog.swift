public import KubeCore

/// What the API server knows of the kinds that a sync names.
public struct KindCatalog: Hashable, Sendable {
    public private(set) var resources: [GroupVersionKind: APIResource] = [:]
    /// Kinds that the server does not serve, with what it serves instead, in words.
    public private(set) var unknown: [GroupVersionKind: String] = [:]

    public init() {}

    public mutating func add(_ resource: APIResource) {
        resources[resource.kind] = resource
        unknown[resource.kind] = nil
    }

    public mutating func addUnknown(_ kind: GroupVersionKind, reason: String) {
        guard resources[kind] == nil else { return }
        unknown[kind] = reason
    }
}
