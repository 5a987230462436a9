public import KubeCore

/// What was agreed upon with git hosts, by which they prove that they have sent a push. Nothing of it is ever shown.
public struct WebhookSecrets: Hashable, Sendable {
    /// The Secret in the controller's namespace.
    public static let name = "argocd-secret"

    private var secrets: [GitHost: String] = [:]
    /// What is wrong with the Secret, without anything of its data; the hosts concerned are refused.
    public private(set) var problems: [SourceFailure] = []

    /// Of no host: all are refused.
    public init() {}

    /// Reads the Secret.
    ///
    /// - Parameter secret: Its other data is passed over.
    public init(secret: KubeObject) {
        for host in GitHost.allCases {
            let field = host.secretField
            guard let data = secret["data", field], !data.isNull else { continue }
            guard let bytes = data.string.flatMap({ Base64.decoded($0) }),
                let text = String(validating: bytes, as: UTF8.self)
            else {
                problems.append(
                    SourceFailure(
                        "Secret \(secret.namespace)/\(secret.name)",
                        .badCredential("\(field) is not text in Base64")))
                continue
            }
            secrets[host] = text
        }
    }

    /// `nil` where nothing was agreed upon.
    public subscript(_ host: GitHost) -> String? {
        secrets[host].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension WebhookSecrets: CustomStringConvertible, CustomReflectable {
    public var description: String {
        "secrets of \(secrets.keys.map(\.rawValue).sorted().joined(separator: ", "))"
    }

    public var customMirror: Mirror { Mirror(self, children: ["hosts": description]) }
}

extension GitHost {
    /// Where Argo CD keeps the secret; Gitea sends what Gogs did.
    fileprivate var secretField: String {
        switch self {
        case .github: "webhook.github.secret"
        case .gitlab: "webhook.gitlab.secret"
        case .gitea: "webhook.gogs.secret"
        case .bitbucket: "webhook.bitbucketserver.secret"
        }
    }
}
