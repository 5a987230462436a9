import KubeCore
import SyncEngine

/// Where an operation or a comparison finds what is live, and who is told of what an operation leaves: the watches that
/// a controller shares, or reads of a process's own.
struct LivePlace: Sendable {
    var cluster: Cluster
    /// What one application sees.
    var supply: @Sendable (Tracking) -> any LiveSupply
    /// Told what was live when an operation ended.
    var note: @Sendable ([ObjectKey: KubeObject], Tracking) -> Void
    /// Told which objects need not be kept in full any more, for whom.
    var abridge: @Sendable ([ProvenObject], Tracking) -> Void

    /// Where everything is watched already.
    init(_ shared: SharedWatches) {
        cluster = shared.cluster
        supply = { SharedReads(shared: shared, tracking: $0) }
        note = { shared.objects.note($0, labelled: $1.labelValue) }
        abridge = { shared.objects.abridge($0, labelled: $1.labelValue) }
    }

    /// Where one application is all that matters: only what is tracked to it is read.
    init(_ cluster: Cluster) {
        self.cluster = cluster
        supply = { OwnReads(cluster: cluster, tracking: $0) }
        note = { _, _ in }
        abridge = { _, _ in }
    }
}
