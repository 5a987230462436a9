import KubeClient
import KubeCore
import SyncEngine

/// The two ways in which a running operation learns of a change (I4): watches, which tell at once, and direct reads,
/// which find out within seconds where a watch is open and dead.
struct Detectors: Sendable {
    var cluster: Cluster
    var tracking: Tracking
    /// Tells of changes at once.
    var supply: any LiveSupply
    var places: Set<WatchedPlace>
    var view: LiveView
    /// How long a server may give no answer to anything before it counts as gone for good.
    var patience: Duration

    // MARK: Direct reads

    /// Reads each awaited object directly, first after a second, then ever more seldom, until cancelled.
    ///
    /// - Throws: Why the server cannot be reached, once that has lasted for longer than ``patience``.
    func probe() async throws(ClientFailure) {
        let clock = ContinuousClock()
        let reader = DirectReader(cluster: cluster, tracking: tracking, view: view)
        var pause = 1
        var before: Set<ObjectKey> = []
        var missing: [ObjectKey: String] = [:]
        var silentSince: ContinuousClock.Instant?
        while !Task.isCancelled {
            // Fails only when cancelled, which the loop sees by itself.
            try? await clock.sleep(for: .seconds(pause))
            let awaited = view.awaited
            let keys = Set(awaited.map(\.0))
            pause = keys == before ? min(pause * 2, 15) : 1
            before = keys
            let begun = clock.now
            let findings = await reader.read(awaited)
            missing = absorb(findings, missedBefore: missing)
            if !missing.isEmpty { pause = 1 }
            guard let silence = silence(findings) else {
                silentSince = nil
                continue
            }
            let start = silentSince ?? begun
            silentSince = start
            if clock.now - start >= patience, !silence.isCancelled { throw silence }
        }
    }

    /// Puts into the view what was found.
    ///
    /// An object that goes unexpectedly is believed to be gone the second time that it is missed: until then a watch
    /// that lives tells in which state it went, and that counts for a hook (D2).
    ///
    /// - Returns: What was missed for the first time.
    private func absorb(
        _ findings: [(ObjectKey, DirectReader.Finding)], missedBefore: [ObjectKey: String]
    ) -> [ObjectKey: String] {
        var missing: [ObjectKey: String] = [:]
        for (key, finding) in findings {
            switch finding {
            case .found(let object):
                view.put(object, as: key)
            case .missing(let uid) where uid.isEmpty:
                continue
            case .missing(let uid):
                if missedBefore[key] == uid || view.object(key)?.isBeingDeleted == true {
                    view.remove(key, uid: uid)
                } else {
                    missing[key] = uid
                }
            case .unknown:
                continue
            }
        }
        return missing
    }

    /// Why nothing at all was answered; `nil` if something was.
    private func silence(_ findings: [(ObjectKey, DirectReader.Finding)]) -> ClientFailure? {
        var last: ClientFailure?
        for (_, finding) in findings {
            guard case .unknown(let failure?) = finding, failure.isSilence else { return nil }
            last = failure
        }
        return last
    }
}

extension ClientFailure {
    /// Whether nobody is there who could say anything of an object: the server is away, or no longer knows us.
    fileprivate var isSilence: Bool {
        switch self {
        case .transport: true
        case .refused(let failure): [401, 502, 503, 504].contains(failure.code)
        case .undecodable: false
        }
    }
}
