import KubeClient
import KubeCore
public import KubeRuntime
public import SyncEngine
import Synchronization

/// The Lease that a process holds while it runs the operation of one Application without leading: no controller, and no
/// other process, goes on with that operation meanwhile.
public enum OperationHold {
    /// How long things last: a sync outlives an API server that is away for a while.
    public static var terms: LeaderElection.Terms {
        var terms = LeaderElection.Terms()
        terms.lease = .seconds(30)
        terms.margin = .seconds(5)
        terms.renewal = .seconds(5)
        return terms
    }

    /// The Lease's name in the controller's namespace.
    ///
    /// - Parameter tracking: Of the Application.
    /// - Returns: What can be the name of an object.
    public static func name(of tracking: Tracking) -> String {
        "syncctl-sync-" + tracking.labelValue.lowercased().replacing("_", with: ".")
    }
}

/// Whether operations are held by processes that do not lead, as far as has been seen.
final class ForeignHolds: Sendable {
    private let sightings = Mutex<[ObjectKey: LeaseSighting]>([:])
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    init() {
        start = clock.now
    }

    /// Looks whether somebody else runs the operation of an Application.
    ///
    /// - Parameters:
    ///   - key: The Application.
    ///   - tracking: Of the Application.
    ///   - client: What is asked.
    ///   - home: The controller's namespace.
    /// - Returns: After how long to look again; `nil` where nobody does. A holder that is gone was not seen to renew for
    ///   as long as its Lease lasts.
    /// - Throws: ``KubeClient/ClientFailure``.
    func wait(
        for key: ObjectKey, _ tracking: Tracking, _ client: APIClient, in home: String
    ) async throws(ClientFailure) -> Duration? {
        let lease = try await client.get(
            LeaseRecord.resource, namespace: home, name: OperationHold.name(of: tracking))
        let now = start.duration(to: clock.now)
        return sightings.withLock { sightings in
            var sighting = sightings[key] ?? .unknown
            sighting.see(lease, at: now)
            switch LeaseDecision.next(for: "", seeing: sighting, at: now) {
            case .wait(let end):
                sightings[key] = sighting
                return min(end - now, .seconds(5))
            case .look, .create, .take:
                sightings[key] = nil
                return nil
            }
        }
    }
}
