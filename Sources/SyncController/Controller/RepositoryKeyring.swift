public import KubeClient
import KubeCore
public import SyncSources

/// The credentials for repositories, from the Secrets of the controller's namespace, as they are now.
public struct RepositoryKeyring: Sendable {
    private let credentials: RecentReading<RepositoryCredentials>

    /// - Parameters:
    ///   - client: Of the cluster.
    ///   - namespace: The controller's.
    ///   - age: How long who changes a Secret may have to wait for it.
    public init(client: APIClient, namespace: String, age: Duration = .seconds(15)) {
        credentials = RecentReading(
            "the Secrets of repositories", initially: RepositoryCredentials(), age: age
        ) {
            () throws(ClientFailure) in
            let list = try await client.list(
                .core("Secret", "secrets"), namespace: namespace,
                options: APIRequest.ListOptions(labelSelector: RepositoryCredentials.selector))
            let credentials = RepositoryCredentials(secrets: list.items)
            return .init(value: credentials, problems: credentials.problems.map(\.description))
        }
    }

    /// Chooses for a repository; where the Secrets can't be read, what was known of them counts.
    ///
    /// - Parameters:
    ///   - url: The repository.
    ///   - project: Of the application.
    /// - Returns: `nil` if it is read as anybody reads it.
    public func credential(for url: RepositoryURL, project: String) async -> RepositoryCredential? {
        await credentials.value.credential(for: url, project: project)
    }

    /// Chooses for a Helm repository or a registry of charts.
    public func chartCredentials(for repository: String) async -> ChartCredentials? {
        await credentials.value.chartCredentials(for: repository)
    }
}
