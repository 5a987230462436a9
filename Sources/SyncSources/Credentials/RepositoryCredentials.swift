public import KubeCore

/// The credentials that Secrets hold, and which of them a repository gets.
public struct RepositoryCredentials: Hashable, Sendable {
    /// Which Secrets hold them, by their label.
    public static let selector = "argocd.argoproj.io/secret-type in (repository, repo-creds)"

    public var all: [RepositoryCredential]
    /// What is wrong with Secrets, which are then left out. Without anything of their data.
    public var problems: [SourceFailure] = []

    public init(_ all: [RepositoryCredential] = []) {
        self.all = all
    }

    /// Reads Secrets.
    ///
    /// - Parameter secrets: Of the controller's namespace; those that are not labelled
    ///   `argocd.argoproj.io/secret-type: repository` or `repo-creds` are passed over.
    public init(secrets: [KubeObject]) {
        all = []
        for secret in secrets {
            let type = secret.label("argocd.argoproj.io/secret-type")
            guard type == "repository" || type == "repo-creds" else { continue }
            do throws(SourceFailure) {
                all.append(try SecretFields(secret).credential(isTemplate: type == "repo-creds"))
            } catch {
                problems.append(error)
            }
        }
    }

    /// Chooses for a repository: what is for this very repository, with what it lacks from the template with the longest
    /// address in front of the repository's. What is for the project goes before what is for all.
    ///
    /// - Parameters:
    ///   - url: The repository.
    ///   - project: Of the application; empty for none.
    /// - Returns: `nil` if there is none: then the repository is read as anybody reads it.
    public func credential(for url: RepositoryURL, project: String = "") -> RepositoryCredential? {
        let usable = all.filter { $0.project.isEmpty || $0.project == project }
        let own = usable.filter { !$0.isTemplate && Self.parsed($0.url)?.identity == url.identity }
            .max { $0.project.isEmpty && !$1.project.isEmpty }
        if let own, !own.isEmpty { return own }
        let templates = usable.filter { $0.isTemplate }
            .compactMap { one in Self.length(of: one.url, before: url).map { (length: $0, one: one) } }
        let best = templates.max {
            ($0.length, $0.one.project.isEmpty ? 0 : 1) < ($1.length, $1.one.project.isEmpty ? 0 : 1)
        }
        guard var chosen = best?.one else { return own }
        chosen.isInsecure = chosen.isInsecure || own?.isInsecure == true
        return chosen
    }

    /// Chooses for a Helm repository or a registry of charts: what has the longest address in front of it.
    ///
    /// What belongs to one project is left out, since charts that were fetched are used by all.
    ///
    /// - Parameter repository: Its address.
    /// - Returns: `nil` if there is none: then it is read as anybody reads it.
    public func chartCredentials(for repository: String) -> ChartCredentials? {
        // A registry can be named without its scheme.
        let bare = repository.hasPrefix("oci://") ? String(repository.dropFirst("oci://".count)) : repository
        let usable = all.filter { one in
            !one.password.isEmpty && one.project.isEmpty
                && [repository, bare].contains { ChartCredentials.isAddress($0, below: one.url) }
        }
        return usable.max { $0.url.utf8.count < $1.url.utf8.count }.map {
            ChartCredentials(username: $0.username, password: $0.password)
        }
    }

    private static func parsed(_ text: String) -> RepositoryURL? {
        do {
            return try RepositoryURL(text, allowed: Set(GitTransport.allCases))
        } catch {
            // Then it is no address of a repository, and is none's.
            return nil
        }
    }

    /// How much of an address a template names; `nil` if it is another's. A whole part of the path counts or none, so that
    /// `https://host/team` is not `https://host/team-b`, nor `https://host` another host.
    private static func length(of template: String, before url: RepositoryURL) -> Int? {
        // A host alone is no repository: something has to stand behind it to be read.
        let trimmed = template.hasSuffix("/") ? String(template.dropLast()) : template
        let probe = parsed(trimmed + (trimmed.hasSuffix(":") ? "x" : "/x"))
        guard let probe, probe.transport == url.transport, probe.host == url.host, probe.user == url.user
        else {
            return nil
        }
        let ports = [probe, url].map { $0.port ?? RepositoryURL.defaultPort($0.transport) }
        let start = probe.pathParts.dropLast()
        guard ports[0] == ports[1], url.pathParts.starts(with: start) else { return nil }
        return start.count
    }
}

/// The data of a Secret, as text.
private struct SecretFields {
    let secret: KubeObject

    init(_ secret: KubeObject) {
        self.secret = secret
    }

    func credential(isTemplate: Bool) throws(SourceFailure) -> RepositoryCredential {
        var credential = RepositoryCredential(url: try text("url"))
        guard !credential.url.isEmpty else { throw problem("has no url") }
        credential.isTemplate = isTemplate
        let type = try text("type")
        if !type.isEmpty { credential.type = type }
        credential.project = try text("project")
        credential.username = try text("username")
        credential.password = try text("password")
        credential.bearerToken = try text("bearerToken")
        credential.sshPrivateKey = try text("sshPrivateKey")
        credential.tlsClientCertData = try text("tlsClientCertData")
        credential.tlsClientCertKey = try text("tlsClientCertKey")
        let insecure = [try text("insecure"), try text("insecureIgnoreHostKey")]
        credential.isInsecure = insecure.contains("true")
        try check(credential)
        return credential
    }

    private func check(_ credential: RepositoryCredential) throws(SourceFailure) {
        for field in ["githubAppID", "githubAppPrivateKey", "gcpServiceAccountKey"]
        where try !text(field).isEmpty {
            throw problem("\(field) is not supported; use password, bearerToken or sshPrivateKey")
        }
        let lines = [
            ("username", credential.username), ("password", credential.password),
            ("bearerToken", credential.bearerToken),
        ]
        for (field, value) in lines where value.contains(where: \.isASCIIControl) {
            throw problem("\(field) holds a line's end or a control character")
        }
        guard credential.username.contains(":") == false else { throw problem("username holds a colon") }
        guard credential.tlsClientCertData.isEmpty == credential.tlsClientCertKey.isEmpty else {
            throw problem("tlsClientCertData and tlsClientCertKey belong together")
        }
    }

    /// Empty if it is missing.
    private func text(_ field: String) throws(SourceFailure) -> String {
        if let plain = secret["stringData", field]?.string { return plain }
        guard let data = secret["data", field], !data.isNull else { return "" }
        guard let bytes = data.string.flatMap({ Base64.decoded($0) }) else {
            throw problem("\(field) is not Base64")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw problem("\(field) is not text")
        }
        return text
    }

    private func problem(_ text: String) -> SourceFailure {
        SourceFailure("Secret \(secret.namespace)/\(secret.name)", .badCredential(text))
    }
}
