public import KubeClient
public import KubeCore
public import SyncEngine

/// What an application has in the cluster, in full, for people to read.
public struct LiveManifests: Sendable {
    private let reader: LiveReader

    public init(cluster: Cluster, tracking: Tracking) {
        reader = LiveReader(cluster: cluster, tracking: tracking)
    }

    /// Reads the objects that bear the application's marks and are not made by others of them (S21, S26).
    ///
    /// - Returns: The objects by their keys, and the kinds that we may not list: objects of theirs are not known.
    /// - Throws: ``KubeClient/ClientFailure`` if the API server can't be asked.
    public func read() async throws(ClientFailure) -> (objects: [KubeObject], unlisted: [GroupKind]) {
        let tracked = try await reader.tracked(wanted: [])
        let own = tracked.objects.values.filter { !$0.hasOwner && reader.tracking.owns($0) }
        let whole = try await reader.existing(own.map { ($0.key, $0.groupVersionKind) }, beyond: [:])
        let shown = whole.values.sorted { $0.key < $1.key }.map { object in
            var object = object
            // As kubectl has it: who owns which field is longer than the object.
            object["metadata", "managedFields"] = nil
            return object
        }
        return (shown, tracked.unlisted)
    }
}
