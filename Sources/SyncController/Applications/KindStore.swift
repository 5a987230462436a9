public import KubeClient
public import KubeCore
public import SyncEngine

/// Why an object could not be read or changed.
public enum KindStoreFailure: Error, Sendable {
    /// The API server does not know the kind.
    case unknownKind(GroupVersionKind)
    case missing(ObjectKey)
    /// Others changed it again and again.
    case contended(ObjectKey)
    /// It may not be changed so.
    case refusal(RequestRefusal)
    case client(ClientFailure)
}

/// The objects of one kind in a cluster, changed without losing what others write at the same time.
public struct KindStore: Sendable {
    public let client: APIClient
    public let resource: APIResource

    /// So many times somebody else may be faster.
    private static let attempts = 12

    /// - Parameters:
    ///   - kind: In exactly this version.
    ///   - cluster: Where it is looked for.
    /// - Throws: ``KindStoreFailure/unknownKind(_:)``, or why the cluster could not be asked.
    public init(_ kind: GroupVersionKind, in cluster: Cluster) async throws(KindStoreFailure) {
        let found: APIResource?
        do throws(ClientFailure) {
            found = try await cluster.discovery.catalog().known(kind)
        } catch {
            throw .client(error)
        }
        guard let found else { throw .unknownKind(kind) }
        self.init(found, client: cluster.client)
    }

    public init(_ resource: APIResource, client: APIClient) {
        self.resource = resource
        self.client = client
    }

    func key(_ name: String, in namespace: String) -> ObjectKey {
        ObjectKey(
            group: resource.kind.group, kind: resource.kind.kind,
            namespace: resource.isNamespaced ? namespace : "", name: name)
    }

    /// Reads an object that has to be there.
    public func get(_ name: String, in namespace: String) async throws(KindStoreFailure) -> KubeObject {
        guard let object = try await find(name, in: namespace) else {
            throw .missing(key(name, in: namespace))
        }
        return object
    }

    /// Reads an object; `nil` if there is none of that name.
    public func find(_ name: String, in namespace: String) async throws(KindStoreFailure) -> KubeObject? {
        try await asking { () throws(ClientFailure) in
            try await client.get(resource, namespace: namespace, name: name)
        }
    }

    /// Lists objects.
    ///
    /// - Parameters:
    ///   - namespace: Empty for all.
    ///   - selector: By labels; `nil` for all.
    /// - Returns: By namespace and name.
    /// - Throws: ``KindStoreFailure``.
    public func list(
        in namespace: String, selector: LabelSelector? = nil
    ) async throws(KindStoreFailure) -> [KubeObject] {
        let options = APIRequest.ListOptions(labelSelector: selector?.description)
        return try await asking { () throws(ClientFailure) in
            try await client.list(resource, namespace: namespace, options: options).items
        }
        .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    }

    /// Creates an object; `nil` if there is one of that name.
    public func create(_ object: KubeObject) async throws(KindStoreFailure) -> KubeObject? {
        try await asking { () throws(ClientFailure) in
            do throws(ClientFailure) {
                return try await client.create(object, as: resource)
            } catch {
                guard error.isAlreadyExists else { throw error }
                return nil
            }
        }
    }

    /// Changes an object on top of what it is, again and again until nobody was faster.
    ///
    /// - Parameters:
    ///   - name: Of the object.
    ///   - namespace: Of the object.
    ///   - change: May be called several times; where it changes nothing, nothing is written.
    /// - Returns: The object as it is now.
    /// - Throws: ``KindStoreFailure``.
    @discardableResult
    public func update(
        _ name: String, in namespace: String,
        _ change: (inout KubeObject) throws(RequestRefusal) -> Void
    ) async throws(KindStoreFailure) -> KubeObject {
        for _ in 0..<Self.attempts {
            let before = try await get(name, in: namespace)
            var object = before
            do throws(RequestRefusal) {
                try change(&object)
            } catch {
                throw .refusal(error)
            }
            guard object != before else { return before }
            do throws(ClientFailure) {
                return try await client.update(object, as: resource)
            } catch {
                guard error.isConflict else { throw .client(error) }
            }
        }
        throw .contended(key(name, in: namespace))
    }

    /// Merges something into an object that has to be there.
    @discardableResult
    public func merge(
        _ changes: MergePatch, into name: String, in namespace: String
    ) async throws(KindStoreFailure) -> KubeObject {
        try await patch(.merge(changes.json), name, in: namespace)
    }

    /// Patches an object that has to be there; in a dry run, what would come of it is answered.
    @discardableResult
    public func patch(
        _ patch: APIRequest.Patch, _ name: String, in namespace: String, isDryRun: Bool = false
    ) async throws(KindStoreFailure) -> KubeObject {
        do throws(ClientFailure) {
            return try await client.patch(
                patch, of: resource, namespace: namespace, name: name, dryRun: isDryRun
            ).object
        } catch {
            throw error.isNotFound ? .missing(key(name, in: namespace)) : .client(error)
        }
    }

    /// Asks for an object's deletion.
    ///
    /// - Parameters:
    ///   - name: Of the object.
    ///   - namespace: Of the object.
    ///   - options: How, and of which very object.
    /// - Returns: `false` if it was gone already.
    /// - Throws: ``KindStoreFailure``.
    @discardableResult
    public func delete(
        _ name: String, in namespace: String, _ options: APIRequest.DeleteOptions = .init()
    ) async throws(KindStoreFailure) -> Bool {
        try await asking { () throws(ClientFailure) in
            try await client.delete(resource, namespace: namespace, name: name, options: options)
        }
    }

    private func asking<Answer>(
        _ ask: () async throws(ClientFailure) -> Answer
    ) async throws(KindStoreFailure) -> Answer {
        do throws(ClientFailure) {
            return try await ask()
        } catch {
            throw .client(error)
        }
    }
}

extension KindStoreFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownKind(let kind):
            "the cluster does not know \(kind.kind) (\(kind.apiVersion)): `syncctl install` brings the definitions; "
                + "`app sync --core --local DIR` needs none"
        case .missing(let key): "\(key) is not there"
        case .contended(let key): "\(key) is being changed by others all the time; try again"
        case .refusal(let refusal): refusal.description
        case .client(let failure): failure.description
        }
    }
}
