import Foundation
import KubeClient
import KubeCore
import KubeRuntime
import TestSupport
import Testing

/// How long nobody leads, in real time; printed, since a busy machine is slower.
@Suite(
    "hand-over, measured", .onEachServer, .serialized, .timeLimit(.minutes(3)),
    .enabled(if: ProcessInfo.processInfo.environment["SYNCCTL_TEST_MEASURE"] != nil))
struct HandOverMeasurements {
    @Test("from the end of one leader to the beginning of the next", arguments: [true, false])
    func handOver(_ isKilled: Bool) async throws {
        let cluster = try RuntimeCluster.current
        let transport = SwitchedTransport(cluster.transport)
        func election(_ name: String, _ transport: any HTTPTransport) -> LeaderElection {
            LeaderElection(
                client: APIClient(transport: transport), namespace: "default",
                name: "measured-\(cluster.suffix)",
                identity: name)
        }
        let (leads, report) = AsyncStream<LeaseToken>.makeStream()
        let (stops, stop) = AsyncStream<Void>.makeStream()
        var tokens = leads.makeAsyncIterator()
        let clock = ContinuousClock()
        try await withThrowingTaskGroup { group in
            group.addTask {
                try? await election("first", transport).lead { token in
                    report.yield(token)
                    for await _ in stops { break }
                }
            }
            let first = try #require(await tokens.next())
            group.addTask {
                try await election("second", cluster.transport).lead { report.yield($0) }
            }
            // Some renewals later, as in life.
            try await clock.sleep(for: .seconds(5))
            let start = clock.now
            if isKilled { transport.cut() } else { stop.yield() }
            _ = try #require(await tokens.next())
            let time = start.duration(to: clock.now)
            #expect(!first.isValid)
            print("\(TestServer.current.rawValue), \(isKilled ? "killed" : "stopped"): \(time)")
            stop.yield()
            try await group.waitForAll()
        }
    }
}
