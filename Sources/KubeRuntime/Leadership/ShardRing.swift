/// Spreads keys over members so that each process finds the same owner by itself, and so that a member that comes or
/// goes moves only the keys that it gets or had.
///
/// Each key goes to the member that draws the highest number for it. Pure; the same in every process and version.
public struct ShardRing: Hashable, Sendable {
    /// Without doubles, in order.
    public let members: [String]

    public init(_ members: some Sequence<String>) {
        self.members = Set(members).sorted()
    }

    /// A ring of shards that are called `0`, `1`, … .
    public init(shards: Int) {
        self.init((0..<max(shards, 1)).map(String.init))
    }

    /// Whose the key is; `nil` if there is nobody.
    public func owner(of key: String) -> String? {
        ranked(for: key).first
    }

    /// Whose each key is, where nobody gets more than an even share: as many as it takes, rounded up.
    ///
    /// Moves a few more keys than ``owner(of:)`` when members change. For keys that are few and cost much, as shards
    /// are for the processes that work on them.
    ///
    /// - Returns: The owner by key; empty if there is nobody.
    public func evenOwners(of keys: some Sequence<String>) -> [String: String] {
        let keys = Set(keys).sorted()
        guard !members.isEmpty else { return [:] }
        let share = (keys.count + members.count - 1) / members.count
        var owners: [String: String] = [:]
        var counts: [String: Int] = [:]
        for key in keys {
            guard let owner = ranked(for: key).first(where: { counts[$0, default: 0] < share }) else {
                continue
            }
            owners[key] = owner
            counts[owner, default: 0] += 1
        }
        return owners
    }

    /// The members, those with the highest draw first.
    private func ranked(for key: String) -> [String] {
        members.map { ($0, Self.draw($0, key)) }.sorted { ($0.1, $0.0) > ($1.1, $1.0) }.map(\.0)
    }

    /// FNV-1a over both names, then the finalizer of MurmurHash3, so that similar names draw unlike numbers.
    private static func draw(_ member: String, _ key: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for name in [member, key] {
            for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = hash &* 0x100_0000_01b3
        }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ (hash >> 33)
    }
}
