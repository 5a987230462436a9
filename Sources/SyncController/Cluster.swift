public import KubeClient
public import KubeCore
public import SyncEngine

/// The API server that a sync works on: a client, and what the server is known to serve.
public struct Cluster: Sendable {
    public let client: APIClient
    public let discovery: Discovery

    public init(client: APIClient, discovery: Discovery) {
        self.client = client
        self.discovery = discovery
    }

    /// The resource of a kind; asks the server anew where it was not known, because a sync can bring kinds along.
    public func resource(for kind: GroupVersionKind) async throws(ClientFailure) -> APIResource {
        if let known = try await discovery.catalog().known(kind) { return known }
        // A definition is served a moment after it is established.
        for attempt in 0..<8 {
            if let found = try await discovery.refresh().known(kind) { return found }
            do {
                try await Task.sleep(for: .milliseconds(50 << attempt))
            } catch {
                throw .transport(TransportFailure(.cancelled, "looking for \(kind.kind) was cancelled"))
            }
        }
        throw .refused(
            APIFailure(
                code: 404, reason: "NotFound", message: "the server could not find the requested resource"))
    }

    /// What the server knows of the kinds that objects name.
    ///
    /// Kinds come with others' definitions: where one is not known, the server is asked anew.
    ///
    /// - Parameters:
    ///   - kinds: Each is looked up as it is written, version and all.
    ///   - age: How old what is known may be then.
    /// - Returns: Known resources, and for unknown kinds what is served instead.
    /// - Throws: ``ClientFailure`` if the server can't be asked.
    public func catalog(
        of kinds: Set<GroupVersionKind>, unknownFor age: Duration = .seconds(5)
    ) async throws(ClientFailure) -> KindCatalog {
        var served = try await discovery.catalog()
        if kinds.contains(where: { served.known($0) == nil }) {
            served = try await discovery.catalog(notOlderThan: age)
        }
        var catalog = KindCatalog()
        for kind in kinds {
            do throws(UnknownKind) {
                catalog.add(try served.resource(kind))
            } catch {
                catalog.addUnknown(kind, reason: "\(error); is its CustomResourceDefinition installed?")
            }
        }
        return catalog
    }
}

extension APICatalog {
    /// The resource of a kind in exactly this version; `nil` if it is not served.
    func known(_ kind: GroupVersionKind) -> APIResource? {
        do throws(UnknownKind) {
            return try resource(kind)
        } catch {
            return nil
        }
    }
}
