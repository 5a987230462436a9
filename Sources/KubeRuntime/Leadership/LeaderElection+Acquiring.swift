import KubeClient
import KubeCore
import Logging
import Synchronization

/// The lease as we last wrote it, and the right that it gives.
final class HeldLease: Sendable {
    let token: LeaseToken
    private let object: Mutex<KubeObject>

    init(_ object: KubeObject, _ token: LeaseToken) {
        self.object = Mutex(object)
        self.token = token
    }

    var lease: KubeObject {
        get { object.withLock { $0 } }
        set { object.withLock { $0 = newValue } }
    }
}

/// What a process that waits for a lease knows of it: told by a watch, looked at when it is to be taken.
private final class LeaseWatch: Sendable {
    private let sighting: Mutex<LeaseSighting>
    let bell = Bell()

    init(_ sighting: LeaseSighting) { self.sighting = Mutex(sighting) }

    var known: LeaseSighting { sighting.withLock { $0 } }

    func see(_ lease: KubeObject?, at now: Duration) {
        sighting.withLock { $0.see(lease, at: now) }
        bell.ring()
    }
}

extension LeaderElection {
    /// Waits until the lease is ours.
    func acquire(knowing sighting: LeaseSighting) async throws -> HeldLease {
        let watch = LeaseWatch(sighting)
        return try await withThrowingTaskGroup(of: HeldLease?.self) { group in
            group.addTask {
                await follow(watch)
                return nil
            }
            group.addTask { await compete(watch) }
            defer { group.cancelAll() }
            while let held = try await group.next() {
                if let held { return held }
            }
            throw CancellationError()
        }
    }

    /// Tells of every change of the Lease at once. A watch that is dead only makes us later.
    private func follow(_ watch: LeaseWatch) async {
        let target = WatchTarget(
            LeaseRecord.resource, namespace: namespace, fieldSelector: "metadata.name=\(name)")
        for await change in Watcher(target, client: client) {
            switch change {
            case .replaced(let leases, _): watch.see(leases.first, at: timeline.now)
            case .changed(let lease): watch.see(lease, at: timeline.now)
            case .removed: watch.see(nil, at: timeline.now)
            }
        }
    }

    private func compete(_ watch: LeaseWatch) async -> HeldLease? {
        var failures = 0
        while !Task.isCancelled {
            do throws(ClientFailure) {
                if let held = try await attempt(watch) { return held }
                failures = 0
            } catch {
                failures += 1
                // The second in a row is worth a warning; the later ones are the same fact.
                Logger.current.log(
                    level: failures == 2 ? .warning : .debug, "the lease cannot be had for the moment",
                    metadata: ["lease": "\(path)", "error": "\(error)"])
                await timeline.sleep(until: timeline.now + terms.pause)
            }
        }
        return nil
    }

    /// One step towards the lease; `nil` if it is not ours after it.
    private func attempt(_ watch: LeaseWatch) async throws(ClientFailure) -> HeldLease? {
        switch LeaseDecision.next(for: identity, seeing: watch.known, at: timeline.now) {
        case .look:
            watch.see(try await read(), at: timeline.now)
            return nil
        case .wait(let end):
            await watch.bell.wait(until: end, on: timeline)
            return nil
        case .create:
            return try await write(
                KubeObject(["metadata": ["name": .string(name), "namespace": .string(namespace)]]),
                transitions: 0, watch)
        case .take(let record, let object):
            return try await write(object, transitions: record.transitions + 1, watch)
        }
    }

    private func write(
        _ object: KubeObject, transitions: Int64, _ watch: LeaseWatch
    ) async throws(ClientFailure) -> HeldLease? {
        let time = Self.microTime()
        let record = LeaseRecord(
            holder: identity, seconds: terms.lease.components.seconds, acquireTime: time, renewTime: time,
            transitions: transitions)
        let sent = timeline.now
        do throws(ClientFailure) {
            let written = try await put(record, into: object)
            return HeldLease(written, LeaseToken(identity: identity, until: end(sent), on: timeline))
        } catch {
            guard error.isConflict || error.isAlreadyExists || error.isNotFound else { throw error }
            // Somebody was faster, or the watch is late: what counts is how it stands now.
            let lease = try await read()
            watch.see(lease, at: timeline.now)
            // A namespace that is not there answers like a Lease that went.
            if error.isNotFound, lease == nil { throw error }
            return nil
        }
    }

    func read() async throws(ClientFailure) -> KubeObject? {
        try await client.get(LeaseRecord.resource, namespace: namespace, name: name)
    }

    /// Writes a record, if the Lease still is as it was read.
    func put(_ record: LeaseRecord, into object: KubeObject) async throws(ClientFailure) -> KubeObject {
        var lease = object
        lease["apiVersion"] = .string(LeaseRecord.resource.kind.apiVersion)
        lease["kind"] = .string(LeaseRecord.resource.kind.kind)
        lease["spec"] = record.spec
        for (key, value) in labels { lease.setLabel(key, value) }
        return object.resourceVersion.isEmpty
            ? try await client.create(lease, as: LeaseRecord.resource)
            : try await client.update(lease, as: LeaseRecord.resource)
    }

    /// When the right ends that a renewal gives which was sent then.
    func end(_ sent: Duration) -> Duration { sent + terms.lease - terms.margin }
}
