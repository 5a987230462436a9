public import KubeClient
import KubeCore
import Logging

/// Keeps one collection watched for ever: an endless sequence of what changes in it.
///
/// Lists, then watches from there; goes on where it was when a connection ends, and lists again when the
/// server no longer knows that place. Nothing runs but while somebody reads: an unread watch holds the server
/// back and costs no memory. Ends only when the reading task is cancelled. Changes can be lost or doubled
/// around a list, never the state that they lead to.
///
/// - Rule: I3, I6, I7.
public struct Watcher<Clock: _Concurrency.Clock<Duration>>: AsyncSequence, Sendable {
    public typealias Element = WatchChange
    public typealias Failure = Never

    /// Where to begin.
    public enum Start: Hashable, Sendable {
        /// With a list, whose objects are the first change.
        case list
        /// At the version of a list that the caller has made.
        case version(String)
    }

    public let target: WatchTarget
    /// Tells others how alive the watch is.
    public let pulse: WatchPulse<Clock>
    private let client: APIClient
    private let start: Start
    private let clock: Clock
    private let backoff: Backoff
    private let random: @Sendable () -> Double

    /// - Parameters:
    ///   - target: What to watch.
    ///   - client: What to ask.
    ///   - start: Where to begin.
    ///   - clock: What waits.
    ///   - backoff: How long to wait after failures.
    ///   - random: From 0 to below 1; spreads the waits.
    public init(
        _ target: WatchTarget, client: APIClient, start: Start = .list, clock: Clock,
        backoff: Backoff = Backoff(), random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.target = target
        // Waiting and trying again is done here, where the state is known.
        self.client = client.retrying(.never)
        self.start = start
        self.clock = clock
        self.backoff = backoff
        self.random = random
        pulse = WatchPulse(clock)
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(watcher: self, state: start == .list ? .listing : .opening(start.version))
    }

    /// Reads the changes in turn.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate enum State {
            case listing
            /// To be opened after that version.
            case opening(String)
            /// Open, and seen up to that version.
            case open(WatchStream.Iterator, String)
        }

        fileprivate let watcher: Watcher
        fileprivate var state: State
        /// In a row, since the server last said something useful.
        private var failures = 0

        fileprivate init(watcher: Watcher, state: State) {
            self.watcher = watcher
            self.state = state
        }

        /// The next change; `nil` once the reading task is cancelled.
        public mutating func next() async -> WatchChange? {
            while !Task.isCancelled {
                do {
                    if let change = try await step() { return change }
                } catch {
                    await recover(from: error)
                }
            }
            return nil
        }

        /// One step of the state: to a change, or to the next state.
        private mutating func step() async throws -> WatchChange? {
            switch state {
            case .listing:
                let list = try await watcher.list()
                alive()
                state = .opening(list.resourceVersion)
                return .replaced(list.items, resourceVersion: list.resourceVersion)
            case .opening(let version):
                let stream = try await watcher.open(after: version)
                watcher.pulse.beat()
                state = .open(stream.makeAsyncIterator(), version)
                return nil
            case .open(var events, let version):
                guard let event = try await events.next() else {
                    state = .opening(version)
                    // In good order, but a server that ends every watch at once must not be asked without
                    // pause.
                    await pause()
                    return nil
                }
                state = .open(events, event.resourceVersion.isEmpty ? version : event.resourceVersion)
                return try change(event)
            }
        }

        private mutating func change(_ event: WatchEvent) throws -> WatchChange? {
            switch event {
            case .added(let object), .modified(let object):
                alive()
                return .changed(object)
            case .deleted(let object):
                alive()
                return .removed(object)
            case .bookmark:
                alive()
                return nil
            case .failed(let failure):
                throw ClientFailure.refused(failure)
            case .unreadable(let problem):
                watcher.warn("an event of a watch cannot be read and is left out", problem)
                return nil
            }
        }

        /// Puts the state where the next step has to begin, and waits.
        private mutating func recover(from error: any Error) async {
            let failure = Watcher.failure(error)
            if failure.isCancelled, Task.isCancelled { return }
            if failure.isExpired {
                // Not a failure: we were away longer than the server remembers.
                state = .listing
                return await pause()
            }
            watcher.pulse.fail(failure)
            watcher.note(failure, afterFailures: failures)
            if case .open(_, let version) = state { state = .opening(version) }
            await pause()
        }

        private mutating func alive() {
            failures = 0
            watcher.pulse.beat()
        }

        private mutating func pause() async {
            failures += 1
            let delay = watcher.backoff.delay(afterFailures: failures, random: watcher.random())
            // Fails only when cancelled, which the loop sees by itself.
            try? await watcher.clock.sleep(for: delay)
        }
    }
}

extension Watcher where Clock == ContinuousClock {
    /// A watcher in real time.
    ///
    /// - Parameters:
    ///   - target: What to watch.
    ///   - client: What to ask.
    ///   - start: Where to begin.
    public init(_ target: WatchTarget, client: APIClient, start: Start = .list) {
        self.init(target, client: client, start: start, clock: ContinuousClock())
    }
}

extension Watcher.Start {
    fileprivate var version: String {
        switch self {
        case .list: ""
        case .version(let version): version
        }
    }
}

extension Watcher {
    fileprivate func list() async throws(ClientFailure) -> ObjectList {
        let list = try await client.list(
            target.resource, namespace: target.namespace, options: target.options, form: target.form)
        for problem in list.unreadable { warn("an object of a list cannot be read and is left out", problem) }
        return list
    }

    fileprivate func open(after version: String) async throws(ClientFailure) -> WatchStream {
        var options = target.options
        options.resourceVersion = version
        options.allowsBookmarks = true
        // Not all at the same time: servers end many watches at once otherwise, too.
        options.timeoutSeconds = 240 + Int(random() * 60)
        return try await client.watch(
            APIRequest(.watch(options), target.resource, namespace: target.namespace, form: target.form))
    }

    /// What ended a step. A stream reports the transport's failures as they are.
    fileprivate static func failure(_ error: any Error) -> ClientFailure {
        switch error {
        case let failure as ClientFailure: failure
        case let failure as TransportFailure: .transport(failure)
        default: .undecodable("\(error)")
        }
    }

    /// A watch that ends, and a server that is away for a moment, are everyday; the third failure in a row is worth
    /// a warning, and the later ones are the same fact.
    fileprivate func note(_ failure: ClientFailure, afterFailures failures: Int) {
        if failures == 2 { return warn("a collection cannot be watched for the moment", "\(failure)") }
        Logger.current.debug(
            "a watch ended or could not be opened",
            metadata: ["kind": "\(target.resource.kind.groupKind)", "error": "\(failure)"])
    }

    fileprivate func warn(_ message: Logger.Message, _ problem: String) {
        Logger.current.warning(
            message, metadata: ["kind": "\(target.resource.kind.groupKind)", "error": "\(problem)"])
    }
}
