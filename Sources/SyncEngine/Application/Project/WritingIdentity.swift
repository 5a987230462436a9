/// In whose name the objects of an application are written (S206).
public enum WritingIdentity: Hashable, Sendable {
    /// In the controller's own.
    case own
    /// In that of a user, as Kubernetes calls a ServiceAccount: `system:serviceaccount:shop:deployer`.
    case user(String)
    /// In nobody's: why nothing may be written.
    case none(String)

    /// Decides.
    ///
    /// - Parameters:
    ///   - application: Whose objects they are.
    ///   - project: Its project, with the ServiceAccounts.
    ///   - impersonation: What the installation says.
    public init(
        for application: Application, of project: AppProject,
        _ impersonation: InstallationSettings.Impersonation
    ) {
        guard impersonation != .off else {
            self = .own
            return
        }
        let destination = application.spec.destination
        let server = destination.isOwnCluster ? Destination.ownServer : destination.server
        let namespace = destination.namespace.isEmpty ? application.metadata.namespace : destination.namespace
        let match = project.serviceAccounts.first {
            $0.server.matches(server) && ($0.namespace.isEmpty || $0.namespace.matches(destination.namespace))
        }
        guard let match else {
            self =
                impersonation == .enforced
                ? .none(
                    "project \(project.name) has no ServiceAccount in destinationServiceAccounts for server "
                        + "\(server) and namespace \(destination.namespace), and one is enforced")
                : .own
            return
        }
        guard !match.account.isEmpty else {
            // Whoever restricts a project must not get the controller's rights by a mistype.
            self = .none("project \(project.name) has a malformed defaultServiceAccount")
            return
        }
        let account = match.account.contains(":") ? match.account : "\(namespace):\(match.account)"
        self = .user("system:serviceaccount:\(account)")
    }
}
