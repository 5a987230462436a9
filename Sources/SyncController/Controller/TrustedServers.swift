public import KubeClient
import KubeCore
public import SyncSources

/// Whom we believe to be the server of a repository, from the ConfigMaps of the controller's namespace, as they are now.
public struct TrustedServers: Sendable {
    private let reading: RecentReading<RepositoryTrust>

    /// - Parameters:
    ///   - client: Of the cluster.
    ///   - namespace: The controller's.
    ///   - age: How long who changes a ConfigMap may have to wait for it.
    public init(client: APIClient, namespace: String, age: Duration = .seconds(15)) {
        reading = RecentReading("the ConfigMaps of trusted servers", initially: RepositoryTrust(), age: age) {
            () throws(ClientFailure) in
            let maps = APIResource.core("ConfigMap", "configmaps")
            let hostKeys = try await client.get(
                maps, namespace: namespace, name: RepositoryTrust.hostKeys)
            let certificates = try await client.get(
                maps, namespace: namespace, name: RepositoryTrust.certificates)
            return .init(value: RepositoryTrust(hostKeys: hostKeys, certificates: certificates))
        }
    }

    /// Where the ConfigMaps can't be read, what was known of them counts: at first nobody.
    public var trust: RepositoryTrust {
        get async { await reading.value }
    }
}
