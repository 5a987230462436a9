import KubeCore

/// What is known of several Leases, by their names. Pure.
struct LeaseSightings: Sendable {
    private(set) var all: [String: LeaseSighting] = [:]

    /// Of one that nobody has seen it is not known whether it is there.
    subscript(name: String) -> LeaseSighting { all[name] ?? .unknown }

    /// Takes a Lease as it was seen.
    mutating func see(_ lease: KubeObject, at now: Duration) {
        all[lease.name, default: .unknown].see(lease, at: now)
    }

    /// Takes a change that a watch has told of; what is not in a list of all is gone.
    mutating func see(_ change: WatchChange, at now: Duration) {
        switch change {
        case .replaced(let leases, _):
            let names = Set(leases.map(\.name))
            all = all.filter { names.contains($0.key) }
            for lease in leases { see(lease, at: now) }
        case .changed(let lease): see(lease, at: now)
        case .removed(let lease): all[lease.name] = nil
        }
    }
}
