import KubeCore

/// Makes a connection out of the cluster and user that a context names.
struct ConnectionReader {
    var cluster: ConfigFields?
    var user: ConfigFields?
    var overrides: KubeConfigOverrides
    var environment: [String: String]
    /// All that was read, for complaints about what is nowhere.
    var files: String

    func connection() throws(KubeConfigFailure) -> ClusterConnection {
        let trust = try trust()
        let certificate = try certificate()
        let (address, login) = try address(isTLSConfigured: trust != ServerTrust() || certificate != nil)
        let proxy = try proxy(address)
        let impersonation = try impersonation()
        var authorization = try authorization(address, trust, proxy, hasCertificate: certificate != nil)
        if authorization == .none, let login { authorization = login }
        let identity = ClientIdentity(
            authorization: authorization, certificate: certificate, impersonation: impersonation)
        return ClusterConnection(
            origin: cluster?.place ?? "--server", server: address.url, trust: trust, identity: identity,
            proxy: proxy, acceptsCompression: try cluster?.bool("disable-compression") != true)
    }

    // MARK: - The server

    /// The server, and who we are there if its address says so (`http://user:password@host`).
    private func address(
        isTLSConfigured: Bool
    ) throws(KubeConfigFailure) -> (ServerAddress, ClientIdentity.Authorization?) {
        var written = try cluster.string("server", unless: overrides.server)
        let place = overrides.server == nil ? "\(cluster?.place ?? files).server" : "--server"
        guard !written.isEmpty else {
            throw KubeConfigFailure(
                .invalidField, place, "names no server: write https://HOST:PORT, or give --server")
        }
        if !written.contains("://") { written = (isTLSConfigured ? "https://" : "http://") + written }
        let login = ServerAddress.takeLogin(from: &written)
        if let address = ServerAddress(written) {
            return (address, login.map { .basic(user: $0.user, password: $0.password) })
        }
        throw KubeConfigFailure(.invalidField, place, "is no address of a server: write https://HOST:PORT")
    }

    private func trust() throws(KubeConfigFailure) -> ServerTrust {
        var trust = ServerTrust(
            authority: try cluster?.pem("certificate-authority"),
            isInsecure: try cluster?.bool("insecure-skip-tls-verify") ?? false)
        let name = try cluster.string("tls-server-name", unless: overrides.serverName)
        trust.serverName = name.isEmpty ? nil : name
        // Each of the two on the command line takes the other back that a file asks for.
        if let path = overrides.certificateAuthority {
            trust.authority = try flags("certificate-authority", path).pem("certificate-authority")
            trust.isInsecure = false
        }
        if overrides.isInsecure {
            guard overrides.certificateAuthority == nil else {
                throw KubeConfigFailure(
                    .invalidField, "--insecure-skip-tls-verify",
                    "cannot be combined with --certificate-authority")
            }
            trust.authority = nil
            trust.isInsecure = true
        }
        guard !trust.isInsecure || trust.authority == nil else {
            throw KubeConfigFailure(
                .invalidField, "\(cluster?.place ?? files).insecure-skip-tls-verify",
                "cannot be combined with a certificate authority: remove one of the two")
        }
        return trust
    }

    private func proxy(_ address: ServerAddress) throws(KubeConfigFailure) -> ProxyChoice {
        guard let cluster, case let url = try cluster.string("proxy-url"), !url.isEmpty else {
            return ProxyRules(environment: environment).choice(for: address)
        }
        guard ["http://", "https://", "socks5://"].contains(where: url.lowercased().hasPrefix) else {
            throw cluster.failure("proxy-url", "must begin with http://, https:// or socks5://")
        }
        return .through(url)
    }

    // MARK: - Who we are

    private func certificate() throws(KubeConfigFailure) -> ClientCertificate? {
        let certificate =
            if let path = overrides.clientCertificate {
                try flags("client-certificate", path).pem("client-certificate")
            } else {
                try user?.pem("client-certificate")
            }
        let key =
            if let path = overrides.clientKey {
                try flags("client-key", path).pem("client-key")
            } else {
                try user?.pem("client-key")
            }
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return ClientCertificate(certificate: certificate, key: key)
        case (nil, _?):
            throw KubeConfigFailure(
                .invalidField, user?.place ?? "--client-key",
                "has a client-key, and no client-certificate for it")
        case (_?, nil):
            throw KubeConfigFailure(
                .invalidField, user?.place ?? "--client-certificate",
                "has a client-certificate, and no client-key for it")
        }
    }

    private func authorization(
        _ address: ServerAddress, _ trust: ServerTrust, _ proxy: ProxyChoice, hasCertificate: Bool
    ) throws(KubeConfigFailure) -> ClientIdentity.Authorization {
        if let token = overrides.token { return .token(token) }
        // What a file has for its own server does not go in the clear to one that was only named.
        let isNamedInTheClear = overrides.server != nil && address.url.hasPrefix("http://")
        guard let user, !isNamedInTheClear else { return .none }
        let (token, tokenFile) = (try user.string("token"), try user.path("tokenFile"))
        let (name, password) = (try user.string("username"), try user.string("password"))
        let hasToken = !token.isEmpty || !tokenFile.isEmpty
        let hasBasic = !name.isEmpty || !password.isEmpty
        guard !hasToken || !hasBasic else {
            throw KubeConfigFailure(
                .invalidField, user.place,
                "has both a token and a user name or password: remove one of the two")
        }
        if !tokenFile.isEmpty { return .tokenFile(tokenFile) }
        if !token.isEmpty { return .token(token) }
        if hasBasic { return .basic(user: name, password: password) }
        if let provider = try user.fields("auth-provider") {
            let providerName = try provider.string("name")
            throw user.failure(
                "auth-provider",
                "auth providers (here \(providerName)) are no longer supported: use your vendor's exec plugin",
                .unsupported)
        }
        guard let exec = try user.fields("exec"), !hasCertificate else { return .none }
        return .plugin(try plugin(exec, address, trust, proxy))
    }

    private func plugin(
        _ exec: ConfigFields, _ address: ServerAddress, _ trust: ServerTrust, _ proxy: ProxyChoice
    ) throws(KubeConfigFailure) -> CredentialPlugin {
        let version = try exec.string("apiVersion")
        guard ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"].contains(version)
        else {
            throw exec.failure(
                "apiVersion", "must be client.authentication.k8s.io/v1 or …/v1beta1, not \"\(version)\"",
                .unsupported)
        }
        let command = try exec.command("command")
        guard !command.isEmpty else { throw exec.failure("command", "is missing") }
        let written = try exec.string("interactiveMode")
        guard
            let mode = CredentialPlugin.InteractiveMode(rawValue: written)
                ?? (written.isEmpty && version.hasSuffix("v1beta1") ? .ifAvailable : nil)
        else {
            throw exec.failure("interactiveMode", "must be Never, IfAvailable or Always")
        }
        var plugin = CredentialPlugin(
            origin: exec.place, apiVersion: version, command: command, arguments: try exec.strings("args"),
            interactiveMode: mode, installHint: try exec.string("installHint"))
        for variable in try exec.list("env") {
            plugin.environment[try variable.string("name")] = try variable.string("value")
        }
        if try exec.bool("provideClusterInfo") {
            plugin.clusterInfo = try clusterInfo(address, trust, proxy)
        }
        return plugin
    }

    private func clusterInfo(
        _ address: ServerAddress, _ trust: ServerTrust, _ proxy: ProxyChoice
    ) throws(KubeConfigFailure) -> CredentialPlugin.ClusterInfo {
        var info = CredentialPlugin.ClusterInfo(
            server: address.url, serverName: trust.serverName ?? "", isInsecure: trust.isInsecure)
        switch trust.authority {
        case nil: break
        case .data(let bytes): info.authorityData = bytes
        // It was read a moment ago; gone since, the plugin does without.
        case .file(let path): info.authorityData = (try? readFile(path, limit: 1 << 20)) ?? []
        }
        if case .through(let url) = proxy { info.proxyURL = url }
        let extensions = try cluster?.list("extensions") ?? []
        let own = extensions.first { $0.value("name")?.string == "client.authentication.k8s.io/exec" }
        info.config = own?.value("extension")
        return info
    }

    private func impersonation() throws(KubeConfigFailure) -> Impersonation {
        var extra: [Impersonation.Extra] = []
        if let attributes = try user?.fields("as-user-extra") {
            for name in attributes.names() {
                extra.append(Impersonation.Extra(name: name, values: try attributes.strings(name)))
            }
        }
        var groups = overrides.impersonatedGroups
        if groups.isEmpty, let user { groups = try user.strings("as-groups") }
        let impersonation = Impersonation(
            user: try user.string("as", unless: overrides.impersonatedUser),
            uid: try user.string("as-uid", unless: overrides.impersonatedUID),
            groups: groups, extra: extra)
        guard impersonation.isEmpty || !impersonation.user.isEmpty else {
            throw KubeConfigFailure(
                .invalidField, user?.place ?? "--as-group",
                "asks for a group, UID or extra without a user to impersonate: add --as")
        }
        return impersonation
    }

    /// A path on the command line, read as a file's field would be; relative to where we are.
    private func flags(_ name: String, _ path: String) -> ConfigFields {
        ConfigFields([name: .string(path)], place: "command line", folder: "")
    }
}
