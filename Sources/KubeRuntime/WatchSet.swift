public import KubeClient
public import KubeCore
import Synchronization

/// Watches of many kinds, one each, opened when a kind is first needed and shared by all who need it.
///
/// Nothing is kept here: every change goes to the closure, which keeps of it what its owner needs (I10).
public final class WatchSet: Sendable {
    /// What became of the wish to watch a kind.
    public enum Answer: Sendable {
        /// Everything that the watch shows at first has been handed over.
        case watched
        /// It can't be watched everywhere; asked again by the next wish.
        case refused(ClientFailure)
    }

    /// How alive one of the watches is.
    public struct Vitals: Sendable {
        public var kind: GroupKind
        /// Empty for all.
        public var namespace: String
        /// Since the server last said anything.
        public var silence: Duration
        /// Why there is no watch at the moment; `nil` if there is one.
        public var failure: ClientFailure?

        public init(kind: GroupKind, namespace: String, pulse: WatchPulse<ContinuousClock>) {
            self.kind = kind
            self.namespace = namespace
            silence = pulse.silence
            failure = pulse.failure
        }

        /// What is wrong if a watch has been silent for too long.
        ///
        /// - Parameters:
        ///   - all: The watches.
        ///   - limit: A living watch says something every few minutes, if nothing changes: the server ends it.
        /// - Returns: Which watches, and why; `nil` if nothing is wrong.
        public static func problem(among all: [Vitals], silentFor limit: Duration = .seconds(600)) -> String?
        {
            let stale = all.filter { $0.silence > limit }.map { vital in
                let place = vital.namespace.isEmpty ? "" : " in \(vital.namespace)"
                let reason = vital.failure.map { ": \($0)" } ?? ""
                return "\(vital.kind)\(place) not heard of for \(vital.silence.components.seconds) s\(reason)"
            }
            return stale.isEmpty ? nil : stale.sorted().joined(separator: "; ")
        }
    }

    fileprivate enum Entry {
        case opening([CheckedContinuation<Answer, Never>])
        case open(WatchPulse<ContinuousClock>, Ending)
    }

    /// The end of one watch.
    fileprivate struct Ending: Sendable {
        /// Opens when the watch is not needed any more.
        let isWanted = HTTPLatch()
        /// Opens when nothing more will be told.
        let isReached = HTTPLatch()
    }

    private let client: APIClient
    private let namespaces: [String]
    private let labelSelector: String?
    private let changed: @Sendable (WatchChange, WatchTarget) -> Void
    private let entries = Mutex<[WatchTarget: Entry]>([:])
    private let wishes: AsyncStream<WatchTarget>
    private let wish: AsyncStream<WatchTarget>.Continuation

    /// - Parameters:
    ///   - client: What to ask.
    ///   - namespaces: Where objects of kinds with namespaces are watched; empty for everywhere.
    ///   - labelSelector: Which objects; `nil` for all.
    ///   - changed: Told of every change, for each watch in order.
    public init(
        client: APIClient, namespaces: [String] = [], labelSelector: String?,
        changed: @escaping @Sendable (WatchChange, WatchTarget) -> Void
    ) {
        self.client = client
        self.namespaces = namespaces
        self.labelSelector = labelSelector
        self.changed = changed
        // Bounded by the kinds that an API server has.
        (wishes, wish) = AsyncStream.makeStream()
    }

    /// Keeps the watches that are asked for alive, until cancelled. To be run once.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await target in wishes {
                group.addTask { await self.follow(target) }
            }
            group.cancelAll()
        }
        // Who waits for what will not come must not wait for ever.
        wish.finish()
        let left = entries.withLock { entries in
            defer { entries = [:] }
            return entries.values.flatMap(\.waiters)
        }
        left.forEach { $0.resume(returning: .refused(Self.stopped)) }
    }

    /// Watches a kind, if that is not done yet.
    ///
    /// - Parameter resource: The kind, in the version in which its objects are to be seen.
    /// - Returns: Once the first list of every watch has been handed over.
    public func require(_ resource: APIResource) async -> Answer {
        for target in targets(of: resource) {
            let answer = await open(target)
            if case .refused = answer { return answer }
        }
        return .watched
    }

    /// Ends the watches of a kind that nobody needs any more.
    ///
    /// - Parameter resource: As it was required.
    /// - Returns: What was watched, once nothing more will be told of it.
    public func release(_ resource: APIResource) async -> [WatchTarget] {
        let endings = entries.withLock { entries in
            targets(of: resource).compactMap { target -> (WatchTarget, Ending)? in
                guard case .open(_, let ending) = entries[target] else { return nil }
                entries[target] = nil
                return (target, ending)
            }
        }
        for (_, ending) in endings { ending.isWanted.open() }
        for (_, ending) in endings { await ending.isReached.wait() }
        return endings.map(\.0)
    }

    /// How alive each watch is.
    public var vitals: [Vitals] {
        entries.withLock { entries in
            entries.compactMap { target, entry in
                guard case .open(let pulse, _) = entry else { return nil }
                return Vitals(kind: target.resource.kind.groupKind, namespace: target.namespace, pulse: pulse)
            }
        }
    }

    private func targets(of resource: APIResource) -> [WatchTarget] {
        let places = resource.isNamespaced && !namespaces.isEmpty ? namespaces : [""]
        return places.map { WatchTarget(resource, namespace: $0, labelSelector: labelSelector) }
    }

    private func open(_ target: WatchTarget) async -> Answer {
        if Task.isCancelled { return .refused(Self.stopped) }
        return await withCheckedContinuation { waiter in
            let (isKnown, isNew) = entries.withLock { entries in
                switch entries[target] {
                case .open: return (true, false)
                case .opening(let others):
                    entries[target] = .opening(others + [waiter])
                    return (false, false)
                case nil:
                    entries[target] = .opening([waiter])
                    return (false, true)
                }
            }
            if isKnown { return waiter.resume(returning: .watched) }
            guard isNew else { return }
            if case .terminated = wish.yield(target) { answer(target, .refused(Self.stopped), nil) }
        }
    }

    private func follow(_ target: WatchTarget) async {
        let list: ObjectList
        do {
            list = try await client.list(
                target.resource, namespace: target.namespace, options: target.options)
        } catch {
            return answer(target, .refused(error), nil)
        }
        changed(.replaced(list.items, resourceVersion: list.resourceVersion), target)
        let watcher = Watcher(target, client: client, start: .version(list.resourceVersion))
        let ending = Ending()
        defer { ending.isReached.open() }
        answer(target, .watched, .open(watcher.pulse, ending))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await change in watcher { self.changed(change, target) }
            }
            group.addTask { await ending.isWanted.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    private func answer(_ target: WatchTarget, _ answer: Answer, _ entry: Entry?) {
        let waiters = entries.withLock { entries in
            defer { entries[target] = entry }
            return entries[target]?.waiters ?? []
        }
        waiters.forEach { $0.resume(returning: answer) }
    }

    private static let stopped = ClientFailure.transport(
        TransportFailure(.cancelled, "the watches were stopped"))
}

extension WatchSet.Entry {
    fileprivate var waiters: [CheckedContinuation<WatchSet.Answer, Never>] {
        if case .opening(let waiters) = self { return waiters }
        return []
    }
}
