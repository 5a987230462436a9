public import KubeClient
public import KubeCore
import SyncEngine

/// What the containers of an Application's Pods write.
public struct PodLogs: Sendable {
    /// Which part of it.
    public struct Query: Hashable, Sendable {
        public var container = ""
        public var follows = false
        public var isPrevious = false
        public var hasTimestamps = false
        /// `nil`: all.
        public var tailLines: Int64?
        public var sinceSeconds: Int64?

        public init() {}
    }

    public static let pods = APIResource.core("Pod", "pods")

    private let client: APIClient

    public init(_ client: APIClient) {
        self.client = client
    }

    /// The Pods that belong to one object: itself, or what its controllers have made, by their owners.
    ///
    /// - Parameter owner: The object as it is in the cluster.
    /// - Returns: By name.
    /// - Throws: ``KubeClient/ClientFailure``.
    public func pods(of owner: KubeObject) async throws(ClientFailure) -> [KubeObject] {
        guard owner.kind != "Pod" else { return [owner] }
        var owners: Set<String> = [owner.uid]
        if owner.kind == "Deployment" {
            let sets = APIResource(
                kind: GroupVersionKind(group: "apps", version: "v1", kind: "ReplicaSet"),
                plural: "replicasets", isNamespaced: true, verbs: [])
            let found = try await client.list(sets, namespace: owner.namespace, form: .metadataOnly)
            owners.formUnion(found.items.filter { $0.isOwned(by: owners) }.map(\.uid))
        }
        return try await client.list(Self.pods, namespace: owner.namespace).items
            .filter { $0.isOwned(by: owners) }.sorted { $0.name < $1.name }
    }

    /// Reads a container's log to its end, line by line.
    ///
    /// - Parameters:
    ///   - pod: Its Pod.
    ///   - query: Which part; without a container's name, the Pod's only or first one.
    ///   - line: Told of each line, at most 1 MiB long.
    /// - Throws: ``KubeClient/ClientFailure`` if there is no log, or why it broke off.
    public func read(_ pod: KubeObject, _ query: Query, _ line: (String) -> Void) async throws {
        var query = query
        if query.container.isEmpty { query.container = pod.containers.first ?? "" }
        let stream = try await client.log(of: pod.name, in: pod.namespace, query.text)
        var rest: [UInt8] = []
        for try await piece in stream.body {
            rest += piece
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
            guard rest.count > 1 << 20 else { continue }
            line(String(decoding: rest, as: UTF8.self))
            rest = []
        }
        if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
    }
}

extension PodLogs.Query {
    /// The query of the request, its values being numbers and a checked name.
    fileprivate var text: [(String, String)] {
        var items: [(String, String)] = []
        if !container.isEmpty { items.append(("container", container)) }
        if follows { items.append(("follow", "true")) }
        if isPrevious { items.append(("previous", "true")) }
        if hasTimestamps { items.append(("timestamps", "true")) }
        if let tailLines { items.append(("tailLines", "\(tailLines)")) }
        if let sinceSeconds { items.append(("sinceSeconds", "\(sinceSeconds)")) }
        return items
    }
}

extension KubeObject {
    /// Whether one of these is its owner.
    func isOwned(by owners: Set<String>) -> Bool {
        self["metadata", "ownerReferences"]?.array?.contains { reference in
            reference["uid"]?.string.map(owners.contains) ?? false
        } ?? false
    }

    fileprivate var containers: [String] {
        self["spec", "containers"]?.array?.compactMap { $0["name"]?.string } ?? []
    }
}
