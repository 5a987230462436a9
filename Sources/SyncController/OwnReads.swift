import KubeClient
import KubeCore
import KubeRuntime
import SyncEngine

/// Lists and watches of one process for one application.
struct OwnReads: LiveSupply {
    var cluster: Cluster
    var tracking: Tracking

    func tracked(wanted: Set<GroupVersionKind>) async throws(ClientFailure) -> LiveReader.Tracked {
        try await LiveReader(cluster: cluster, tracking: tracking).tracked(wanted: wanted)
    }

    /// Nothing is abridged here.
    func whole(
        _ keys: [(ObjectKey, GroupVersionKind)]
    ) async throws(ClientFailure) -> [ObjectKey: KubeObject] {
        try await LiveReader(cluster: cluster, tracking: tracking).whole(keys)
    }

    /// Keeps a watch on every place.
    func feed(_ view: LiveView, from places: Set<WatchedPlace>) async {
        await withTaskGroup(of: Void.self) { group in
            for place in places {
                group.addTask { await watch(place, into: view) }
            }
        }
    }

    private func watch(_ place: WatchedPlace, into view: LiveView) async {
        guard let resource = await served(place.kind), resource.verbs.contains("watch") else { return }
        let target = WatchTarget(
            resource, namespace: resource.isNamespaced ? place.namespace : "",
            labelSelector: tracking.labelSelector)
        for await change in Watcher(target, client: cluster.client) {
            switch change {
            case .replaced(let objects, let version):
                view.replace(with: objects, asOf: version) { isShown($0, in: target) }
            case .changed(let object):
                view.put(object, as: object.key)
            case .removed(let last):
                view.depart(last, as: last.key)
            }
        }
    }

    /// The resource of a kind, as soon as it is known: the sync itself may bring it, and asks for it when it does.
    private func served(_ kind: GroupVersionKind) async -> APIResource? {
        while !Task.isCancelled {
            // A server that can't be asked now is asked again, as is one that does not know the kind yet.
            if let known = try? await cluster.discovery.catalog().known(kind) { return known }
            try? await Task.sleep(for: .seconds(1))
        }
        return nil
    }

    private func isShown(_ object: KubeObject, in target: WatchTarget) -> Bool {
        object.groupVersionKind.groupKind == target.resource.kind.groupKind
            && (target.namespace.isEmpty || object.namespace == target.namespace)
            && object.label(AnnotationKey.application) == tracking.labelValue
    }
}
