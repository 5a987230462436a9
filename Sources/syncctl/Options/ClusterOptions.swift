import ArgumentParser

/// How the API server is found, in kubectl's words.
struct ClusterOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Use an API server inside this process, and no cluster; implies --core.",
            discussion: """
                It is new each time, unless --data names a place for it, and has the namespaces of a new \
                cluster: another one is made with --sync-option CreateNamespace=true. Pods are simulated, those of Jobs \
                only as --run-jobs says.
                """))
    var embedded = false

    @Option(
        help: ArgumentHelp(
            "With --embedded, what becomes of Jobs: simulate or process.",
            discussion: """
                process runs the commands of their containers on this machine, with your rights and without \
                isolation; no image is pulled.
                """))
    var runJobs: EmbeddedServer.RunJobs?

    @Option(
        help:
            "Directory in which the --embedded API server keeps its objects; else they are gone afterwards.",
        completion: .directory)
    var data: String?

    @Option(
        help:
            "Path of the kubeconfig file; else $KUBECONFIG, then ~/.kube/config, then the Pod's own account.")
    var kubeconfig: String?

    @Option(
        name: [.long, .customLong("kube-context")], help: "Name of the kubeconfig context to use.")
    var context: String?

    @Option(help: "Name of the kubeconfig cluster to use.")
    var cluster: String?

    @Option(help: "Name of the kubeconfig user to use.")
    var user: String?

    @Option(
        name: [.short, .long],
        help: "Namespace of the Application, or of the controller; the destination's default, too.")
    var namespace: String?

    @Option(name: .customLong("as"), help: "User to impersonate.")
    var impersonatedUser: String?

    @Option(name: .customLong("as-group"), help: "Group to impersonate; can be given more than once.")
    var impersonatedGroups: [String] = []

    @Option(name: [.customShort("s"), .long], help: "Address of the API server.")
    var server: String?

    @Option(help: "Bearer token for the API server.")
    var token: String?

    @Option(help: "File with the certificate of the API server's authority.", completion: .file())
    var certificateAuthority: String?

    @Flag(
        name: .customLong("insecure-skip-tls-verify"),
        help: "Do not check the API server's certificate: anybody could pass for it.")
    var insecureSkipTLSVerify = false

    @Option(
        help: "How long one request may take, e.g. 30s; 0 means no limit.", transform: DurationArgument.parse)
    var requestTimeout: Duration?

    @Option(help: "What is logged to standard error: debug, info, warning or error.")
    var loglevel: LogLevel = .warning

    @Option(
        name: [.customLong("logformat"), .customLong("log-format")], help: "How log lines look: text or json."
    )
    var logFormat: LogFormat = .text

    func validate() throws {
        guard embedded || data == nil else {
            throw ValidationError("--data is for --embedded: a cluster keeps its objects itself")
        }
        guard embedded || runJobs == nil else {
            throw ValidationError("--run-jobs is for --embedded: in a cluster, its nodes run Jobs")
        }
        guard embedded, let other = wayToACluster else { return }
        throw ValidationError("--embedded uses no cluster: it cannot be combined with \(other)")
    }

    /// The first option given that says which cluster, or who we are there.
    private var wayToACluster: String? {
        let given = [
            ("--kubeconfig", kubeconfig != nil), ("--context", context != nil), ("--cluster", cluster != nil),
            ("--user", user != nil), ("--as", impersonatedUser != nil),
            ("--as-group", !impersonatedGroups.isEmpty), ("--server", server != nil),
            ("--token", token != nil),
            ("--certificate-authority", certificateAuthority != nil),
            ("--insecure-skip-tls-verify", insecureSkipTLSVerify),
        ]
        return given.first(where: \.1)?.0
    }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug
    case info
    case warning
    case error
}
