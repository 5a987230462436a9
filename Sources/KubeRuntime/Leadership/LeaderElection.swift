import FoundationEssentials
public import KubeClient
import KubeCore
import Logging

/// Why a leader leads no more although it did not want to stop.
public struct LeaseLost: Error, Hashable, Sendable, CustomStringConvertible {
    /// `namespace/name`.
    public var lease: String
    public var problem: String

    public var description: String { "the lease \(lease) is lost: \(problem)" }
}

/// Lets one process at a time lead, by a Lease that it has to renew.
///
/// Another takes over as soon as the leader has stopped in good order, or when it was not seen to renew for as long as
/// its lease lasts. Clocks of other machines do not matter, only how fast they run.
public struct LeaderElection: Sendable {
    /// How long things last.
    public struct Terms: Hashable, Sendable {
        /// Others have to wait so long after a renewal; whole seconds, from 3.
        public var lease = Duration.seconds(10)
        /// So long before that, the leader stops to write.
        public var margin = Duration.seconds(2)
        /// Between renewals.
        public var renewal = Duration.seconds(2)
        /// Between attempts that fail.
        public var pause = Duration.seconds(1)

        public init() {}
    }

    let client: APIClient
    let namespace: String
    let name: String
    /// Of this process alone.
    public let identity: String
    /// What others find the Lease by.
    let labels: [String: String]
    let terms: Terms
    let timeline: Timeline

    /// - Parameters:
    ///   - client: What to ask.
    ///   - namespace: Where the Lease is kept.
    ///   - name: The Lease's name.
    ///   - identity: Of this process alone, also after a restart in the same place.
    ///   - terms: How long things last.
    ///   - clock: What waits, and measures the lease; one that goes on while the machine sleeps.
    public init(
        client: APIClient, namespace: String, name: String, identity: String, terms: Terms = Terms(),
        clock: some Clock<Duration> = ContinuousClock()
    ) {
        // Waiting and trying again is done here, where the end is known.
        self.client = client.retrying(.never)
        self.namespace = namespace
        self.name = name
        self.identity = identity
        self.terms = terms
        labels = [:]
        timeline = Timeline(clock)
    }

    /// One of several elections of a process, on one clock.
    init(
        client: APIClient, namespace: String, name: String, labels: [String: String], identity: String,
        terms: Terms, timeline: Timeline
    ) {
        self.client = client.retrying(.never)
        self.namespace = namespace
        self.name = name
        self.labels = labels
        self.identity = identity
        self.terms = terms
        self.timeline = timeline
    }

    /// Waits until this process leads, works, and lets go of the lease when the work is done.
    ///
    /// Whoever wants to stop lets `work` return: a cancel of the task breaks everything off, and the lease runs out.
    ///
    /// - Parameters:
    ///   - sighting: What is known of the Lease already.
    ///   - work: Cancelled when the lease is lost; what it writes has to ask the token, see ``LeasedTransport``.
    /// - Returns: What the work came to.
    /// - Throws: ``LeaseLost``, what `work` throws, or `CancellationError` if it never came to lead.
    public func lead<Value: Sendable>(
        knowing sighting: LeaseSighting = .unknown,
        _ work: @escaping @Sendable (LeaseToken) async throws -> Value
    ) async throws -> Value {
        let held = try await acquire(knowing: sighting)
        Logger.current.notice("leading", metadata: ["lease": "\(path)", "identity": "\(identity)"])
        defer { held.token.revoke() }
        do {
            let value = try await working(held, work)
            await release(held)
            return value
        } catch let lost as LeaseLost {
            Logger.current.warning("leading no more", metadata: ["lease": "\(path)", "error": "\(lost)"])
            throw lost
        } catch {
            await release(held)
            throw error
        }
    }

    /// Works, and renews the lease at its side, until one of both ends.
    private func working<Value: Sendable>(
        _ held: HeldLease, _ work: @escaping @Sendable (LeaseToken) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work(held.token) }
            group.addTask {
                let problem = await keep(held)
                // Writers must be told before the work is.
                held.token.revoke()
                if Task.isCancelled { return nil }
                throw LeaseLost(lease: path, problem: problem)
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    var path: String { "\(namespace)/\(name)" }

    /// The time as Leases have it.
    static func microTime() -> String {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return "\(Date().formatted(format).dropLast())000Z"
    }
}
