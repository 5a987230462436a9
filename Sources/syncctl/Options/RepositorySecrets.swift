import KubeClient
import KubeCore
import SyncController
import SyncSources

/// Secrets of the cluster in which credentials of repositories may stand.
struct RepositorySecrets {
    var cluster: Cluster
    var namespace: String

    /// Reads them, if we may and there are some: many repositories need none.
    func read() async throws -> [KubeObject] {
        do throws(ClientFailure) {
            return try await cluster.client.list(
                .core("Secret", "secrets"), namespace: namespace,
                options: APIRequest.ListOptions(labelSelector: RepositoryCredentials.selector)
            ).items
        } catch .refused(let failure) where failure.isForbidden || failure.code == 404 {
            return []
        } catch {
            throw CommandFailure(unreachable: error)
        }
    }
}
