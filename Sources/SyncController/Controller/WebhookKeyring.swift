public import KubeClient
import KubeCore
public import SyncSources

/// What was agreed upon with git hosts, from the Secret of the controller's namespace, as it is now.
public struct WebhookKeyring: Sendable {
    private let reading: RecentReading<WebhookSecrets>

    /// - Parameters:
    ///   - client: Of the cluster.
    ///   - namespace: The controller's.
    ///   - age: How long who changes the Secret may have to wait for it, and how seldom a flood of requests has it read.
    public init(client: APIClient, namespace: String, age: Duration = .seconds(15)) {
        let name = WebhookSecrets.name
        reading = RecentReading("the Secret \(name)", initially: WebhookSecrets(), age: age) {
            () throws(ClientFailure) in
            let secret = try await client.get(.core("Secret", "secrets"), namespace: namespace, name: name)
            let secrets = secret.map { WebhookSecrets(secret: $0) } ?? WebhookSecrets()
            return .init(value: secrets, problems: secrets.problems.map(\.description))
        }
    }

    /// Where the Secret can't be read, what was known of it counts: at first nothing.
    public var secrets: WebhookSecrets {
        get async { await reading.value }
    }
}
