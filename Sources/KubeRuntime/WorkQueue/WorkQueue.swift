import Synchronization

/// What came of the work of one key.
public enum WorkOutcome: Hashable, Sendable {
    /// Nothing more until somebody asks.
    case done
    /// To be done again, at the latest after that time.
    case again(after: Duration)
    /// To be done again, the later the more often in a row it failed, at the latest after that time if one is given.
    case failed(within: Duration? = nil)
}

/// Does work by key: each key once for any number of wishes, never twice at the same time, when it is due.
///
/// A wish that comes while its key is in work is fulfilled afterwards, once. So the work has to look at the state of
/// the world, not at what the wish was about.
///
/// - Rule: I3, I6.
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    /// How much there is to do.
    public struct Load: Hashable, Sendable {
        /// Keys that have work, due or not, begun or not.
        public var keys: Int
        /// Of these, the ones in work.
        public var running: Int
    }

    private struct State {
        var table: WorkTable<Key>
        var isStopped = false
    }

    private enum Step {
        case begin(Key)
        /// `nil`: until somebody asks.
        case wait(until: Duration?)
        case end
    }

    private let state: Mutex<State>
    private let bell = Bell()
    private let timeline: Timeline
    private let random: @Sendable () -> Double

    /// - Parameters:
    ///   - limit: Keys that may have work at the same time.
    ///   - backoff: How long to wait after failures.
    ///   - clock: What waits.
    ///   - random: From 0 to below 1; spreads the waits.
    public init(
        limit: Int = 100_000, backoff: Backoff = Backoff(first: .seconds(1), longest: .seconds(300)),
        clock: some Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        state = Mutex(State(table: WorkTable(limit: limit, backoff: backoff)))
        timeline = Timeline(clock)
        self.random = random
    }

    /// Asks for the work of a key; of several wishes the earliest counts.
    ///
    /// - Parameters:
    ///   - key: What to work on.
    ///   - delay: How long it may wait.
    /// - Returns: `false` if there is no place for another key: ask again later.
    @discardableResult
    public func add(_ key: Key, after delay: Duration = .zero) -> Bool {
        let due = timeline.now + max(delay, .zero)
        let isTaken = state.withLock { $0.table.add(key, at: due) }
        bell.ring()
        return isTaken
    }

    public var load: Load {
        state.withLock { Load(keys: $0.table.count, running: $0.table.runningCount) }
    }

    /// How often in a row the work of a key has failed.
    public func failures(of key: Key) -> Int { state.withLock { $0.table.failures(of: key) } }

    /// Begins nothing any more; ``run(workers:_:)`` returns when what is in work has ended.
    public func stop() {
        state.withLock { $0.isStopped = true }
        bell.ring()
    }

    /// Works until ``stop()``, or until the task is cancelled: then the work is cancelled with it. To be run once.
    ///
    /// - Parameters:
    ///   - workers: Keys in work at the same time, at most; of them, a quarter are keys whose last work failed.
    ///   - work: Does what there is to do for a key.
    public func run(workers: Int, _ work: @escaping @Sendable (Key) async -> WorkOutcome) async {
        await withDiscardingTaskGroup { group in
            while true {
                switch step(workers) {
                case .begin(let key):
                    group.addTask { self.finish(key, await work(key)) }
                case .wait(let due):
                    await bell.wait(until: due, on: timeline)
                case .end:
                    return
                }
            }
        }
    }

    private func step(_ workers: Int) -> Step {
        if Task.isCancelled { return .end }
        return state.withLock { state in
            if state.isStopped { return .end }
            guard state.table.runningCount < max(workers, 1) else { return .wait(until: nil) }
            // What failed may wait long for something to fail again.
            let retries = max(workers / 4, 1)
            if let key = state.table.take(at: timeline.now, retries: retries) { return .begin(key) }
            return .wait(until: state.table.nextDue(retries: retries))
        }
    }

    private func finish(_ key: Key, _ outcome: WorkOutcome) {
        state.withLock { $0.table.finish(key, outcome, at: timeline.now, random: random()) }
        bell.ring()
    }
}
