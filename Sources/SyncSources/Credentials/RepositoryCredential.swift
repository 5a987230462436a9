import KubeCore

/// Who we are to the server of a repository. Nothing of it is ever shown: its description leaves the secrets out.
public struct RepositoryCredential: Hashable, Sendable {
    /// The repository's address; of a template (a `repo-creds` Secret) the beginning of addresses.
    public var url: String
    public var isTemplate = false
    /// `git`, `helm` or `oci`.
    public var type = "git"
    /// Only applications of this project may use it; empty for all.
    public var project = ""
    public var username = ""
    public var password = ""
    public var bearerToken = ""
    /// As OpenSSH writes it.
    public var sshPrivateKey = ""
    /// PEM.
    public var tlsClientCertData = ""
    public var tlsClientCertKey = ""
    /// Whether the server need not prove who it is.
    public var isInsecure = false

    public init(url: String) {
        self.url = url
    }

    /// Whether there is anything to identify us by.
    public var isEmpty: Bool {
        [username, password, bearerToken, sshPrivateKey, tlsClientCertData].allSatisfy(\.isEmpty)
    }

    /// What basic authentication sends; `nil` without a password.
    var basicToken: String? {
        guard !password.isEmpty else { return nil }
        // The name that counts for nothing where the password is a token.
        let user = username.isEmpty ? "x-access-token" : username
        return Base64.encoded(Array("\(user):\(password)".utf8))
    }

    /// What must not be seen in any text.
    var secrets: [String] {
        var secrets = [password, bearerToken, tlsClientCertKey, sshPrivateKey]
        secrets += [basicToken].compactMap(\.self)
        // A line of a key is as good as a part of it.
        secrets += (sshPrivateKey + "\n" + tlsClientCertKey).split(separator: "\n").map(String.init)
        return secrets.filter { $0.utf8.count >= 4 && !$0.hasPrefix("-----") }
    }
}

extension RepositoryCredential: CustomStringConvertible, CustomReflectable {
    public var description: String {
        "\(isTemplate ? "credentials for" : "repository") \(RepositoryURL.withoutSecrets(url))"
    }

    public var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
