/// A kubeconfig for the tests to change.
enum Kubeconfig {
    /// The text of a kubeconfig with one cluster and one user.
    static func text(server: String, authority: String, token: String) -> String {
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "\(server)", certificate-authority-data: \(authority)}}]
        users: [{name: test, user: {token: \(token)}}]
        contexts: [{name: test, context: {cluster: test, user: test}}]
        current-context: test
        """
    }
}
