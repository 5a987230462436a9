/// Who sends a push, and by what it proves that.
public enum GitHost: String, Hashable, Sendable, CaseIterable {
    case github, gitlab, gitea, bitbucket

    /// Finds out by the header fields who has sent a request.
    ///
    /// - Parameter field: The value of a header field, by its name in lower case.
    public init?(field: (String) -> String?) {
        // Gitea also sends what GitHub does.
        if field("x-gitea-event") != nil {
            self = .gitea
        } else if field("x-github-event") != nil {
            self = .github
        } else if field("x-gitlab-event") != nil {
            self = .gitlab
        } else if field("x-event-key") != nil {
            self = .bitbucket
        } else {
            return nil
        }
    }
}
