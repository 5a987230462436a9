import KubeCore

/// Which processes are there to share the work, by the Leases that they renew; and who works on what. Pure.
struct ShardRoll: Sendable {
    private var sightings = LeaseSightings()
    private let shards: [String]

    init(shards: Int) {
        self.shards = ShardRing(shards: shards).members
    }

    /// Takes a change of the Leases of processes.
    mutating func see(_ change: WatchChange, at now: Duration) {
        sightings.see(change, at: now)
    }

    /// The processes that were seen to live.
    func members(at now: Duration) -> Set<String> {
        Set(
            present.compactMap { record, since, _ in
                record.holder.isEmpty || now >= since + record.duration ? nil : record.holder
            })
    }

    /// When a process that is not seen again will count as gone.
    func nextExpiry(after now: Duration) -> Duration? {
        present.map { $0.since + $0.record.duration }.filter { $0 > now }.min()
    }

    /// Leases whose processes have been gone for long: nobody else removes them.
    func abandoned(at now: Duration) -> [KubeObject] {
        present.filter { now >= $0.since + $0.record.duration * 10 }.map(\.object)
    }

    /// The shards that fall to a process, as all who see the same find them.
    func shards(of identity: String, at now: Duration) -> Set<String> {
        Set(ShardRing(members(at: now)).evenOwners(of: shards).filter { $0.value == identity }.map(\.key))
    }

    private var present: [(record: LeaseRecord, since: Duration, object: KubeObject)] {
        sightings.all.values.compactMap { sighting in
            guard case .present(let record, let object, let since) = sighting else { return nil }
            return (record, since, object)
        }
    }
}
