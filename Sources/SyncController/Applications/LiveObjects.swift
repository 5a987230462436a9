import KubeClient
public import KubeCore
import SyncEngine

/// Objects of any kind by their keys, in the version that the API server prefers.
public struct LiveObjects: Sendable {
    private let cluster: Cluster

    public init(_ cluster: Cluster) {
        self.cluster = cluster
    }

    /// The objects of a kind.
    ///
    /// - Throws: ``KindStoreFailure/unknownKind(_:)`` if it is not served.
    public func store(of kind: GroupKind) async throws(KindStoreFailure) -> KindStore {
        let found: APIResource?
        do throws(ClientFailure) {
            found = try await cluster.discovery.catalog().preferred(kind)
        } catch {
            throw .client(error)
        }
        guard let found else {
            throw .unknownKind(GroupVersionKind(group: kind.group, version: "any version", kind: kind.kind))
        }
        return KindStore(found, client: cluster.client)
    }

    /// Reads an object; `nil` if it is not there, or its kind is not served.
    public func find(_ key: ObjectKey) async throws(KindStoreFailure) -> KubeObject? {
        let store: KindStore
        do throws(KindStoreFailure) {
            store = try await self.store(of: key.groupKind)
        } catch {
            guard case .unknownKind = error else { throw error }
            return nil
        }
        return try await store.find(key.name, in: store.resource.isNamespaced ? key.namespace : "")
    }
}

extension APICatalog {
    /// The resource of a kind in the preferred version; `nil` if none is served.
    fileprivate func preferred(_ kind: GroupKind) -> APIResource? {
        do throws(UnknownKind) {
            return try resource(kind)
        } catch {
            return nil
        }
    }
}
