/// What a command line says about the connection; counts more than any file.
public struct KubeConfigOverrides: Hashable, Sendable {
    /// `--context`
    public var context: String?
    /// `--cluster`
    public var cluster: String?
    /// `--user`
    public var user: String?
    /// `-n`, `--namespace`
    public var namespace: String?
    /// `--server`
    public var server: String?
    /// `--token`
    public var token: String?
    /// `--certificate-authority`
    public var certificateAuthority: String?
    /// `--insecure-skip-tls-verify`
    public var isInsecure = false
    /// `--tls-server-name`
    public var serverName: String?
    /// `--client-certificate`
    public var clientCertificate: String?
    /// `--client-key`
    public var clientKey: String?
    /// `--as`
    public var impersonatedUser: String?
    /// `--as-uid`
    public var impersonatedUID: String?
    /// `--as-group`, as often as it was given.
    public var impersonatedGroups: [String] = []

    public init() {}
}
