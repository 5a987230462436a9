import KubeCore

/// What kubeconfig files, or the pod we run in, say about clusters: merged as kubectl merges them.
public struct KubeConfig {
    private var merged: KubeConfigFile
    /// The files that were read, for messages.
    private var origin: String
    private let environment: [String: String]

    /// Where a pod finds its service account.
    public static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Reads what there is, in kubectl's order: the file that is asked for, else those in `KUBECONFIG`, else
    /// `~/.kube/config`; if all that is empty, the pod's service account.
    ///
    /// - Parameters:
    ///   - path: `--kubeconfig`: the only file to read; it has to exist.
    ///   - environment: The process's own.
    ///   - serviceAccountFolder: Where a pod finds its token.
    /// - Throws: ``KubeConfigFailure`` if a file cannot be read.
    public init(
        path: String? = nil, environment: [String: String],
        serviceAccountFolder: String = KubeConfig.serviceAccountFolder
    ) throws(KubeConfigFailure) {
        self.environment = environment
        merged = try KubeConfigFile([], path: "")
        let paths = Self.paths(path, environment)
        for each in paths {
            guard let file = try KubeConfigFile(path: each) else {
                guard path == nil else {
                    throw KubeConfigFailure(
                        .unreadableFile, each, "the kubeconfig that --kubeconfig names does not exist")
                }
                continue
            }
            merged.add(file)
        }
        origin = paths.joined(separator: ":")
        if merged.isEmpty, let pod = try KubeConfigFile(serviceAccount: serviceAccountFolder, environment) {
            merged = pod
            origin = "in-cluster"
        }
    }

    private static func paths(_ path: String?, _ environment: [String: String]) -> [String] {
        if let path { return [path] }
        if let list = environment["KUBECONFIG"], !list.isEmpty {
            var paths: [String] = []
            for path in list.split(separator: ":").map(String.init) where !paths.contains(path) {
                paths.append(path)
            }
            return paths
        }
        guard let home = environment["HOME"], !home.isEmpty else { return [] }
        return [home + "/.kube/config"]
    }

    /// The names of the contexts, sorted.
    public var contexts: [String] { merged.contexts.keys.sorted() }

    /// The server and credentials of a context, with what the command line says instead.
    ///
    /// - Parameter overrides: What counts more than any file.
    /// - Returns: All that a transport needs.
    /// - Throws: ``KubeConfigFailure`` if it does not lead to one server.
    public func connection(
        _ overrides: KubeConfigOverrides = KubeConfigOverrides()
    ) throws(KubeConfigFailure) -> ClusterConnection {
        let context = try context(overrides)
        let clusterName = try context.string("cluster", unless: overrides.cluster)
        let userName = try context.string("user", unless: overrides.user)
        let cluster = try entry(clusterName, in: merged.clusters, "cluster")
        let user = try entry(userName, in: merged.users, "user")
        let namespace = try context.string("namespace", unless: overrides.namespace)
        let reader = ConnectionReader(
            cluster: cluster, user: user, overrides: overrides, environment: environment, files: origin)
        var connection = try reader.connection()
        connection.namespace = namespace.isEmpty ? "default" : namespace
        return connection
    }

    private func context(_ overrides: KubeConfigOverrides) throws(KubeConfigFailure) -> ConfigFields? {
        let name = overrides.context ?? merged.currentContext
        guard name.isEmpty else { return try entry(name, in: merged.contexts, "context") }
        if overrides.server != nil || overrides.cluster != nil { return nil }
        if merged.isEmpty {
            throw KubeConfigFailure(
                .nothingConfigured, "",
                """
                no cluster is configured: give --kubeconfig FILE or --server URL, or set KUBECONFIG\
                \(origin.isEmpty ? "" : " (looked in \(origin))")
                """)
        }
        throw KubeConfigFailure(
            .nothingConfigured, "\(origin): current-context",
            "is not set: choose one with --context (\(Self.list(merged.contexts)))")
    }

    private func entry(
        _ name: String, in entries: [String: ConfigFields], _ kind: String
    ) throws(KubeConfigFailure) -> ConfigFields? {
        if name.isEmpty { return nil }
        if let entry = entries[name] { return entry }
        throw KubeConfigFailure(
            .unknownName, origin, "there is no \(kind) \"\(name)\" (\(Self.list(entries)))")
    }

    private static func list(_ entries: [String: ConfigFields]) -> String {
        entries.isEmpty
            ? "there is none at all" : "there is: \(entries.keys.sorted().joined(separator: ", "))"
    }
}

extension KubeConfigFile {
    var isEmpty: Bool { clusters.isEmpty && users.isEmpty && contexts.isEmpty }

    /// Adds what another file says that this one does not; entries are taken or left whole.
    mutating func add(_ other: KubeConfigFile) {
        clusters.merge(other.clusters) { own, _ in own }
        users.merge(other.users) { own, _ in own }
        contexts.merge(other.contexts) { own, _ in own }
        if currentContext.isEmpty { currentContext = other.currentContext }
    }

    /// What a pod's service account amounts to, written as a kubeconfig; `nil` if we run in no pod.
    init?(serviceAccount folder: String, _ environment: [String: String]) throws(KubeConfigFailure) {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty,
            Self.contents("\(folder)/token") != nil
        else { return nil }
        var cluster: JSONObject = [
            "server": .string("https://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        ]
        if Self.contents("\(folder)/ca.crt") != nil {
            cluster["certificate-authority"] = .string("\(folder)/ca.crt")
        }
        let written = Self.contents("\(folder)/namespace").map { String($0.trimmed) } ?? ""
        let namespace = environment["POD_NAMESPACE"].flatMap { $0.isEmpty ? nil : $0 } ?? written
        let context: JSONObject = ["cluster": "pod", "user": "pod", "namespace": .string(namespace)]
        try self.init([], path: "")
        let place = "in-cluster: "
        clusters["pod"] = ConfigFields(cluster, place: "\(place)cluster", folder: "")
        users["pod"] = ConfigFields(
            ["tokenFile": .string("\(folder)/token")], place: "\(place)user", folder: "")
        contexts["pod"] = ConfigFields(context, place: "\(place)context", folder: "")
        currentContext = "pod"
    }

    /// A file of the service account; that it cannot be read is like not being in a pod.
    private static func contents(_ path: String) -> String? {
        (try? readFile(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
}
