/// Everything needed to talk to one API server: where it is, whom to trust, who we are.
///
/// What a kubeconfig, the pod's service account or a command line boil down to. Holds secrets: never printed.
public struct ClusterConnection: Sendable {
    /// Where this was read, for messages: a file and a context, or `in-cluster`.
    public var origin: String
    /// `https://host:port`, with a path where the API lives below one; without a `/` at the end.
    public var server: String
    public var trust: ServerTrust
    public var identity: ClientIdentity
    public var proxy: ProxyChoice
    /// Whether answers may come compressed; watches never do.
    public var acceptsCompression: Bool
    /// The namespace that the context names; `default` if none.
    public var namespace: String

    public init(
        origin: String, server: String, trust: ServerTrust = ServerTrust(),
        identity: ClientIdentity = ClientIdentity(), proxy: ProxyChoice = .direct,
        acceptsCompression: Bool = true, namespace: String = "default"
    ) {
        self.origin = origin
        self.server = server
        self.trust = trust
        self.identity = identity
        self.proxy = proxy
        self.acceptsCompression = acceptsCompression
        self.namespace = namespace
    }
}

/// PEM text in a file that may be replaced while we run, or at hand.
public enum PEM: Hashable, Sendable {
    case file(String)
    case data([UInt8])
}

/// Which server certificate is the right one.
public struct ServerTrust: Hashable, Sendable {
    /// `nil`: what the system trusts. Given, nothing else is trusted.
    public var authority: PEM?
    /// Any certificate is taken.
    public var isInsecure: Bool
    /// The name that the certificate must bear, if not the server's.
    public var serverName: String?

    public init(authority: PEM? = nil, isInsecure: Bool = false, serverName: String? = nil) {
        self.authority = authority
        self.isInsecure = isInsecure
        self.serverName = serverName
    }
}

/// How a request proves who sends it.
public struct ClientIdentity: Sendable {
    /// What goes into the `Authorization` header.
    public enum Authorization: Hashable, Sendable {
        case none
        case token(String)
        /// Read again when the file changes.
        case tokenFile(String)
        case basic(user: String, password: String)
        /// A program that answers with a token or a certificate.
        case plugin(CredentialPlugin)
    }

    public var authorization: Authorization
    public var certificate: ClientCertificate?
    public var impersonation: Impersonation

    public init(
        authorization: Authorization = .none, certificate: ClientCertificate? = nil,
        impersonation: Impersonation = Impersonation()
    ) {
        self.authorization = authorization
        self.certificate = certificate
        self.impersonation = impersonation
    }
}

/// A certificate and the key that belongs to it.
public struct ClientCertificate: Hashable, Sendable {
    public var certificate: PEM
    public var key: PEM

    public init(certificate: PEM, key: PEM) {
        self.certificate = certificate
        self.key = key
    }
}

/// In whose name a request is to be carried out.
public struct Impersonation: Hashable, Sendable {
    /// Empty: in our own.
    public var user: String
    public var uid: String
    public var groups: [String]
    /// Name and values, in the order in which they are written.
    public var extra: [Extra]

    /// One more attribute of the user.
    public struct Extra: Hashable, Sendable {
        public var name: String
        public var values: [String]

        public init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }

    public init(user: String = "", uid: String = "", groups: [String] = [], extra: [Extra] = []) {
        self.user = user
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    public var isEmpty: Bool { user.isEmpty && uid.isEmpty && groups.isEmpty && extra.isEmpty }
}

/// Through which proxy a server is reached.
public enum ProxyChoice: Hashable, Sendable {
    case direct
    /// `http`, `https` or `socks5`; may hold a password.
    case through(String)
}
