import KubeClient
import KubeCore
import KubeRuntime
import SyncEngine

/// The two ways in which a running operation learns of a change (I4): watches, which tell at once, and direct reads,
/// which find out within seconds where a watch is open and dead.
struct Detectors: Sendable {
    /// One kind in one namespace; empty for the cluster.
    struct Place: Hashable {
        var kind: GroupVersionKind
        var namespace: String
    }

    var cluster: Cluster
    var tracking: Tracking
    var places: Set<Place>
    var view: LiveView
    /// How long a server may give no answer to anything before it counts as gone for good.
    var patience: Duration

    // MARK: Watches

    /// Keeps a watch on every place, until cancelled.
    func watch() async {
        await withTaskGroup(of: Void.self) { group in
            for place in places {
                group.addTask { await watch(place) }
            }
        }
    }

    private func watch(_ place: Place) async {
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
