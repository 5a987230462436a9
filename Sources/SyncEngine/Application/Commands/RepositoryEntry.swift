public import KubeCore

/// A repository that is known by a Secret in the Applications' namespace.
///
/// What it proves itself with is written and never read back: ``cells`` and everything else here speak of the rest (I8).
public struct RepositoryEntry: Hashable, Sendable {
    /// The label by which such Secrets are found.
    public static let typeLabel = "argocd.argoproj.io/secret-type"
    public static let type = "repository"
    public static let header = ["TYPE", "NAME", "REPO", "INSECURE", "OCI", "CREDS", "PROJECT"]

    /// What proves who we are.
    public struct Proof: Hashable, Sendable {
        public var username = ""
        public var password = ""
        public var sshPrivateKey = ""
        public var tlsCertificate = ""
        public var tlsKey = ""

        public init() {}

        /// The keys of the Secret under which each stands.
        static let keys = [
            "username", "password", "sshPrivateKey", "tlsClientCertData", "tlsClientCertKey", "bearerToken",
            "githubAppPrivateKey", "gcpServiceAccountKey",
        ]

        fileprivate var data: [(String, String)] {
            [
                ("username", username), ("password", password), ("sshPrivateKey", sshPrivateKey),
                ("tlsClientCertData", tlsCertificate), ("tlsClientCertKey", tlsKey),
            ]
        }
    }

    public var url: String
    /// `git` or `helm`.
    public var kind = "git"
    public var name = ""
    public var project = ""
    public var isInsecure = false
    public var isOCI = false

    public init(url: String) {
        self.url = url
    }

    /// The Secret's name: the same for the same address and project.
    public var secretName: String { "repo-\(StableHash.tenDigits([url, project]))" }

    /// Why the address cannot be taken; `nil` if it can.
    public var problem: String? {
        if url.isEmpty { return "the repository's address is empty" }
        return url == shownURL
            ? nil
            : "the address holds a password: anybody who lists repositories would read it; use --password-stdin"
    }

    /// The address without a password that somebody has put into it.
    public var shownURL: String { url.withoutPassword }

    /// The Secret that makes it known.
    public func secret(in namespace: String, _ proof: Proof) -> KubeObject {
        let texts =
            [("type", kind), ("url", url), ("name", name), ("project", project)] + proof.data
            + [("insecure", isInsecure ? "true" : ""), ("enableOCI", isOCI ? "true" : "")]
        let data = texts.filter { !$0.1.isEmpty }.map { name, text in
            (name, JSONValue.string(Base64.encoded(Array(text.utf8))))
        }
        return KubeObject([
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": [
                "name": .string(secretName), "namespace": .string(namespace),
                "labels": [Self.typeLabel: .string(Self.type)],
                "annotations": ["managed-by": "syncctl"],
            ],
            "data": .object(JSONObject(data)),
        ])
    }

    /// Reads a Secret; `nil` if it names no repository.
    public init?(_ secret: KubeObject) {
        let text = { (key: String) in
            secret["data", key]?.string.flatMap { Base64.decoded($0) }
                .map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        url = text("url")
        guard !url.isEmpty else { return nil }
        kind = text("type").isEmpty ? "git" : text("type")
        name = text("name")
        project = text("project")
        isInsecure = text("insecure") == "true" || text("insecureIgnoreHostKey") == "true"
        isOCI = text("enableOCI") == "true"
    }

    /// A row of `repo list`.
    ///
    /// - Parameter secret: The Secret that it was read from.
    /// - Returns: Whether there is something secret, and never what.
    public func cells(_ secret: KubeObject) -> [String] {
        let proves = Proof.keys.contains { secret["data", $0]?.string?.isEmpty == false }
        return [
            kind, name, shownURL, isInsecure ? "true" : "false", isOCI ? "true" : "false",
            proves ? "true" : "false", project,
        ]
    }

    /// What `-o json` shows of it.
    public func json(_ secret: KubeObject) -> JSONValue {
        let proves = Proof.keys.contains { secret["data", $0]?.string?.isEmpty == false }
        return [
            "type": .string(kind), "name": .string(name), "repo": .string(shownURL),
            "insecure": .bool(isInsecure),
            "enableOCI": .bool(isOCI), "hasCredentials": .bool(proves), "project": .string(project),
        ]
    }
}
