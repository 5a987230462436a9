import SystemPackage

/// How git gets into a repository: as files in a private folder, since command lines can be read by others.
struct GitAccess: Sendable {
    /// With further settings for git; `nil` for none.
    private(set) var config: FilePath?
    /// The command for ssh; `nil` where it is not used.
    private(set) var ssh: String?

    /// Writes what git needs.
    ///
    /// - Parameters:
    ///   - url: The repository.
    ///   - credential: Who we are there; `nil` for anybody.
    ///   - trust: Whom we believe.
    ///   - folder: Where the files are written; gone when the call is.
    /// - Throws: ``SourceFailure`` if a file cannot be written.
    init(
        to url: RepositoryURL, as credential: RepositoryCredential?, trust: RepositoryTrust,
        in folder: CallFolder
    ) throws(SourceFailure) {
        switch url.transport {
        case .https, .http:
            let lines = try Self.webSettings(url, credential, trust, folder)
            guard !lines.isEmpty else { return }
            config = try folder.write(
                "[http \(Self.quoted(Self.origin(of: url)))]\n\(lines.map { "\t\($0)\n" }.joined())".utf8,
                to: "config")
        case .ssh:
            ssh = try Self.secureShell(url, credential, trust, folder)
        case .file:
            return
        }
    }

    /// The part of an address that tells a server from others.
    private static func origin(of url: RepositoryURL) -> String {
        "\(url.transport.rawValue)://\(url.host)\(url.port.map { ":\($0)" } ?? "")/"
    }

    private static func webSettings(
        _ url: RepositoryURL, _ credential: RepositoryCredential?, _ trust: RepositoryTrust,
        _ folder: CallFolder
    ) throws(SourceFailure) -> [String] {
        var lines: [String] = []
        if let authorities = trust.authorities[url.host] {
            lines.append(
                "sslCAInfo = \(quoted(try folder.write(authorities.utf8, to: "authorities.pem").string))")
        }
        guard let credential else { return lines }
        if !credential.bearerToken.isEmpty {
            lines.append("extraHeader = \(quoted("Authorization: Bearer \(credential.bearerToken)"))")
        } else if let token = credential.basicToken {
            lines.append("extraHeader = \(quoted("Authorization: Basic \(token)"))")
        }
        if !credential.tlsClientCertData.isEmpty {
            let certificate = try folder.write(credential.tlsClientCertData.utf8, to: "client.pem")
            lines.append("sslCert = \(quoted(certificate.string))")
            let key = try folder.write(credential.tlsClientCertKey.utf8, to: "client-key.pem")
            lines.append("sslKey = \(quoted(key.string))")
        }
        if credential.isInsecure { lines.append("sslVerify = false") }
        return lines
    }

    private static func secureShell(
        _ url: RepositoryURL, _ credential: RepositoryCredential?, _ trust: RepositoryTrust,
        _ folder: CallFolder
    ) throws(SourceFailure) -> String {
        let hosts = try folder.write("\(trust.knownHosts)\n".utf8, to: "known_hosts")
        let isInsecure = credential?.isInsecure == true
        var options = [
            "BatchMode=yes", "StrictHostKeyChecking=\(isInsecure ? "no" : "yes")",
            "UserKnownHostsFile=\(hosts.string)", "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no",
            "IdentityAgent=none", "IdentitiesOnly=yes", "PasswordAuthentication=no",
            "KbdInteractiveAuthentication=no", "ClearAllForwardings=yes", "ForwardAgent=no",
            "PermitLocalCommand=no", "ProxyCommand=none", "ConnectTimeout=20", "ServerAliveInterval=15",
            "ServerAliveCountMax=4", "LogLevel=ERROR",
        ]
        if let key = credential?.sshPrivateKey, !key.isEmpty {
            let file = try folder.write((key.hasSuffix("\n") ? key : key + "\n").utf8, to: "identity")
            options.append("IdentityFile=\(file.string)")
        } else {
            options.append("IdentityFile=none")
        }
        return (["ssh", "-F", "/dev/null"] + options.flatMap { ["-o", forShell($0)] }).joined(separator: " ")
    }

    /// As a file of settings wants it.
    private static func quoted(_ value: String) -> String {
        "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func forShell(_ word: String) -> String {
        "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
