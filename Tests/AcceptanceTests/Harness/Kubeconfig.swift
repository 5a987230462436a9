/// A kubeconfig for the tests to change.
enum Kubeconfig {
    /// The text of a kubeconfig with one cluster and one user.
    static func text(server: String, authority: String? = nil, token: String) -> String {
        let trust = authority.map { ", certificate-authority-data: \($0)" } ?? ""
        return """
            apiVersion: v1
            kind: Config
            clusters: [{name: test, cluster: {server: "\(server)"\(trust)}}]
            users: [{name: test, user: {token: \(token)}}]
            contexts: [{name: test, context: {cluster: test, user: test}}]
            current-context: test
            """
    }
}
