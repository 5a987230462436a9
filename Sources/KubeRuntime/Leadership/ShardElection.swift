public import KubeClient
import KubeCore
import Logging

/// One shard's time with this process.
public struct ShardTerm: Sendable {
    /// From 0.
    public let shard: Int
    /// What writes for the shard has to ask it, see ``LeasedTransport``.
    public let token: LeaseToken
    fileprivate let isOver: HTTPLatch

    /// Returns when the work is to end in good order, because another process takes the shard over, or this one stops;
    /// also when the task is cancelled.
    public func untilOver() async { await isOver.wait() }
}

/// Shares a number of shards among the processes that are there, evenly.
///
/// Each process shows that it lives by a Lease of its own. Who they are decides which shard falls to whom
/// (``ShardRing``); a Lease of each shard sees to it that the old process has let go of it before the new one begins,
/// even while they do not agree on who is there.
public struct ShardElection: Sendable {
    private static let memberLabel = "syncctl.dev/shard-member"
    private static let shardLabel = "syncctl.dev/shard"

    private let client: APIClient
    private let namespace: String
    private let name: String
    private let identity: String
    private let shards: Int
    private let terms: LeaderElection.Terms
    private let timeline: Timeline

    /// - Parameters:
    ///   - client: What to ask.
    ///   - namespace: Where the Leases are kept.
    ///   - name: What their names begin with.
    ///   - identity: Of this process alone; as a name of an object may be.
    ///   - shards: How many there are; all processes have to agree.
    ///   - terms: How long things last.
    ///   - clock: What waits, and measures the leases.
    public init(
        client: APIClient, namespace: String, name: String, identity: String, shards: Int,
        terms: LeaderElection.Terms = LeaderElection.Terms(), clock: some Clock<Duration> = ContinuousClock()
    ) {
        self.client = client
        self.namespace = namespace
        self.name = name
        self.identity = identity
        self.shards = max(shards, 1)
        self.terms = terms
        timeline = Timeline(clock)
    }

    /// The shard that a key belongs to.
    public func shard(of key: String) -> Int {
        ShardRing(shards: shards).owner(of: key).flatMap { Int($0) } ?? 0
    }

    /// Works on what falls to this process, until it is stopped or the task is cancelled.
    ///
    /// - Parameters:
    ///   - stopped: Returns when this process is to stop: all work is ended in good order then.
    ///   - work: Works on one shard until ``ShardTerm/untilOver()`` returns; cancelled if the shard's lease is lost. At
    ///     most once at a time for each shard, among all processes.
    /// - Throws: ``LeaseLost`` if this process could not show any more that it lives: nothing falls to it then, and it
    ///   had better end, so that whoever watches over it makes a new one.
    public func run(
        until stopped: @escaping @Sendable () async -> Void,
        _ work: @escaping @Sendable (ShardTerm) async -> Void
    ) async throws {
        // What falls to this process; nil once it is stopped.
        let mine = Noticeboard<Set<String>?>([])
        let roll = Noticeboard(ShardRoll(shards: shards))
        // How long the holder of a shard has been silent, also while the shard is no business of ours: when it comes
        // to us because its holder is gone, that time is not waited out once more.
        let leases = Noticeboard(LeaseSightings())
        // Whether it was the work that has ended: all others only help.
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await show(while: mine)
                return false
            }
            group.addTask {
                await follow(Self.memberLabel) { change, now in roll.change { $0.see(change, at: now) } }
                return false
            }
            group.addTask {
                await follow(Self.shardLabel) { change, now in leases.change { $0.see(change, at: now) } }
                return false
            }
            group.addTask {
                await divide(roll, mine)
                return false
            }
            group.addTask {
                await withDiscardingTaskGroup { serving in
                    for shard in 0..<shards {
                        serving.addTask { await serve(shard, mine, leases, work) }
                    }
                    await stopped()
                    mine.change { $0 = nil }
                }
                return true
            }
            defer { group.cancelAll() }
            while try await group.next() == false {}
        }
        await leave()
    }

    // MARK: Who is there

    private func memberElection() -> LeaderElection {
        LeaderElection(
            client: client, namespace: namespace, name: memberLease, labels: [Self.memberLabel: name],
            identity: identity, terms: terms, timeline: timeline)
    }

    private var memberLease: String { "\(name)-member-\(identity)" }

    /// Shows that this process lives, until it is stopped. A Lease that is lost is made anew, as nobody else has a use
    /// for it; but not for ever.
    private func show(while mine: Noticeboard<Set<String>?>) async throws {
        var lost: LeaseLost?
        while mine.value != nil, !Task.isCancelled {
            do {
                try await show(while: mine, isAnew: lost != nil)
            } catch let error as LeaseLost {
                lost = error
            } catch {
                guard let lost, error is NotHadAgain else { return }
                throw lost
            }
        }
    }

    /// A Lease could not be made anew within a lease's time.
    private struct NotHadAgain: Error {}

    private func show(while mine: Noticeboard<Set<String>?>, isAnew: Bool) async throws {
        let isShown = Noticeboard(false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await memberElection().lead { _ in
                    isShown.change { $0 = true }
                    await mine.wait { $0 == nil }
                }
            }
            if isAnew {
                group.addTask {
                    await timeline.sleep(until: timeline.now + terms.lease)
                    guard isShown.value || Task.isCancelled else { throw NotHadAgain() }
                    await mine.wait { $0 == nil }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Does not leave the Lease behind; if it can't be deleted, others do that later.
    private func leave() async {
        _ = try? await client.retrying(.never).delete(
            LeaseRecord.resource, namespace: namespace, name: memberLease)
    }

    /// Tells of every change of the Leases with a label.
    private func follow(_ label: String, _ tell: (WatchChange, Duration) -> Void) async {
        let target = WatchTarget(
            LeaseRecord.resource, namespace: namespace, labelSelector: "\(label)=\(name)")
        for await change in Watcher(target, client: client) { tell(change, timeline.now) }
    }

    // MARK: Who works on what

    /// Finds out what falls to this process, whenever somebody comes or goes.
    private func divide(_ roll: Noticeboard<ShardRoll>, _ mine: Noticeboard<Set<String>?>) async {
        while !Task.isCancelled {
            let now = timeline.now
            let seen = roll.value
            let shards = seen.shards(of: identity, at: now)
            if let before = mine.value, before != shards {
                Logger.current.notice("shards", metadata: ["shards": "\(shards.sorted())"])
                mine.change { if $0 != nil { $0 = shards } }
            }
            for lease in seen.abandoned(at: now) { await remove(lease) }
            let members = seen.members(at: now)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await roll.wait { $0.members(at: timeline.now) != members } }
                if let expiry = seen.nextExpiry(after: now) {
                    group.addTask { await timeline.sleep(until: expiry) }
                }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func remove(_ lease: KubeObject) async {
        var options = APIRequest.DeleteOptions(uid: lease.uid)
        options.resourceVersion = lease.resourceVersion
        // Whoever is first removes it, and only as it was seen.
        _ = try? await client.retrying(.never).delete(
            LeaseRecord.resource, namespace: namespace, name: lease.name, options: options)
    }

    private func serve(
        _ shard: Int, _ mine: Noticeboard<Set<String>?>, _ leases: Noticeboard<LeaseSightings>,
        _ work: @escaping @Sendable (ShardTerm) async -> Void
    ) async {
        let own = "\(shard)"
        let election = election(of: shard)
        while !Task.isCancelled {
            await mine.wait { $0?.contains(own) != false }
            guard mine.value != nil, !Task.isCancelled else { return }
            let isLeading = Noticeboard(false)
            let isOver = HTTPLatch()
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    // What is lost is asked for again, if it still falls to us.
                    try? await election.lead(knowing: leases.value[election.name]) { token in
                        isLeading.change { $0 = true }
                        await work(ShardTerm(shard: shard, token: token, isOver: isOver))
                    }
                    return true
                }
                group.addTask {
                    await mine.wait { $0?.contains(own) != true }
                    isOver.open()
                    return false
                }
                let hasEnded = await group.next() ?? true
                // Work in progress ends by itself; waiting for the lease has to be ended.
                if hasEnded || !isLeading.value { group.cancelAll() }
            }
        }
    }

    private func election(of shard: Int) -> LeaderElection {
        LeaderElection(
            client: client, namespace: namespace, name: "\(name)-shard-\(shard)",
            labels: [Self.shardLabel: name],
            identity: identity, terms: terms, timeline: timeline)
    }
}
