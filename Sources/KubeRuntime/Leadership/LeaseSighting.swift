public import KubeCore

/// What is known of a Lease, and since when it has stood like that by our own clock.
public enum LeaseSighting: Hashable, Sendable {
    /// Nobody has looked yet.
    case unknown
    case absent
    /// `since`: when this record was first seen here; the times in it are those of another machine.
    case present(LeaseRecord, object: KubeObject, since: Duration)

    /// Takes what was seen; that the same record was seen again says nothing of its holder.
    ///
    /// - Parameters:
    ///   - lease: `nil` if there is none.
    ///   - now: When it was seen, at the latest.
    public mutating func see(_ lease: KubeObject?, at now: Duration) {
        guard let lease else {
            self = .absent
            return
        }
        let record = LeaseRecord(lease)
        if case .present(record, object: _, let since) = self {
            self = .present(record, object: lease, since: since)
        } else {
            self = .present(record, object: lease, since: now)
        }
    }
}

/// What somebody who wants to lead does next. Pure.
public enum LeaseDecision: Hashable, Sendable {
    /// Look at the Lease.
    case look
    /// Make the Lease, with ourselves in it.
    case create
    /// Write ourselves into this Lease, if it still stands like that.
    case take(LeaseRecord, object: KubeObject)
    /// Somebody leads: wait for a change, at most until then.
    case wait(until: Duration)

    /// Decides on what is known.
    ///
    /// A holder has to wait its duration out after it was last *seen* to renew; a clean stop leaves no holder.
    public static func next(for identity: String, seeing sighting: LeaseSighting, at now: Duration)
        -> LeaseDecision
    {
        switch sighting {
        case .unknown: return .look
        case .absent: return .create
        case .present(let record, let object, let since):
            let isFree = record.holder.isEmpty || record.holder == identity
            let end = since + record.duration
            return isFree || now >= end ? .take(record, object: object) : .wait(until: end)
        }
    }
}

/// What a leader does after it tried to renew. Pure.
public enum RenewalDecision: Hashable, Sendable {
    case keep
    case tryAgain
    /// We lead no more.
    case giveUp(String)

    /// Decides on what the Lease looks like after a renewal was refused because it had changed.
    public static func next(for identity: String, seeing lease: KubeObject?) -> RenewalDecision {
        guard let lease else { return .giveUp("the Lease was deleted") }
        let holder = LeaseRecord(lease).holder
        if holder == identity { return .tryAgain }
        return .giveUp(holder.isEmpty ? "the Lease was emptied" : "\(holder) holds the Lease now")
    }
}
