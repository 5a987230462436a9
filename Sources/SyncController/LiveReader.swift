import KubeClient
import KubeCore
import SyncEngine

/// Reads what a sync has to know of the cluster before it plans: what is tracked, and what is there under the names
/// of the targets.
struct LiveReader: Sendable {
    var cluster: Cluster
    var tracking: Tracking

    /// Requests at a time.
    private static let concurrency = 16
    /// From so many unknown names in one namespace on, listing it may be cheaper than asking for each.
    private static let listingPays = 64
    /// A page of such a listing, and the most pages before asking for each is cheaper after all.
    private static let page = 500
    private static let mostPages = 4

    /// What is tracked, as far as we may look.
    struct Tracked: Sendable {
        var objects: [ObjectKey: KubeObject]
        /// Kinds with namespaces that we may not list: objects of theirs are not known.
        var unlisted: [GroupKind]
        /// For objects that are abridged, as their content was compared before (I10): what came of that.
        var proofs: [ObjectKey: UnchangedProof] = [:]
    }

    /// Tracked objects of every kind, in full where the kind is among `wanted`, else their metadata.
    func tracked(wanted: Set<GroupVersionKind>) async throws(ClientFailure) -> Tracked {
        let catalog = try await cluster.discovery.catalog()
        let swept = catalog.listable.filter { resource in
            resource.verbs.contains("delete") && !SweptKinds.isExcluded(resource.kind)
        }
        let preferred = swept.map { resource in
            wanted.first { $0.groupKind == resource.kind.groupKind } ?? resource.kind
        }
        var sweep: [(APIResource, isWhole: Bool)] = []
        for (resource, kind) in zip(swept, preferred) {
            let known = catalog.known(kind) ?? resource
            sweep.append((known, wanted.contains(kind)))
        }
        let lists = try await concurrently(sweep, limit: LiveReader.concurrency) {
            resource, isWhole throws(ClientFailure) in
            try await trackedObjects(of: resource, isWhole: isWhole)
        }
        let unlisted = zip(sweep, lists).filter { $0.0.isNamespaced && $1 == nil }.map(\.0.0.kind.groupKind)
        let objects = lists.flatMap { $0 ?? [] }.map { ($0.key, $0) }
        return Tracked(objects: Dictionary(objects) { first, _ in first }, unlisted: unlisted)
    }

    /// The objects of one kind that bear our label; `nil` where we may not list them.
    private func trackedObjects(
        of resource: APIResource, isWhole: Bool
    ) async throws(ClientFailure) -> [KubeObject]? {
        let places = resource.isNamespaced ? ["", tracking.destinationNamespace] : [""]
        for namespace in places {
            do {
                return try await cluster.client.list(
                    resource, namespace: namespace,
                    options: APIRequest.ListOptions(labelSelector: tracking.labelSelector),
                    form: isWhole ? .whole : .metadataOnly
                ).items
            } catch .refused(let failure)
                where failure.isForbidden || failure.code == 404 || failure.code == 405
            {
                continue
            }
        }
        return nil
    }

    /// Tracked objects in full: where many of a kind are wanted, by a list.
    func whole(
        _ keys: [(ObjectKey, GroupVersionKind)]
    ) async throws(ClientFailure) -> [ObjectKey: KubeObject] {
        let catalog = try await cluster.discovery.catalog()
        var found: [ObjectKey: KubeObject] = [:]
        var rest: [(ObjectKey, GroupVersionKind)] = []
        for (kind, members) in Dictionary(grouping: keys, by: \.1) {
            guard members.count >= LiveReader.listingPays, let resource = catalog.known(kind),
                let objects = try await trackedObjects(of: resource, isWhole: true)
            else {
                rest += members
                continue
            }
            let wanted = Set(members.map(\.0))
            for object in objects where wanted.contains(object.key) { found[object.key] = object }
        }
        return try await existing(rest, beyond: [:]).merging(found) { first, _ in first }
    }

    /// What is there under these keys, beyond what is known already.
    func existing(
        _ keys: [(ObjectKey, GroupVersionKind)], beyond known: [ObjectKey: KubeObject]
    ) async throws(ClientFailure) -> [ObjectKey: KubeObject] {
        let catalog = try await cluster.discovery.catalog()
        var asked: [(ObjectKey, APIResource)] = []
        for (key, kind) in keys where known[key] == nil {
            guard let resource = catalog.known(kind) else { continue }
            asked.append((key, resource))
        }
        let narrowed = try await withoutAbsent(asked)
        let found = try await concurrently(narrowed, limit: LiveReader.concurrency) {
            key, resource throws(ClientFailure) in
            try await ObjectCall(client: cluster.client, resource: resource, key: key).read()
        }
        return Dictionary(
            zip(narrowed.map(\.0), found).compactMap { key, object in object.map { (key, $0) } }
        ) {
            first, _ in first
        }
    }

    /// Leaves out what a listing of names shows not to be there, where many names are asked for.
    private func withoutAbsent(_ asked: [(ObjectKey, APIResource)]) async throws(ClientFailure) -> [(
        ObjectKey, APIResource
    )] {
        struct Place: Hashable {
            var resource: APIResource
            var namespace: String
        }
        let places = Dictionary(grouping: asked) { Place(resource: $0.1, namespace: $0.0.namespace) }
        var narrowed: [(ObjectKey, APIResource)] = []
        for (place, members) in places {
            guard members.count >= LiveReader.listingPays,
                let names = try await names(in: place.namespace, of: place.resource)
            else {
                narrowed += members
                continue
            }
            narrowed += members.filter { names.contains($0.0.name) }
        }
        return narrowed
    }

    /// All names in a namespace; `nil` if there are too many of them, or we may not list them.
    private func names(in namespace: String, of resource: APIResource) async throws(ClientFailure) -> Set<
        String
    >? {
        var options = APIRequest.ListOptions()
        options.limit = LiveReader.page
        var names: Set<String> = []
        for _ in 0..<LiveReader.mostPages {
            let request = APIRequest(.list(options), resource, namespace: namespace, form: .metadataOnly)
            do {
                let answer = try await cluster.client.page(request)
                names.formUnion(answer.items.map(\.name))
                guard !answer.continuation.isEmpty else { return names }
                options.continuation = answer.continuation
            } catch .refused {
                return nil
            }
        }
        return nil
    }
}

/// Kinds in which no application's objects are looked for.
enum SweptKinds {
    static func isExcluded(_ kind: GroupVersionKind) -> Bool {
        switch (kind.group, kind.kind) {
        // Copies of other objects' labels, made by the cluster itself (S20).
        case ("", "Endpoints"), ("discovery.k8s.io", _), ("", "Event"), ("coordination.k8s.io", "Lease"): true
        case ("events.k8s.io", _), ("metrics.k8s.io", _), ("apps", "ControllerRevision"): true
        // The same objects as in networking.k8s.io and policy.
        case ("extensions", _): true
        default: false
        }
    }
}
