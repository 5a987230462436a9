public import KubeCore

/// Which servers are who they say they are.
public struct RepositoryTrust: Hashable, Sendable {
    /// Lines as of OpenSSH's `known_hosts`; a host that is not in it is refused.
    public var knownHosts: String
    /// Certificates in PEM of whom a host's certificate may be signed by, by hosts in lower case; for others the system's
    /// count.
    public var authorities: [String: String]

    public init(knownHosts: String = "", authorities: [String: String] = [:]) {
        self.knownHosts = knownHosts
        self.authorities = authorities
    }
}

extension RepositoryTrust {
    /// The ConfigMap with the keys of ssh servers, in its member `ssh_known_hosts`.
    public static let hostKeys = "argocd-ssh-known-hosts-cm"
    /// The ConfigMap with authorities, in members that are named as the hosts.
    public static let certificates = "argocd-tls-certs-cm"

    /// Reads the ConfigMaps of the controller's namespace.
    ///
    /// - Parameters:
    ///   - hostKeys: ``hostKeys``; `nil` if there is none: then no ssh server is known.
    ///   - certificates: ``certificates``; `nil` if there is none.
    public init(hostKeys: KubeObject?, certificates: KubeObject?) {
        self.init(knownHosts: hostKeys?["data", "ssh_known_hosts"]?.string ?? "")
        for member in certificates?["data"]?.object ?? JSONObject() {
            // What is no certificate counts as well: its host is then refused, and not believed by the system's authorities.
            guard let text = member.value.string, !text.isEmpty else { continue }
            authorities[member.key.lowercased(), default: ""] += text.hasSuffix("\n") ? text : text + "\n"
        }
    }
}
