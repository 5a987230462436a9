import KubeClient
import KubeCore
import SyncController

/// Secrets of the cluster in which credentials of repositories may stand.
struct RepositorySecrets {
    var cluster: Cluster
    var namespace: String

    private static let resource = APIResource(
        kind: GroupVersionKind(apiVersion: "v1", kind: "Secret"), plural: "secrets", isNamespaced: true,
        verbs: [])

    /// Reads them, if we may and there are some: many repositories need none.
    func read() async throws -> [KubeObject] {
        var found: [KubeObject] = []
        do throws(ClientFailure) {
            for type in ["repository", "repo-creds"] {
                let selector = "argocd.argoproj.io/secret-type=\(type)"
                found += try await cluster.client.list(
                    Self.resource, namespace: namespace,
                    options: APIRequest.ListOptions(labelSelector: selector)
                ).items
            }
        } catch .refused(let failure) where failure.isForbidden || failure.code == 404 {
            return found
        } catch {
            throw CommandFailure(unreachable: error)
        }
        return found
    }
}
