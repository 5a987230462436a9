/// Why a request that should tell of a push is refused.
public enum WebhookFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLarge(limit: Int)
    case unknownSender
    case noSecret(GitHost)
    case unproven(GitHost)
    case unreadable(String)

    public var description: String {
        switch self {
        case .tooLarge(let limit): "the body is larger than \(ByteCount(Int64(limit)))"
        case .unknownSender: "no header field of GitHub, GitLab, Gitea or Bitbucket"
        case .noSecret(let host): "no secret is set for \(host.rawValue)"
        case .unproven(let host): "the proof that \(host.rawValue) has sent this does not hold"
        case .unreadable(let problem): "the body cannot be read: \(problem)"
        }
    }

    /// The status of the answer in HTTP.
    public var status: Int {
        switch self {
        case .tooLarge: 413
        case .unknownSender, .unreadable: 400
        case .noSecret, .unproven: 401
        }
    }
}
