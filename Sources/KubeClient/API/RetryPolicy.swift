public import KubeCore

/// When a request that failed is sent again, and how long to wait before.
///
/// Pure: the waiting is done by ``APIClient``.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a request is sent at most.
    public var attempts: Int
    /// How often a request is sent at most that nobody answered in time; its time-out has cost enough
    /// already.
    public var attemptsAfterTimeout: Int
    /// The upper end of the first wait; it doubles with each.
    public var firstDelay: Duration
    /// No wait is longer, whatever the server asks for.
    public var longestDelay: Duration

    public init(
        attempts: Int = 6, attemptsAfterTimeout: Int = 2, firstDelay: Duration = .milliseconds(250),
        longestDelay: Duration = .seconds(30)
    ) {
        self.attempts = attempts
        self.attemptsAfterTimeout = attemptsAfterTimeout
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
    }

    public static let standard = RetryPolicy()
    public static let never = RetryPolicy(attempts: 1)

    /// What to do after a failure.
    public enum Decision: Hashable, Sendable {
        case giveUp
        case again(after: Duration)
    }

    /// What was tried so far.
    public struct History: Hashable, Sendable {
        /// Requests sent.
        public var attempts = 0
        /// Of these, how many were interrupted.
        public var interruptions = 0

        public init() {}
    }

    /// Decides on a failure.
    ///
    /// - Parameters:
    ///   - failure: How the last attempt ended.
    ///   - repeatable: Whether it does no harm to carry the request out twice.
    ///   - history: The attempts so far, the failed one included.
    ///   - random: From 0 to below 1, so that many clients do not come back at once.
    /// - Returns: Whether and when to send again.
    public func decision(
        after failure: ClientFailure, repeatable: Repeatability, history: History, random: Double
    ) -> Decision {
        guard history.attempts < attempts else { return .giveUp }
        let delay = backoff(history.attempts, random)
        switch failure {
        case .transport(let failure):
            return decision(after: failure.reason, repeatable, history, delay)
        case .refused(let failure):
            guard Self.isWorthRepeating(failure, repeatable) else { return .giveUp }
            let asked = failure.retryAfterSeconds.map { min(.seconds($0), longestDelay) } ?? .zero
            // The server's wish is the earliest moment; what it asks of everyone is spread a little.
            return .again(after: asked > .zero ? asked + backoff(1, random) : delay)
        case .undecodable:
            return .giveUp
        }
    }

    private func decision(
        after reason: TransportFailure.Reason, _ repeatable: Repeatability, _ history: History,
        _ delay: Duration
    ) -> Decision {
        switch reason {
        case .unreachable:
            return .again(after: delay)
        case .interrupted:
            guard repeatable != .never else { return .giveUp }
            // A server that goes away in good order, or balances its load, ends connections: the next one
            // works.
            return .again(after: history.interruptions == 1 ? .zero : delay)
        case .timedOut:
            guard repeatable != .never, history.attempts < attemptsAfterTimeout else { return .giveUp }
            return .again(after: delay)
        case .untrusted, .misconfigured, .tooLarge, .cancelled:
            return .giveUp
        }
    }

    private static func isWorthRepeating(_ failure: APIFailure, _ repeatable: Repeatability) -> Bool {
        switch failure.code {
        // Turned away before anything was done.
        case 429: true
        case 502, 503, 504: repeatable != .never
        // `ServerTimeout` is the server's own word for "try again"; other 500 are mostly a webhook's verdict.
        case 500: repeatable == .reading || (repeatable == .writing && failure.reason == "ServerTimeout")
        default: false
        }
    }

    /// Half of the doubled delay is certain, half is chance.
    private func backoff(_ attempt: Int, _ random: Double) -> Duration {
        let doublings = min(max(attempt - 1, 0), 16)
        return min(firstDelay * (1 << doublings), longestDelay) * (0.5 + random / 2)
    }
}

/// Whether a request may be carried out twice.
public enum Repeatability: Hashable, Sendable {
    /// It changes nothing.
    case reading
    /// It changes something, and doing it again changes nothing more.
    case writing
    case never
}

extension APIRequest {
    /// Whether this request may be carried out twice, as when the answer to the first was lost.
    public var repeatability: Repeatability {
        switch verb {
        case .get, .list, .watch: .reading
        case .create: isDryRun ? .writing : .never
        case .update(let object): isDryRun || !object.resourceVersion.isEmpty ? .writing : .never
        case .patch(.apply), .patch(.merge): .writing
        case .patch(.json), .patch(.strategicMerge): isDryRun ? .writing : .never
        // Without the UID it could hit the next object of that name.
        case .delete(let options): isDryRun || options.uid != nil ? .writing : .never
        }
    }
}
