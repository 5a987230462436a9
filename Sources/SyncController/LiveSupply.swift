import KubeClient
import KubeCore
import SyncEngine

/// Where the objects tracked to one application are read from, and who tells of their changes.
///
/// A process that does one sync asks the API server itself (``OwnReads``); a controller of many applications has
/// watched everything already.
protocol LiveSupply: Sendable {
    /// The tracked objects of every kind: whole where the kind is among `wanted`, else at least their metadata.
    func tracked(wanted: Set<GroupVersionKind>) async throws(ClientFailure) -> LiveReader.Tracked

    /// The objects in full, of which ``LiveReader/Tracked/proofs`` has said that they are abridged.
    ///
    /// - Parameter keys: Which, and in which version.
    /// - Returns: Those that are still there.
    /// - Throws: ``KubeClient/ClientFailure`` if the server can't be asked.
    func whole(_ keys: [(ObjectKey, GroupVersionKind)]) async throws(ClientFailure) -> [ObjectKey: KubeObject]

    /// Puts every change of tracked objects in these places into the view, until cancelled.
    func feed(_ view: LiveView, from places: Set<WatchedPlace>) async
}

/// One kind in one namespace; empty for the cluster.
struct WatchedPlace: Hashable {
    var kind: GroupVersionKind
    var namespace: String
}
