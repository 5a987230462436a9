public import KubeCore

/// An `exec` entry of a kubeconfig: the program that hands out credentials.
public struct CredentialPlugin: Hashable, Sendable {
    /// Whether the program may talk to the person at the terminal.
    public enum InteractiveMode: String, Hashable, Sendable {
        case never = "Never"
        case ifAvailable = "IfAvailable"
        case always = "Always"
    }

    /// Where this was read, for messages: a file and a field.
    public var origin: String
    /// `client.authentication.k8s.io/v1` or `…/v1beta1`.
    public var apiVersion: String
    /// A path, or a name to be looked up in `PATH`.
    public var command: String
    public var arguments: [String]
    /// Added to our own environment.
    public var environment: [String: String]
    public var interactiveMode: InteractiveMode
    /// What to tell a person who does not have the program.
    public var installHint: String
    /// What the program is told about the cluster; `nil` if it does not ask for it.
    public var clusterInfo: ClusterInfo?

    /// What a plugin learns about the cluster that it authenticates to (`provideClusterInfo`).
    public struct ClusterInfo: Hashable, Sendable {
        public var server: String
        public var serverName: String
        public var isInsecure: Bool
        public var authorityData: [UInt8]
        public var proxyURL: String
        /// The cluster's extension `client.authentication.k8s.io/exec`.
        public var config: JSONValue?

        public init(
            server: String, serverName: String = "", isInsecure: Bool = false, authorityData: [UInt8] = [],
            proxyURL: String = "", config: JSONValue? = nil
        ) {
            self.server = server
            self.serverName = serverName
            self.isInsecure = isInsecure
            self.authorityData = authorityData
            self.proxyURL = proxyURL
            self.config = config
        }
    }

    public init(
        origin: String, apiVersion: String, command: String, arguments: [String] = [],
        environment: [String: String] = [:],
        interactiveMode: InteractiveMode = .ifAvailable, installHint: String = "",
        clusterInfo: ClusterInfo? = nil
    ) {
        self.origin = origin
        self.apiVersion = apiVersion
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.interactiveMode = interactiveMode
        self.installHint = installHint
        self.clusterInfo = clusterInfo
    }
}
