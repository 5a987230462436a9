public import KubeClient
import KubeCore
import Logging
public import SyncSources

/// The credentials for repositories, from the Secrets of the controller's namespace, as they are now.
public actor RepositoryKeyring {
    private let client: APIClient
    private let namespace: String
    private var known = RepositoryCredentials()
    private var readAt: ContinuousClock.Instant?
    private var told: Set<String> = []

    /// Who changes a Secret may wait so long for it.
    private static let age = Duration.seconds(15)

    public init(client: APIClient, namespace: String) {
        self.client = client
        self.namespace = namespace
    }

    /// Chooses for a repository; where the Secrets can't be read, what was known of them counts.
    ///
    /// - Parameters:
    ///   - url: The repository.
    ///   - project: Of the application.
    /// - Returns: `nil` if it is read as anybody reads it.
    public func credential(for url: RepositoryURL, project: String) async -> RepositoryCredential? {
        if readAt.map({ ContinuousClock.now - $0 >= Self.age }) ?? true { await read() }
        return known.credential(for: url, project: project)
    }

    private func read() async {
        let secrets = APIResource(
            kind: GroupVersionKind(group: "", version: "v1", kind: "Secret"), plural: "secrets",
            isNamespaced: true, verbs: [])
        let selector = "argocd.argoproj.io/secret-type in (repository, repo-creds)"
        do {
            let list = try await client.list(
                secrets, namespace: namespace, options: APIRequest.ListOptions(labelSelector: selector))
            known = RepositoryCredentials(secrets: list.items)
            known.problems.forEach { tell("\($0)") }
        } catch {
            tell("the Secrets of repositories can't be read: \(error)")
        }
        readAt = ContinuousClock.now
    }

    /// Once each.
    private func tell(_ problem: String) {
        guard told.count < 1000, told.insert(problem).inserted else { return }
        Logger.current.warning("a credential is left out", metadata: ["error": "\(problem)"])
    }
}
