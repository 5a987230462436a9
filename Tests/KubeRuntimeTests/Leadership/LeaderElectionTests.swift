import KubeClient
import KubeCore
import KubeRuntime
import Synchronization
import TestSupport
import Testing

/// One leader at a time, on each API server; the clocks that wait are the test's.
@Suite("leader election", .onEachServer, .timeLimit(.minutes(2)))
struct LeaderElectionTests {
    /// What a process tells while it leads, and how the test ends it.
    private final class Process: Sendable {
        let clock = ManualClock()
        let election: LeaderElection
        let transport: SwitchedTransport
        private let tokens: AsyncStream<LeaseToken>
        private let report: AsyncStream<LeaseToken>.Continuation
        private let gate: AsyncStream<Void>
        private let open: AsyncStream<Void>.Continuation

        init(
            _ name: String, _ cluster: RuntimeCluster, _ terms: LeaderElection.Terms = LeaderElection.Terms()
        ) {
            transport = SwitchedTransport(cluster.transport)
            election = LeaderElection(
                client: APIClient(transport: transport), namespace: "default", name: "test-\(cluster.suffix)",
                identity: name, terms: terms, clock: clock)
            (tokens, report) = AsyncStream.makeStream()
            (gate, open) = AsyncStream.makeStream()
        }

        /// Leads until ``stop()``.
        func run() async throws {
            try await election.lead { token in
                self.report.yield(token)
                for await _ in self.gate { break }
                try Task.checkCancellation()
            }
        }

        func leads() async -> LeaseToken? {
            for await token in tokens { return token }
            return nil
        }

        func stop() { open.yield() }
    }

    private static func record(_ cluster: RuntimeCluster) async throws -> LeaseRecord? {
        try await cluster.client.get(
            LeaseRecord.resource, namespace: "default", name: "test-\(cluster.suffix)"
        ).map(LeaseRecord.init)
    }

    @Test("a clean stop hands over at once: the clock of the one who waits does not move")
    func handOver() async throws {
        let cluster = try RuntimeCluster.current
        let (first, second) = (Process("first", cluster), Process("second", cluster))
        try await withThrowingTaskGroup { group in
            group.addTask { try await first.run() }
            let token = try #require(await first.leads())
            #expect(token.isValid)
            #expect(try await Self.record(cluster)?.holder == "first")
            group.addTask { try await second.run() }
            // It has seen the Lease, and waits for it to run out.
            await second.clock.sleeper(for: .seconds(10))
            first.stop()
            let next = try #require(await second.leads())
            #expect(!token.isValid)
            #expect(next.isValid)
            let record = try #require(try await Self.record(cluster))
            #expect((record.holder, record.transitions) == ("second", 1))
            second.stop()
            try await group.waitForAll()
        }
        #expect(try await Self.record(cluster)?.holder == "")
    }

    @Test("after a kill another waits until the lease has run out by its own clock, and not longer")
    func takeOver() async throws {
        let cluster = try RuntimeCluster.current
        let (first, second) = (Process("first", cluster), Process("second", cluster))
        try await withThrowingTaskGroup { group in
            // Killed: it writes nothing any more, be it a renewal or a farewell.
            group.addTask { try? await first.run() }
            let token = try #require(await first.leads())
            first.transport.cut()
            group.addTask { try await second.run() }
            await second.clock.sleeper(for: .seconds(10))
            second.clock.advance(by: .milliseconds(9999))
            #expect(try await Self.record(cluster)?.holder == "first")
            second.clock.advance(by: .milliseconds(1))
            _ = try #require(await second.leads())
            #expect(try await Self.record(cluster)?.holder == "second")
            // Eight seconds after the first one's last renewal it may not write either, on its own clock.
            first.clock.advance(by: .seconds(8))
            #expect(!token.isValid)
            second.stop()
            group.cancelAll()
        }
    }

    @Test("a leader that cannot renew loses its right before another may lead, and its work is cancelled")
    func cutOff() async throws {
        let cluster = try RuntimeCluster.current
        let process = Process("first", cluster)
        async let ended: Void = process.run()
        let token = try #require(await process.leads())
        process.transport.cut()
        await process.clock.sleeper(for: .seconds(2))
        process.clock.advance(by: .seconds(2))
        await process.clock.sleeper(for: .seconds(1))
        #expect(token.isValid)
        process.clock.advance(by: .milliseconds(5999))
        #expect(token.remaining == .milliseconds(1))
        process.clock.advance(by: .milliseconds(1))
        #expect(!token.isValid)
        do {
            try await ended
            Issue.record("it still leads")
        } catch {
            #expect(error is LeaseLost)
        }
    }

    @Test("a renewal extends the right, counted from before it was sent")
    func renewing() async throws {
        let cluster = try RuntimeCluster.current
        let process = Process("first", cluster)
        async let ended: Void = process.run()
        let token = try #require(await process.leads())
        let before = try #require(try await Self.record(cluster))
        #expect(token.remaining == .seconds(8))
        for _ in 0..<3 {
            await process.clock.sleeper(for: .seconds(2))
            process.clock.advance(by: .seconds(2))
            while token.remaining != .seconds(8) { await Task.yield() }
        }
        let after = try #require(try await Self.record(cluster))
        #expect(after.renewTime != before.renewTime)
        #expect((after.acquireTime, after.transitions) == (before.acquireTime, before.transitions))
        process.stop()
        try await ended
    }

    @Test("a leader whose Lease somebody took or deleted leads no more", arguments: [true, false])
    func robbed(_ isDeleted: Bool) async throws {
        let cluster = try RuntimeCluster.current
        let process = Process("first", cluster)
        async let ended: Void = process.run()
        let token = try #require(await process.leads())
        if isDeleted {
            try await cluster.client.delete(
                LeaseRecord.resource, namespace: "default", name: "test-\(cluster.suffix)")
        } else {
            try await cluster.client.patch(
                .merge(["spec": ["holderIdentity": "robber"]]), of: LeaseRecord.resource,
                namespace: "default",
                name: "test-\(cluster.suffix)")
        }
        await process.clock.sleeper(for: .seconds(2))
        process.clock.advance(by: .seconds(2))
        do {
            try await ended
            Issue.record("it still leads")
        } catch let lost as LeaseLost {
            #expect(lost.problem == (isDeleted ? "the Lease was deleted" : "robber holds the Lease now"))
        }
        #expect(!token.isValid)
    }

    @Test("of many that want to lead one does; a label that somebody sets on the Lease does not end that")
    func crowd() async throws {
        let cluster = try RuntimeCluster.current
        let leading = Guarded(0)
        let processes = (0..<6).map { Process("process-\($0)", cluster) }
        try await withThrowingTaskGroup { group in
            for process in processes {
                group.addTask {
                    try await process.election.lead { token in
                        #expect(
                            leading.withLock {
                                $0 += 1; return $0
                            } == 1)
                        try await cluster.client.patch(
                            .merge(["metadata": ["labels": ["seen": .string(token.identity)]]]),
                            of: LeaseRecord.resource, namespace: "default", name: "test-\(cluster.suffix)")
                        await Task.yield()
                        leading.withLock { $0 -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(leading.withLock { $0 } == 0)
    }

    @Test("a process that is cancelled while it waits ends")
    func cancelled() async throws {
        let cluster = try RuntimeCluster.current
        let (first, second) = (Process("first", cluster), Process("second", cluster))
        async let ended: Void = first.run()
        _ = try #require(await first.leads())
        await withThrowingTaskGroup { group in
            group.addTask { try await second.run() }
            await second.clock.sleeper(for: .seconds(10))
            group.cancelAll()
            do {
                try await group.next()
                Issue.record("it came to lead")
            } catch {
                #expect(error is CancellationError)
            }
        }
        first.stop()
        try await ended
    }

    @Test("after the lease has ended nothing is written, whoever writes; reading goes on")
    func fence() async throws {
        let cluster = try RuntimeCluster.current
        let process = Process("first", cluster)
        async let ended: Void = process.run()
        let token = try #require(await process.leads())
        let client = APIClient(transport: LeasedTransport(cluster.transport, while: token), retry: .never)
        let name = "fence-\(cluster.suffix)"
        let object = KubeObject(["metadata": ["name": .string(name), "namespace": "default"]])
        try await client.create(object, as: .configMaps)
        process.transport.cut()
        process.clock.advance(by: .seconds(8))
        #expect(try await client.get(.configMaps, namespace: "default", name: name) != nil)
        do {
            try await client.delete(.configMaps, namespace: "default", name: name)
            Issue.record("it was written")
        } catch {
            #expect(error.isCancelled)
            #expect(
                error.description
                    == "DELETE /api/v1/namespaces/default/configmaps/\(name): not sent, because first leads no more"
            )
        }
        #expect(try await cluster.client.delete(.configMaps, namespace: "default", name: name))
        do {
            try await ended
            Issue.record("it still leads")
        } catch {
            #expect(error is LeaseLost)
        }
    }
}

/// A transport that can be cut, as by a network that is away: nothing arrives on either side any more.
final class SwitchedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let isCut = Mutex(false)

    init(_ base: any HTTPTransport) { self.base = base }

    func cut() { isCut.withLock { $0 = true } }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        try check()
        return try await base.send(request)
    }

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try check()
        return try await base.open(request)
    }

    private func check() throws(TransportFailure) {
        if isCut.withLock({ $0 }) { throw TransportFailure(.unreachable, "cut") }
    }
}
