public import KubeCore

/// Changes to an AppProject, as flags say them: lists that are given replace those that are there.
public struct ProjectEdit: Hashable, Sendable {
    public static let kind = GroupVersionKind(
        group: "argoproj.io", version: "v1alpha1", kind: "AppProject")

    public var description: String?
    /// URLs of repositories, also patterns.
    public var sources: [String] = []
    /// `CLUSTER,NAMESPACE`, where the cluster is a server's address, or a name.
    public var destinations: [String] = []
    public var sourceNamespaces: [String] = []
    /// `GROUP/KIND`, `KIND` for the core group.
    public var allowedClusterKinds: [String] = []
    public var deniedClusterKinds: [String] = []
    public var allowedKinds: [String] = []
    public var deniedKinds: [String] = []

    public init() {}

    public var isEmpty: Bool { self == ProjectEdit() }

    /// The project with the changes made.
    ///
    /// - Parameter project: As it is, or a new one.
    /// - Returns: What is not named stays.
    /// - Throws: ``RequestRefusal/badValue(_:)``.
    public func applied(to project: KubeObject) throws(RequestRefusal) -> KubeObject {
        var project = project
        if let description { project["spec", "description"] = .string(description) }
        set("sourceRepos", sources.map { .string($0) }, in: &project)
        set("sourceNamespaces", sourceNamespaces.map { .string($0) }, in: &project)
        var places: [JSONValue] = []
        for text in destinations { places.append(try Self.destination(text)) }
        set("destinations", places, in: &project)
        for (field, kinds) in [
            ("clusterResourceWhitelist", allowedClusterKinds),
            ("clusterResourceBlacklist", deniedClusterKinds),
            ("namespaceResourceWhitelist", allowedKinds), ("namespaceResourceBlacklist", deniedKinds),
        ] {
            set(field, kinds.map(Self.kind), in: &project)
        }
        return project
    }

    /// A project of that name that allows nothing yet.
    public static func new(_ name: String, in namespace: String) -> KubeObject {
        KubeObject([
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind),
            "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": [:],
        ])
    }

    private func set(_ field: String, _ values: [JSONValue], in project: inout KubeObject) {
        if !values.isEmpty { project["spec", field] = .array(values) }
    }

    private static func destination(_ text: String) throws(RequestRefusal) -> JSONValue {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw .badValue(
                "--dest \(text): write CLUSTER,NAMESPACE, as https://kubernetes.default.svc,shop or in-cluster,*"
            )
        }
        let isAddress = parts[0].contains("://") || parts[0].hasPrefix("*") || parts[0].hasPrefix("!")
        return [isAddress ? "server" : "name": .string(parts[0]), "namespace": .string(parts[1])]
    }

    private static func kind(_ text: String) -> JSONValue {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        return parts.count == 2
            ? ["group": .string(parts[0]), "kind": .string(parts[1])] : ["group": "", "kind": .string(text)]
    }
}
