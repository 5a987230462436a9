import KubeClient
import KubeCore
import TestSupport
import Testing

@testable import KubeRuntime

/// Who is there, from what was seen of their Leases.
@Suite("shard roll")
struct ShardRollTests {
    private static func lease(_ holder: String, renewed: String = "1", of name: String? = nil) -> KubeObject {
        KubeObject([
            "metadata": ["name": .string(name ?? "member-\(holder)"), "uid": "u"],
            "spec": [
                "holderIdentity": .string(holder), "leaseDurationSeconds": 10, "renewTime": .string(renewed),
            ],
        ])
    }

    @Test("a process is there as long as it is seen to renew, by our own clock; one that left is not")
    func members() {
        var roll = ShardRoll(shards: 4)
        #expect(roll.members(at: .zero).isEmpty)
        roll.see(
            .replaced(
                [Self.lease("a"), Self.lease("b"), Self.lease("", of: "member-c")], resourceVersion: "1"),
            at: .zero)
        #expect(roll.members(at: .seconds(9)) == ["a", "b"])
        #expect(roll.nextExpiry(after: .zero) == .seconds(10))
        roll.see(.changed(Self.lease("a", renewed: "0")), at: .seconds(8))
        roll.see(.changed(Self.lease("b")), at: .seconds(8))
        #expect(roll.members(at: .seconds(10)) == ["a"])
        #expect(roll.nextExpiry(after: .seconds(10)) == .seconds(18))
        roll.see(.removed(Self.lease("a")), at: .seconds(10))
        #expect(roll.members(at: .seconds(10)).isEmpty)
        #expect(roll.abandoned(at: .seconds(99)).isEmpty)
        #expect(roll.abandoned(at: .seconds(100)).map(\.name).sorted() == ["member-b", "member-c"])
        roll.see(.replaced([Self.lease("d")], resourceVersion: "2"), at: .seconds(100))
        #expect(roll.members(at: .seconds(100)) == ["d"])
    }

    @Test("every shard falls to one of those who are there, and an even share to each")
    func shards() {
        var roll = ShardRoll(shards: 5)
        roll.see(.replaced(["a", "b"].map { Self.lease($0) }, resourceVersion: "1"), at: .zero)
        let shares = ["a", "b"].map { roll.shards(of: $0, at: .zero) }
        #expect(shares[0].union(shares[1]) == ["0", "1", "2", "3", "4"])
        #expect(shares[0].isDisjoint(with: shares[1]))
        #expect(shares.allSatisfy { $0.count <= 3 })
        #expect(roll.shards(of: "stranger", at: .zero).isEmpty)
    }
}

/// Processes that share shards, on each API server.
@Suite("shard election", .onEachServer, .timeLimit(.minutes(2)))
struct ShardElectionTests {
    /// Who works on which shard at the moment; notes if two do.
    private final class Floor: Sendable {
        let workers = Noticeboard<[Int: Set<String>]>([:])

        func enter(_ name: String, _ shard: Int) {
            workers.change { $0[shard, default: []].insert(name) }
            #expect(workers.value[shard]?.count == 1, "two work on shard \(shard)")
        }

        func leave(_ name: String, _ shard: Int) {
            workers.change { $0[shard]?.remove(name) }
        }

        static func shares(_ workers: [Int: Set<String>]) -> [String: Int] {
            Dictionary(workers.values.flatMap { $0 }.map { ($0, 1) }, uniquingKeysWith: +)
        }

        func wait(until shares: [String: Int]) async {
            await workers.wait { Self.shares($0) == shares }
        }
    }

    /// One process of several.
    private struct Process: Sendable {
        let name: String
        let clock = ManualClock()
        let transport: SwitchedTransport
        let election: ShardElection
        let stop = Noticeboard(false)

        init(_ name: String, _ cluster: RuntimeCluster) {
            self.name = name
            transport = SwitchedTransport(cluster.transport)
            election = ShardElection(
                client: APIClient(transport: transport), namespace: "default", name: "t-\(cluster.suffix)",
                identity: name, shards: 4, clock: clock)
        }

        func run(_ floor: Floor) async throws {
            try await election.run(until: { await stop.wait { $0 } }) { term in
                floor.enter(name, term.shard)
                await term.untilOver()
                floor.leave(name, term.shard)
            }
        }
    }

    private static func members(_ cluster: RuntimeCluster) async throws -> [String] {
        try await cluster.client.list(
            LeaseRecord.resource, namespace: "default",
            options: APIRequest.ListOptions(labelSelector: "syncctl.dev/shard-member=t-\(cluster.suffix)")
        ).items.map(\.name)
    }

    @Test("one takes all, a second gets its half of them at once, and gives them back when it stops")
    func comeAndGo() async throws {
        let cluster = try RuntimeCluster.current
        let (first, second) = (Process("first", cluster), Process("second", cluster))
        let floor = Floor()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await first.run(floor) }
            await floor.wait(until: ["first": 4])
            group.addTask { try await second.run(floor) }
            await floor.wait(until: ["first": 2, "second": 2])
            second.stop.change { $0 = true }
            await floor.wait(until: ["first": 4])
            first.stop.change { $0 = true }
            await floor.wait(until: [:])
        }
        #expect(try await Self.members(cluster).isEmpty)
    }

    @Test("the shards of a process that was killed go to the other once its leases have run out")
    func killed() async throws {
        let cluster = try RuntimeCluster.current
        let (first, second) = (Process("first", cluster), Process("second", cluster))
        let floor = Floor()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                // It does not stay, and do nothing.
                await #expect(throws: LeaseLost.self) { try await first.run(floor) }
            }
            await floor.wait(until: ["first": 4])
            group.addTask { try await second.run(floor) }
            await floor.wait(until: ["first": 2, "second": 2])
            first.transport.cut()
            // The first is not told: its right ends by its own clock, and it stops before the other begins.
            first.clock.advance(by: .seconds(8))
            await floor.wait(until: ["second": 2])
            await first.clock.sleeper(for: .seconds(10))
            first.clock.advance(by: .seconds(10))
            // The time of the shards runs beside that of the process, not after it: no second more than a lease.
            second.clock.advance(by: .seconds(10))
            await floor.wait(until: ["second": 4])
            second.stop.change { $0 = true }
            await floor.wait(until: [:])
        }
    }

    @Test("a key belongs to the same shard for every process")
    func keys() throws {
        let cluster = try RuntimeCluster.current
        let shards = (0..<100).map { Process("first", cluster).election.shard(of: "argocd/app-\($0)") }
        #expect(shards == (0..<100).map { Process("second", cluster).election.shard(of: "argocd/app-\($0)") })
        #expect(Set(shards) == [0, 1, 2, 3])
    }
}
