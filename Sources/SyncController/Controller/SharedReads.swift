import KubeClient
import KubeCore
import KubeRuntime
import SyncEngine
import Synchronization

/// The watches that all applications of a controller share: one a kind, in the version that was needed first.
///
/// - Rule: I10.
final class SharedWatches: Sendable {
    let cluster: Cluster
    let objects: TrackedObjects
    let watches: WatchSet
    /// Where is watched; empty for everywhere.
    private let namespaces: [String]
    /// The version in which a kind is watched.
    private let watched = Mutex<[GroupKind: APIResource]>([:])

    /// - Parameters:
    ///   - cluster: Where the objects are.
    ///   - namespaces: Where to watch; empty for everywhere.
    ///   - isOurs: Whether objects are kept, by the value of their tracking label.
    ///   - changed: Told which applications' objects differ now, by the value of the tracking label.
    init(
        cluster: Cluster, namespaces: [String], isOurs: @escaping @Sendable (String) -> Bool = { _ in true },
        changed: @escaping @Sendable (Set<String>) -> Void
    ) {
        let objects = TrackedObjects(isOurs: isOurs, changed: changed)
        self.cluster = cluster
        self.objects = objects
        self.namespaces = namespaces
        watches = WatchSet(
            client: cluster.client, namespaces: namespaces, labelSelector: AnnotationKey.application
        ) {
            objects.take($0, of: $1)
        }
    }

    /// Sees to it that objects of a kind are known from now on.
    ///
    /// - Parameter kind: In the version in which it is wanted.
    /// - Returns: `false` if we may not watch it; `true` also for a kind that the server does not know yet.
    /// - Throws: ``KubeClient/ClientFailure`` if the server can't be asked.
    func require(_ kind: GroupVersionKind) async throws(ClientFailure) -> Bool {
        if let known = watched.withLock({ $0[kind.groupKind] }) { return try await open(known) }
        guard let resource = try await cluster.discovery.catalog().known(kind) else { return true }
        guard resource.verbs.contains("watch"), resource.verbs.contains("list") else { return true }
        let first = watched.withLock { watched in
            let first = watched[kind.groupKind] ?? resource
            watched[kind.groupKind] = first
            return first
        }
        return try await open(first)
    }

    private func open(_ resource: APIResource) async throws(ClientFailure) -> Bool {
        switch await watches.require(resource) {
        case .watched: return true
        case .refused(.refused(let failure)) where failure.isForbidden: return false
        case .refused(.refused(let failure)) where failure.isNotFound || failure.code == 405:
            // The kind went away; it is looked up anew when somebody wants it again.
            watched.withLock { $0[resource.kind.groupKind] = nil }
            return true
        case .refused(let failure): throw failure
        }
    }

    /// Looks once through all kinds for objects that bear the tracking label, and watches those kinds: an application
    /// has objects to remove of kinds that no manifest names any more.
    func discover() async throws(ClientFailure) {
        let swept = try await cluster.discovery.catalog().listable.filter { resource in
            resource.verbs.contains("delete") && !SweptKinds.isExcluded(resource.kind)
        }
        let isUsed = try await concurrently(swept, limit: 16) { resource throws(ClientFailure) in
            try await self.hasTracked(resource)
        }
        for (resource, isUsed) in zip(swept, isUsed) where isUsed {
            _ = try await require(resource.kind)
        }
    }

    private func hasTracked(_ resource: APIResource) async throws(ClientFailure) -> Bool {
        for place in resource.isNamespaced && !namespaces.isEmpty ? namespaces : [""]
        where try await hasTracked(resource, in: place) {
            return true
        }
        return false
    }

    private func hasTracked(
        _ resource: APIResource, in namespace: String
    ) async throws(ClientFailure) -> Bool {
        var options = APIRequest.ListOptions(labelSelector: AnnotationKey.application)
        // From the server's cache: etcd would be read through, all objects of the kind, to find the first of ours.
        options.resourceVersion = "0"
        do {
            let request = APIRequest(
                .list(options), resource, namespace: namespace, form: .metadataOnly)
            return try await !cluster.client.page(request).items.isEmpty
        } catch .refused {
            // What we may not list there is watched where an application wants it.
            return false
        }
    }
}

/// What one application sees of the shared watches.
struct SharedReads: LiveSupply {
    var shared: SharedWatches
    var tracking: Tracking

    func tracked(wanted: Set<GroupVersionKind>) async throws(ClientFailure) -> LiveReader.Tracked {
        var unlisted: [GroupKind] = []
        for kind in wanted where try await !shared.require(kind) { unlisted.append(kind.groupKind) }
        var tracked = shared.objects.tracked(labelled: tracking.labelValue)
        tracked.unlisted = unlisted
        for (key, object) in try await inOtherVersions(tracked.objects, wanted) {
            tracked.objects[key] = object
            tracked.proofs[key] = nil
        }
        return tracked
    }

    func whole(
        _ keys: [(ObjectKey, GroupVersionKind)]
    ) async throws(ClientFailure) -> [ObjectKey: KubeObject] {
        let objects = try await LiveReader(cluster: shared.cluster, tracking: tracking).whole(keys)
        shared.objects.restore(objects.values)
        return objects
    }

    /// Objects that are watched in another version than they are wanted in, as the server shows them in that.
    private func inOtherVersions(
        _ objects: [ObjectKey: KubeObject], _ wanted: Set<GroupVersionKind>
    ) async throws(ClientFailure) -> [ObjectKey: KubeObject] {
        let versions = Dictionary(wanted.map { ($0.groupKind, $0) }) { first, _ in first }
        let others = objects.compactMap { key, object -> (ObjectKey, GroupVersionKind)? in
            guard let kind = versions[key.groupKind], kind != object.groupVersionKind else { return nil }
            return (key, kind)
        }
        guard !others.isEmpty else { return [:] }
        return try await LiveReader(cluster: shared.cluster, tracking: tracking).existing(others, beyond: [:])
    }

    /// Every change of the application's objects reaches the view; kinds that the sync itself brings are watched as
    /// soon as the server knows them.
    func feed(_ view: LiveView, from places: Set<WatchedPlace>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await shared.objects.feed(view, labelled: tracking.labelValue) }
            for kind in Set(places.map(\.kind)) {
                group.addTask { await watch(kind) }
            }
        }
    }

    private func watch(_ kind: GroupVersionKind) async {
        while !Task.isCancelled {
            // A server that can't be asked now is asked again, as is one that does not know the kind yet.
            if let known = try? await shared.cluster.discovery.catalog().known(kind) {
                _ = try? await shared.require(known.kind)
                return
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
