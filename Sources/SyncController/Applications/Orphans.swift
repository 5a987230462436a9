public import KubeClient
public import KubeCore
public import SyncEngine

/// Objects of a namespace that belong to no application.
public struct Orphans: Sendable {
    private let cluster: Cluster
    private let rule: OrphanRule

    /// Requests at a time.
    private static let concurrency = 16

    public init(_ cluster: Cluster, rule: OrphanRule) {
        self.cluster = cluster
        self.rule = rule
    }

    /// Looks through all kinds.
    ///
    /// - Parameter namespace: Where.
    /// - Returns: The keys in their order, and the kinds that may not be listed there.
    /// - Throws: ``KubeClient/ClientFailure`` if the API server can't be asked.
    public func find(
        in namespace: String
    ) async throws(ClientFailure) -> (keys: [ObjectKey], unlisted: [GroupKind]) {
        let kinds = try await cluster.discovery.catalog().listable.filter { resource in
            resource.isNamespaced && resource.verbs.contains("delete")
                && !SweptKinds.isExcluded(resource.kind)
        }
        let lists = try await concurrently(kinds, limit: Self.concurrency) { resource throws(ClientFailure) in
            try await objects(of: resource, in: namespace)
        }
        let orphans = lists.flatMap { $0 ?? [] }.filter(rule.isOrphan)
        let unlisted = zip(kinds, lists).filter { $0.1 == nil }.map(\.0.kind.groupKind)
        return (orphans.map(\.key).sorted(), unlisted)
    }

    private func objects(
        of resource: APIResource, in namespace: String
    ) async throws(ClientFailure) -> [KubeObject]? {
        do {
            return try await cluster.client.list(resource, namespace: namespace, form: .metadataOnly).items
        } catch .refused(let failure)
            where failure.isForbidden || failure.isNotFound || failure.code == 405
        {
            return nil
        }
    }
}
