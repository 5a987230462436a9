import KubeCore
import Testing

@testable import KubeClient

/// Which server and credentials kubeconfig files lead to.
@Suite("kubeconfig")
struct KubeConfigTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let plain = """
        apiVersion: v1
        kind: Config
        current-context: dev
        clusters:
        - {name: dev, cluster: {server: "https://dev:6443"}}
        - {name: prod, cluster: {server: "https://prod:6443/"}}
        users:
        - {name: me, user: {token: secret-token}}
        - {name: you, user: {username: you, password: secret}}
        contexts:
        - {name: dev, context: {cluster: dev, user: me, namespace: shop}}
        - {name: prod, context: {cluster: prod, user: you}}
        """

    private func connection(
        _ text: String, _ overrides: KubeConfigOverrides = KubeConfigOverrides()
    ) throws -> ClusterConnection {
        let path = try folder.write("config", text)
        return try KubeConfig(path: path, environment: [:]).connection(overrides)
    }

    private func failure(
        _ text: String, _ overrides: KubeConfigOverrides = KubeConfigOverrides()
    ) -> KubeConfigFailure? {
        #expect(throws: KubeConfigFailure.self) { try connection(text, overrides) }
    }

    @Test("the current context names cluster, user and namespace")
    func current() throws {
        let connection = try connection(Self.plain)
        #expect(connection.server == "https://dev:6443")
        #expect(connection.namespace == "shop")
        #expect(connection.identity.authorization == .token("secret-token"))
        #expect(connection.proxy == .direct)
    }

    @Test("the command line counts more")
    func overrides() throws {
        var overrides = KubeConfigOverrides()
        overrides.context = "prod"
        var found = try connection(Self.plain, overrides)
        #expect(found.server == "https://prod:6443")
        #expect(found.namespace == "default")
        #expect(found.identity.authorization == .basic(user: "you", password: "secret"))
        overrides.cluster = "dev"
        overrides.user = "me"
        overrides.namespace = "other"
        found = try connection(Self.plain, overrides)
        #expect(found.server == "https://dev:6443")
        #expect(found.namespace == "other")
        #expect(found.identity.authorization == .token("secret-token"))
        overrides.server = "https://elsewhere"
        overrides.token = "given"
        overrides.impersonatedUser = "anna"
        overrides.impersonatedGroups = ["ops"]
        found = try connection(Self.plain, overrides)
        #expect(found.server == "https://elsewhere:443")
        #expect(found.identity.authorization == .token("given"))
        #expect(found.identity.impersonation == Impersonation(user: "anna", groups: ["ops"]))
    }

    @Test("a kubeconfig in JSON is a kubeconfig")
    func json() throws {
        let found = try connection(
            """
            {"current-context": "a", "clusters": [{"name": "a", "cluster": {"server": "https://a"}}],
             "contexts": [{"name": "a", "context": {"cluster": "a"}}]}
            """)
        #expect(found.server == "https://a:443")
        #expect(found.identity.authorization == .none)
    }

    @Test(
        "of several files the first to say something counts, entry by entry, and missing files do not matter")
    func list() throws {
        let one = try folder.write(
            "one",
            """
            clusters: [{name: c, cluster: {server: "https://one"}}]
            users: [{name: u, user: {}}]
            """)
        let two = try folder.write(
            "two",
            """
            current-context: x
            clusters: [{name: c, cluster: {server: "https://two", insecure-skip-tls-verify: true}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """)
        let list = "\(folder.path)/missing::\(one):\(two):\(one)"
        let found = try KubeConfig(environment: ["KUBECONFIG": list, "HOME": folder.path]).connection()
        #expect(found.server == "https://one:443")
        #expect(!found.trust.isInsecure)
        #expect(found.identity.authorization == .none)
    }

    @Test("without KUBECONFIG, the file in the home folder")
    func home() throws {
        try folder.write(".kube/config", Self.plain)
        let found = try KubeConfig(environment: ["HOME": folder.path]).connection()
        #expect(found.server == "https://dev:6443")
    }

    @Test("paths are relative to their file; data counts more than a file")
    func paths() throws {
        let ca = try folder.write("pki/ca.crt", "CA")
        let cert = try folder.write("pki/me.crt", "CERT")
        let found = try connection(
            """
            current-context: a
            clusters: [{name: a, cluster: {server: "https://a", certificate-authority: pki/ca.crt}}]
            users: [{name: a, user: {client-certificate: pki/me.crt, client-key: nowhere, client-key-data: S0VZ}}]
            contexts: [{name: a, context: {cluster: a, user: a}}]
            """)
        #expect(found.trust.authority == .file(ca))
        #expect(
            found.identity.certificate
                == ClientCertificate(certificate: .file(cert), key: .data(Array("KEY".utf8))))
    }

    @Test("an address without a scheme is https where TLS is configured, else http")
    func scheme() throws {
        let text = """
            current-context: a
            clusters: [{name: a, cluster: {server: "a:6443"}}]
            contexts: [{name: a, context: {cluster: a}}]
            """
        #expect(try connection(text).server == "http://a:6443")
        var overrides = KubeConfigOverrides()
        overrides.isInsecure = true
        #expect(try connection(text, overrides).server == "https://a:6443")
    }

    @Test(
        "a user in the address is who we are, unless the user's entry says so, and is not part of the address"
    )
    func login() throws {
        func text(_ server: String, _ user: String) -> String {
            """
            current-context: a
            clusters: [{name: a, cluster: {server: "\(server)"}}]
            users: [{name: a, user: \(user)}]
            contexts: [{name: a, context: {cluster: a, user: a}}]
            """
        }
        let found = try connection(text("http://me:pa:ss@a:1/base", "{}"))
        #expect(found.server == "http://a:1/base")
        #expect(found.identity.authorization == .basic(user: "me", password: "pa:ss"))
        let known = try connection(text("http://me:secret@a:1", "{token: other}"))
        #expect(known.identity.authorization == .token("other"))
        for address in ["http://me@a:1", "http://me:%41@a:1", "http://me:a@", "http://a:1/x:y@z"] {
            #expect(throws: KubeConfigFailure.self) { try connection(text(address, "{}")) }
        }
    }

    @Test("I8 a file's credential does not go in the clear to a server that only the command line names")
    func namedInTheClear() throws {
        let text = """
            current-context: a
            clusters: [{name: a, cluster: {server: "https://a"}}]
            users: [{name: a, user: {token: secret}}]
            contexts: [{name: a, context: {cluster: a, user: a}}]
            """
        var overrides = KubeConfigOverrides()
        overrides.server = "http://b/my.git"
        #expect(try connection(text, overrides).identity.authorization == .none)
        overrides.token = "given"
        #expect(try connection(text, overrides).identity.authorization == .token("given"))
        overrides = KubeConfigOverrides()
        overrides.server = "https://b"
        #expect(try connection(text, overrides).identity.authorization == .token("secret"))
    }

    @Test("a proxy of the cluster counts more than the environment's")
    func proxy() throws {
        let path = try folder.write(
            "config",
            """
            current-context: a
            clusters:
            - {name: a, cluster: {server: "https://a", proxy-url: "socks5://p:1080", tls-server-name: b}}
            - {name: b, cluster: {server: "https://b"}}
            contexts: [{name: a, context: {cluster: a}}]
            """)
        let config = try KubeConfig(path: path, environment: ["HTTPS_PROXY": "http://other:1"])
        #expect(try config.connection().proxy == .through("socks5://p:1080"))
        #expect(try config.connection().trust.serverName == "b")
        var overrides = KubeConfigOverrides()
        overrides.cluster = "b"
        #expect(try config.connection(overrides).proxy == .through("http://other:1"))
    }

    @Test("in a pod, its service account; a kubeconfig counts more")
    func inCluster() throws {
        for (name, text) in [("token", "t\n"), ("ca.crt", "CA"), ("namespace", "shop\n")] {
            try folder.write("sa/\(name)", text)
        }
        var environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        func find() throws -> ClusterConnection {
            try KubeConfig(environment: environment, serviceAccountFolder: "\(folder.path)/sa").connection()
        }
        let found = try find()
        #expect(found.server == "https://[fd00::1]:443")
        #expect(found.trust.authority == .file("\(folder.path)/sa/ca.crt"))
        #expect(found.identity.authorization == .tokenFile("\(folder.path)/sa/token"))
        #expect(found.namespace == "shop")
        environment["POD_NAMESPACE"] = "other"
        #expect(try find().namespace == "other")
        environment["KUBECONFIG"] = try folder.write("config", Self.plain)
        #expect(try find().server == "https://dev:6443")
    }

    @Test("a credential plugin with all it may say")
    func plugin() throws {
        let found = try connection(
            """
            current-context: a
            clusters:
            - name: a
              cluster:
                server: https://a
                certificate-authority-data: Q0E=
                extensions:
                - {name: client.authentication.k8s.io/exec, extension: {audience: x}}
            users:
            - name: a
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: bin/login
                  args: [token, --quiet]
                  env: [{name: REGION, value: north}]
                  interactiveMode: Never
                  installHint: get it there
                  provideClusterInfo: true
            contexts: [{name: a, context: {cluster: a, user: a}}]
            """)
        guard case .plugin(let plugin) = found.identity.authorization else {
            Issue.record("no plugin")
            return
        }
        #expect(plugin.command == "\(folder.path)/bin/login")
        #expect(plugin.arguments == ["token", "--quiet"])
        #expect(plugin.environment == ["REGION": "north"])
        #expect(plugin.interactiveMode == .never)
        #expect(plugin.installHint == "get it there")
        #expect(plugin.clusterInfo?.server == "https://a:443")
        #expect(plugin.clusterInfo?.authorityData == Array("CA".utf8))
        #expect(plugin.clusterInfo?.config == ["audience": "x"])
    }

    struct Mistake: Sendable, CustomStringConvertible {
        var description: String
        var cluster = "server: https://a"
        var user = "token: t"
        var reason = KubeConfigFailure.Reason.invalidField
        /// What the message has to say.
        var says: [String]
    }

    static let mistakes = [
        Mistake(
            description: "no server", cluster: "insecure-skip-tls-verify: true",
            says: ["clusters[a].cluster.server", "--server"]),
        Mistake(
            description: "no address", cluster: "server: https://",
            says: ["clusters[a].cluster.server", "https://HOST:PORT"]),
        Mistake(
            description: "server is a number", cluster: "server: 5",
            says: ["clusters[a].cluster.server", "must be a text"]),
        Mistake(
            description: "CA is not there", cluster: "server: https://a, certificate-authority: /no/ca",
            says: ["clusters[a].cluster.certificate-authority", "/no/ca", "does not exist"]),
        Mistake(
            description: "CA data is no base64",
            cluster: "server: https://a, certificate-authority-data: '%%%'",
            says: ["certificate-authority-data", "not base64"]),
        Mistake(
            description: "insecure with CA",
            cluster: "server: https://a, certificate-authority-data: Q0E=, insecure-skip-tls-verify: true",
            says: ["insecure-skip-tls-verify", "cannot be combined"]),
        Mistake(
            description: "insecure is a text", cluster: "server: https://a, insecure-skip-tls-verify: 'yes'",
            says: ["insecure-skip-tls-verify", "true or false"]),
        Mistake(
            description: "bad proxy", cluster: "server: https://a, proxy-url: ftp://p",
            says: ["proxy-url", "socks5://"]),
        Mistake(
            description: "token is a number", user: "token: 123", says: ["users[a].user.token", "quotes"]),
        Mistake(
            description: "token and password", user: "token: t, password: p",
            says: ["users[a].user", "remove one"]),
        Mistake(
            description: "certificate without key", user: "client-certificate-data: Q0E=",
            says: ["no client-key"]),
        Mistake(
            description: "key without certificate", user: "client-key-data: Q0E=",
            says: ["no client-certificate"]),
        Mistake(
            description: "auth provider", user: "auth-provider: {name: gcp}", reason: .unsupported,
            says: ["auth-provider", "gcp", "exec plugin"]),
        Mistake(
            description: "old plugin version",
            user: "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}",
            reason: .unsupported,
            says: ["exec.apiVersion", "v1beta1"]),
        Mistake(
            description: "plugin without command",
            user: "exec: {apiVersion: client.authentication.k8s.io/v1beta1}",
            says: ["exec.command", "missing"]),
        Mistake(
            description: "v1 plugin without mode",
            user: "exec: {apiVersion: client.authentication.k8s.io/v1, command: x}",
            says: ["exec.interactiveMode", "IfAvailable"]),
        Mistake(description: "groups without a user", user: "token: t, as-groups: [x]", says: ["--as"]),
    ]

    @Test("a mistake is named with file, field and what to do", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        let text = """
            current-context: a
            clusters: [{name: a, cluster: {\(mistake.cluster)}}]
            users: [{name: a, user: {\(mistake.user)}}]
            contexts: [{name: a, context: {cluster: a, user: a}}]
            """
        let failure = try #require(self.failure(text))
        #expect(failure.reason == mistake.reason)
        #expect(failure.description.contains("\(folder.path)/config"))
        for words in mistake.says { #expect(failure.description.contains(words), "\(failure)") }
    }

    @Test("names that lead nowhere are answered with those that there are")
    func unknownNames() throws {
        var overrides = KubeConfigOverrides()
        overrides.context = "nope"
        #expect(
            failure(Self.plain, overrides)?.description.contains(#"no context "nope" (there is: dev, prod)"#)
                == true)
        overrides.context = nil
        overrides.user = "nope"
        #expect(
            failure(Self.plain, overrides)?.description.contains(#"no user "nope" (there is: me, you)"#)
                == true)
        #expect(
            failure("clusters: [{name: a, cluster: {}}]")?.description.contains("current-context: is not set")
                == true)
    }

    @Test("nothing configured is said, not guessed")
    func nothing() throws {
        let failure = #expect(throws: KubeConfigFailure.self) {
            try KubeConfig(environment: ["HOME": folder.path], serviceAccountFolder: "/nowhere").connection()
        }
        #expect(failure?.reason == .nothingConfigured)
        #expect(failure?.description.contains("\(folder.path)/.kube/config") == true)
        #expect(throws: KubeConfigFailure.self) { try KubeConfig(path: "/no/config", environment: [:]) }
    }

    @Test(
        "I8 what cannot be read is named without being quoted",
        arguments: [
            "[", "a: b: secret", "secret", "kind: Secret\napiVersion: v1", "clusters: secret",
            "clusters: [{name: a}, {name: a}]", "users: [secret]", "token: !!int secret",
        ])
    func unreadable(_ text: String) throws {
        let failure = try #require(self.failure(text))
        #expect(failure.description.hasPrefix("\(folder.path)/config"))
        #expect(!failure.description.contains("secret"), "\(failure)")
    }
}
