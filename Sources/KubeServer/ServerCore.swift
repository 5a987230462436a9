import KubeCore
import Synchronization

/// The state behind its lock, and the watches that wait for it to change.
///
/// With an archive, a change is kept before anybody hears of it: before the answer leaves and the watches wake. One
/// that cannot be kept has not happened.
final class ServerCore: Sendable {
    /// A watch that has nothing to send.
    private struct Waiter {
        var resource: GroupResource
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct Guarded {
        var state: ServerState
        /// The alarm for which ``waitForAlarm()`` sleeps.
        var awaitedAlarm: Timestamp?
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0

        /// Changes the state, or leaves it as it was if the change cannot be kept.
        mutating func transact<Result>(
            keeping archive: (any ObjectArchive)?, _ body: (inout ServerState) -> Result
        ) throws(ArchiveFailure) -> Result {
            guard let archive else {
                defer { state.store.settleSteps() }
                return body(&state)
            }
            let earlier = state.withoutObjects()
            let result = body(&state)
            guard let changes = state.store.unsettledChanges else { return result }
            do throws(ArchiveFailure) {
                try archive.commit(changes)
            } catch {
                state.goBack(to: earlier)
                throw error
            }
            state.store.settleSteps()
            return result
        }

        /// The waiters of collections that changed, who are to be resumed outside the lock.
        mutating func takeAwakened() -> [CheckedContinuation<Void, Never>] {
            var changed = state.store.takeChanged()
            if state.alarms.next != awaitedAlarm { changed.insert(.alarms) }
            guard !changed.isEmpty, !waiters.isEmpty else { return [] }
            let awakened = waiters.filter { changed.contains($0.value.resource) }
            for key in awakened.keys { waiters[key] = nil }
            return awakened.values.map(\.continuation)
        }
    }

    /// Between tries to keep what is due, while the archive takes nothing.
    private static let pauseAfterFailure = Duration.seconds(1)

    private let guarded: Mutex<Guarded>
    private let archive: (any ObjectArchive)?
    let now: @Sendable () -> Timestamp
    let sleep: @Sendable (Duration) async throws -> Void

    init(
        state: ServerState, archive: (any ObjectArchive)?, now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        guarded = Mutex(Guarded(state: state))
        self.archive = archive
        self.now = now
        self.sleep = sleep
    }

    /// Goes on with what an archive holds.
    convenience init(
        restoring archive: any ObjectArchive, seed: UInt64, simulation: Simulation,
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) throws(ArchiveFailure) {
        let archived = try archive.load()
        var state: ServerState
        do throws(UnreadableObject) {
            state = try ServerState(restoring: archived, seed: seed, now: now(), simulation: simulation)
        } catch {
            throw ArchiveFailure(path: archive.path, reason: .corrupt(error.problem))
        }
        // What a server begins with: its namespaces, and what has become due meanwhile.
        if let changes = state.store.unsettledChanges { try archive.commit(changes) }
        state.store.settleSteps()
        self.init(state: state, archive: archive, now: now, sleep: sleep)
    }

    func answer(_ request: HTTPRequest) -> Answer {
        // What is due and cannot be kept stays due; that is no reason to refuse a read.
        try? catchUp()
        let time = now()
        do throws(ArchiveFailure) {
            return try change { $0.answer(request, at: time) }
        } catch {
            return .response(HTTPResponse(.notKept(error)))
        }
    }

    /// Lets everything happen that is due by now. What cannot be kept has not happened and stays due.
    func catchUp() throws(ArchiveFailure) {
        let time = now()
        guard guarded.withLock({ $0.state.isDue(at: time) }) else { return }
        try change { $0.catchUp(to: time) }
    }

    /// Changes the state and wakes the watches that have to know.
    private func change<Result: Sendable>(
        _ body: (inout ServerState) -> Result
    ) throws(ArchiveFailure) -> Result {
        let (outcome, awakened) = guarded.withLock { guarded in
            let outcome = Swift.Result { () throws(ArchiveFailure) in
                try guarded.transact(keeping: archive, body)
            }
            return (outcome, guarded.takeAwakened())
        }
        for continuation in awakened { continuation.resume() }
        return try outcome.get()
    }

    /// Reads the state.
    func read<Result: Sendable>(_ body: (ServerState) -> Result) -> Result {
        guarded.withLock { body($0.state) }
    }

    /// Sleeps until the next alarm, and lets happen what is due.
    func waitForAlarm() async {
        do throws(ArchiveFailure) {
            try catchUp()
        } catch {
            // The end of a sleep by cancellation is as good as any.
            try? await sleep(Self.pauseAfterFailure)
            return
        }
        let time = now()
        let next = guarded.withLock { guarded in
            guarded.awaitedAlarm = guarded.state.alarms.next
            return guarded.awaitedAlarm
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitForChange(of: .alarms, after: .max) }
            if let next {
                let left =
                    Duration.seconds(next.seconds &- time.seconds)
                    + .microseconds(next.microseconds &- time.microseconds)
                // The end of a sleep by cancellation is as good as any.
                group.addTask { try? await self.sleep(max(left, .zero)) }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Returns once a collection has changed after a version, or when the task is cancelled.
    func waitForChange(of resource: GroupResource, after version: UInt64) async {
        let key = guarded.withLock { guarded in
            guarded.nextWaiter += 1
            return guarded.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = guarded.withLock { guarded in
                    let isAlarmNew = resource == .alarms && guarded.state.alarms.next != guarded.awaitedAlarm
                    let newest = isAlarmNew ? .max : guarded.state.store.collections[resource]?.newest ?? 0
                    if newest > version || isAlarmNew || Task.isCancelled { return true }
                    guarded.waiters[key] = Waiter(resource: resource, continuation: continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            guarded.withLock { $0.waiters.removeValue(forKey: key) }?.continuation.resume()
        }
    }
}

extension GroupResource {
    /// Stands for the alarms where collections are waited for; no path leads to it.
    fileprivate static let alarms = GroupResource(group: "", plural: "")
}
