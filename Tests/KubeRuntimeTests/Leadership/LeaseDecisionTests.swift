import KubeCore
import KubeRuntime
import Testing

/// Who may lead, decided from what was seen of the Lease.
@Suite("lease decisions")
struct LeaseDecisionTests {
    private static func lease(
        _ holder: String, renewed: String = "10", seconds: Int64 = 10, version: String = "1"
    ) -> KubeObject {
        KubeObject([
            "metadata": ["name": "l", "resourceVersion": .string(version)],
            "spec": [
                "holderIdentity": .string(holder), "leaseDurationSeconds": .int(seconds),
                "renewTime": .string(renewed), "leaseTransitions": 3,
            ],
        ])
    }

    private static func take(_ lease: KubeObject) -> LeaseDecision {
        .take(LeaseRecord(lease), object: lease)
    }

    struct Row: CustomTestStringConvertible {
        var rule: String
        /// What was seen, and when in seconds.
        var seen: [(KubeObject?, Int)]
        var now: Int
        var decision: LeaseDecision
        var testDescription: String { rule }
    }

    static let rows = [
        Row(rule: "nobody has looked", seen: [], now: 5, decision: .look),
        Row(rule: "there is no Lease", seen: [(nil, 1)], now: 1, decision: .create),
        Row(
            rule: "somebody leads: wait its time out, counted from when it was seen here",
            seen: [(lease("other"), 4)], now: 5, decision: .wait(until: .seconds(14))),
        Row(
            rule: "seen again unchanged, the time runs on",
            seen: [(lease("other"), 4), (lease("other"), 9)], now: 10, decision: .wait(until: .seconds(14))),
        Row(
            rule: "a change of something else is no renewal, and the newest version is what is written over",
            seen: [(lease("other"), 4), (lease("other", version: "2"), 9)], now: 14,
            decision: take(lease("other", version: "2"))),
        Row(
            rule: "a renewal starts the time anew, whatever the other's clock says",
            seen: [(lease("other", renewed: "10"), 4), (lease("other", renewed: "3"), 9)], now: 14,
            decision: .wait(until: .seconds(19))),
        Row(
            rule: "not seen to renew for its own duration: taken", seen: [(lease("other", seconds: 3), 4)],
            now: 7,
            decision: take(lease("other", seconds: 3))),
        Row(
            rule: "stopped in good order: taken at once", seen: [(lease(""), 4)], now: 4,
            decision: take(lease(""))),
        Row(
            rule: "ours, although we did not hear so: taken", seen: [(lease("me"), 4)], now: 4,
            decision: take(lease("me"))),
        Row(
            rule: "a Lease that claims to last for ever does not",
            seen: [(lease("other", seconds: .max), 0)], now: 600,
            decision: take(lease("other", seconds: .max))),
        Row(
            rule: "a Lease that claims to last no time lasts a second",
            seen: [(lease("other", seconds: -5), 0)], now: 0, decision: .wait(until: .seconds(1))),
        Row(
            rule: "a Lease that says nothing has no holder", seen: [(KubeObject([:]), 0)], now: 0,
            decision: take(KubeObject([:]))),
        Row(
            rule: "the Lease went, for whatever reason", seen: [(lease("other"), 4), (nil, 5)], now: 5,
            decision: .create),
    ]

    @Test("who may lead", arguments: rows)
    func deciding(_ row: Row) {
        var sighting = LeaseSighting.unknown
        for (lease, time) in row.seen { sighting.see(lease, at: .seconds(time)) }
        #expect(LeaseDecision.next(for: "me", seeing: sighting, at: .seconds(row.now)) == row.decision)
    }

    @Test("a leader whose renewal was refused goes on only if the Lease still names it")
    func renewal() {
        #expect(RenewalDecision.next(for: "me", seeing: Self.lease("me", version: "9")) == .tryAgain)
        #expect(
            RenewalDecision.next(for: "me", seeing: Self.lease("other"))
                == .giveUp("other holds the Lease now"))
        #expect(RenewalDecision.next(for: "me", seeing: Self.lease("")) == .giveUp("the Lease was emptied"))
        #expect(RenewalDecision.next(for: "me", seeing: nil) == .giveUp("the Lease was deleted"))
    }
}

/// Who owns what.
@Suite("shard ring")
struct ShardRingTests {
    private static let keys = (0..<2000).map { "argocd/app-\($0)" }

    @Test("without members nobody owns anything; one owns all; doubles count once")
    func few() {
        #expect(ShardRing([]).owner(of: "a") == nil)
        #expect(ShardRing([]).evenOwners(of: ["a"]) == [:])
        #expect(ShardRing(["x", "x"]) == ShardRing(["x"]))
        #expect(Self.keys.allSatisfy { ShardRing(["x"]).owner(of: $0) == "x" })
    }

    @Test("the owner is the same in every process, in whatever order the members are named")
    func stable() {
        #expect(ShardRing(["a", "b", "c"]) == ShardRing(["c", "a", "b"]))
        #expect(["x", "y", "z"].map { ShardRing(shards: 3).owner(of: "argocd/\($0)") } == ["1", "1", "2"])
    }

    @Test(
        "a member that goes moves its own keys alone; one that comes takes from the others, and gives nothing",
        arguments: 2...6)
    func movement(_ count: Int) {
        let before = ShardRing(shards: count)
        let after = ShardRing(shards: count + 1)
        var moved = 0
        for key in Self.keys where before.owner(of: key) != after.owner(of: key) {
            moved += 1
            #expect(after.owner(of: key) == "\(count)")
        }
        // Its even share, within a quarter.
        let share = Self.keys.count / (count + 1)
        #expect((share * 3 / 4...share * 5 / 4).contains(moved))
    }

    @Test("nobody owns more than an even share of shards, and each shard has an owner", arguments: 1...7)
    func even(_ members: Int) {
        let ring = ShardRing((0..<members).map { "pod-\($0)" })
        for shards in 1...16 {
            let owners = ring.evenOwners(of: ShardRing(shards: shards).members)
            #expect(owners.count == shards)
            let most = Dictionary(grouping: owners.values) { $0 }.values.map(\.count).max() ?? 0
            #expect(most <= (shards + members - 1) / members)
        }
    }
}
