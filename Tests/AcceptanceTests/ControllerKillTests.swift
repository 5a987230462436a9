import Foundation
import KubeCore
import Subprocess
import TestSupport
import Testing

/// I1: the program as a controller, ended or frozen with a write, alone or while another one waits for its turn.
@Suite("A controller process that ends with a write", .onEachRecordingServer, .timeLimit(.minutes(15)))
struct ControllerKillTests {
    /// A sync of the hooks example writes about 22 times: each of them with `SYNCCTL_TEST_EVERY_KILL=yes`.
    static let places = some([5, 11, 19, 21], of: Array(1...22))
    static let placesOfLeader = some([7, 16], of: Array(1...22))
    /// Two Applications of one process write about 44 times.
    static let placesOfShard = some([13], of: Array(stride(from: 1, through: 43, by: 6)))

    /// A lease lasts 10 s: less than two of them, one after the other.
    private static let takeOver = Duration.seconds(15)

    private static func some(_ few: [Int], of all: [Int]) -> [Int] {
        ProcessInfo.processInfo.environment["SYNCCTL_TEST_EVERY_KILL"] == "yes" ? all : few
    }

    @Test("I1 killed: another process comes to the end, and every hook runs once", arguments: places)
    func killed(after count: Int) async throws {
        try await OwnStage.with { stage in
            try await stage.commitExample("hooks")
            try await stage.make()
            try await stage.askForSync()
            let proxy = try stage.proxy(afterWrites: count)
            try await stage.controller(["--no-leader-election"], through: proxy) { process in
                proxy.arm { process.signal(.kill) }
                try await stage.untilStruck(proxy)
                await process.ended()
            }
            try await stage.besideController { try await stage.checkEnd() }
        }
    }

    @Test("I1 a frozen leader wakes up when another has taken over: it writes no more", arguments: places)
    func frozen(after count: Int) async throws {
        try await OwnStage.with { stage in
            try await stage.commitExample("hooks")
            try await stage.make()
            let proxy = try stage.proxy(afterWrites: count)
            try await stage.controller([], through: proxy) { process in
                proxy.arm { process.signal(.suspend) }
                // It leads before the other one starts.
                try await stage.wait { $0["status", "sync", "status"] == "OutOfSync" }
                try await stage.besideController {
                    try await stage.askForSync()
                    try await stage.untilStruck(proxy)
                    try await stage.checkEnd()
                    let writes = proxy.writes
                    process.signal(.resume)
                    // It ends by itself, as a process that has lost its lease.
                    await process.ended()
                    #expect(proxy.writes == writes)
                }
            }
        }
    }

    @Test(
        "I1 a leader killed in a sync: the one that waits takes over in time, and every hook runs once",
        arguments: placesOfLeader)
    func killedLeader(after count: Int) async throws {
        try await handOver(.kill, afterWrites: count, within: Self.takeOver)
    }

    @Test("I1 a leader told to stop in a sync lets go: the one that waits takes over at once")
    func stoppedLeader() async throws {
        // 2 s are promised; a lease that had to run out would take 8 s at least.
        try await handOver(.terminate, afterWrites: 11, within: .seconds(7))
    }

    @Test(
        "I1 one of two that share the Applications is killed: the other brings all of them to their end",
        arguments: placesOfShard)
    func killedShare(after count: Int) async throws {
        try await OwnStage.with { stage in
            try await stage.commitExample("hooks")
            try await Fleet.with(stage, perShard: 2) { fleet in
                let first = try stage.proxy("syncctl-first", afterWrites: count)
                let second = try stage.proxy("syncctl-second")
                try await fleet.controller(through: first) { process in
                    first.arm { process.signal(.kill) }
                    let alone = try await stage.holders(until: Fleet.areHeld(by: 1))
                    let killed = alone[Fleet.shards[0]] ?? ""
                    try await fleet.controller(through: second) { _ in
                        let shared = try await stage.holders(until: Fleet.areHeld(by: 2))
                        try await fleet.sync()
                        try await stage.untilStruck(first, orAtEnd: fleet.atRest)
                        let start = ContinuousClock.now
                        await process.ended()
                        try await stage.holders { holders in
                            Fleet.areHeld(by: 1)(holders) && holders[Fleet.shards[0]] != killed
                        }
                        #expect(Self.told("a shard", count, since: start) < Self.takeOver)
                        for member in fleet.members {
                            try await stage.checkEnd(of: (member.name, member.destination))
                            let turns = try fleet.turns(member)
                            let mayBe =
                                shared[member.lease] == killed
                                ? [[first.name], [second.name], [first.name, second.name]] : [[second.name]]
                            #expect(mayBe.contains(turns), "\(member): \(turns)")
                        }
                        let passedOn = try fleet.members.filter { try fleet.turns($0).count == 2 }
                        #expect(!passedOn.isEmpty || count > 37)
                    }
                }
            }
        }
    }

    /// Signals a leader in a sync while another one waits for its turn, and checks the end.
    ///
    /// - Parameters:
    ///   - signal: What is sent.
    ///   - count: With which write.
    ///   - limit: How long it may take until the other one holds the Lease.
    /// - Throws: Whatever keeps the test from going on.
    private func handOver(_ signal: Signal, afterWrites count: Int, within limit: Duration) async throws {
        try await OwnStage.with { stage in
            try await stage.commitExample("hooks")
            let first = try stage.proxy("syncctl-first", afterWrites: count)
            let second = try stage.proxy("syncctl-second")
            try await stage.controller([], through: first) { process in
                first.arm { process.signal(signal) }
                let former = try await stage.leader()
                try await stage.controller([], through: second) { _ in
                    await second.watchesLeases()
                    try await stage.make()
                    try await stage.askForSync()
                    try await stage.untilStruck(first)
                    let start = ContinuousClock.now
                    _ = try await stage.leader(after: former)
                    #expect(Self.told("leader, signal \(signal.rawValue)", count, since: start) < limit)
                    await process.ended()
                    try await stage.checkEnd()
                    // With its last writes the sync is over: then there may be nothing left to write.
                    let turns = try stage.turns()
                    #expect(
                        turns == [first.name, second.name] || (count > 19 && turns == [first.name]),
                        "\(turns)")
                }
            }
        }
    }

    /// Prints how long it has taken to take over, with `SYNCCTL_TEST_MEASURE`.
    private static func told(
        _ what: String, _ count: Int, since start: ContinuousClock.Instant
    ) -> Duration {
        let time = start.duration(to: .now)
        if ProcessInfo.processInfo.environment["SYNCCTL_TEST_MEASURE"] != nil {
            print("taken over on the \(TestServer.current.rawValue) server, \(what), write \(count): \(time)")
        }
        return time
    }
}
