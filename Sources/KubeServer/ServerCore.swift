import KubeCore
import Synchronization

/// The state behind its lock, and the watches that wait for it to change.
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

    private let guarded: Mutex<Guarded>
    let now: @Sendable () -> Timestamp
    let sleep: @Sendable (Duration) async throws -> Void

    init(
        state: ServerState, now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        guarded = Mutex(Guarded(state: state))
        self.now = now
        self.sleep = sleep
    }

    func answer(_ request: HTTPRequest) -> Answer {
        let time = now()
        return change { $0.answer(request, at: time) }
    }

    /// Changes the state and wakes the watches that have to know.
    func change<Result: Sendable>(_ body: (inout ServerState) -> Result) -> Result {
        let (result, awakened) = guarded.withLock { guarded in
            let result = body(&guarded.state)
            return (result, guarded.takeAwakened())
        }
        for continuation in awakened { continuation.resume() }
        return result
    }

    /// Reads the state.
    func read<Result: Sendable>(_ body: (ServerState) -> Result) -> Result {
        guarded.withLock { body($0.state) }
    }

    /// Sleeps until the next alarm, and lets happen what is due.
    func waitForAlarm() async {
        let time = now()
        change { $0.catchUp(to: time) }
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
