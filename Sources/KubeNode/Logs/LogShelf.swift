import Synchronization

/// What the containers of a node have written, for as long as their pods are there.
///
/// Kept in memory and bounded: a number of bytes a container, and a number for all of them, at which the logs of
/// containers that have ended go first.
public final class LogShelf: Sendable {
    /// One container of one pod, in its present or its last run.
    struct Key: Hashable, Sendable {
        var uid: String
        var container: String
        var isPrevious = false
    }

    private struct Shelf {
        var logs: [Key: ContainerLog] = [:]
        /// Keys in the order in which their containers ended.
        var ended: [Key] = []
        var waiters: [UInt64: (key: Key, continuation: CheckedContinuation<Void, Never>)] = [:]
        var nextWaiter: UInt64 = 0

        mutating func takeWaiters(of matches: (Key) -> Bool) -> [CheckedContinuation<Void, Never>] {
            let found = waiters.filter { matches($0.value.key) }
            for id in found.keys { waiters[id] = nil }
            return found.values.map(\.continuation)
        }

        /// Lets the oldest logs go while all together are too much.
        mutating func trim(to limit: Int) {
            var total = logs.values.reduce(0) { $0 + $1.cost }
            while total > limit, let oldest = ended.first {
                ended.removeFirst()
                total -= logs.removeValue(forKey: oldest)?.cost ?? 0
            }
        }
    }

    private let containerLimit: Int
    private let totalLimit: Int
    private let shelf = Mutex(Shelf())

    /// - Parameters:
    ///   - containerLimit: Bytes a container.
    ///   - totalLimit: Bytes in all.
    public init(containerLimit: Int = 10 << 20, totalLimit: Int = 256 << 20) {
        self.containerLimit = containerLimit
        self.totalLimit = totalLimit
    }

    /// Begins the log of a container's next run; the one before becomes the previous.
    func begin(_ key: Key) {
        let awakened = shelf.withLock { shelf in
            var previous = key
            previous.isPrevious = true
            shelf.logs[previous] = shelf.logs[key]
            shelf.logs[key] = ContainerLog(limit: containerLimit)
            return shelf.takeWaiters { $0 == key }
        }
        for continuation in awakened { continuation.resume() }
    }

    func append(_ bytes: [UInt8], to key: Key, at time: NodeTime) {
        change(key) { $0.append(bytes, at: time) }
    }

    /// The container has ended.
    func close(_ key: Key, at time: NodeTime) {
        change(key) { $0.close(at: time) }
        shelf.withLock { shelf in
            shelf.ended.append(key)
            shelf.trim(to: totalLimit)
        }
    }

    /// The pod is gone.
    func forget(pod uid: String) {
        let awakened = shelf.withLock { shelf in
            shelf.logs = shelf.logs.filter { $0.key.uid != uid }
            shelf.ended.removeAll { $0.uid == uid }
            return shelf.takeWaiters { $0.uid == uid }
        }
        for continuation in awakened { continuation.resume() }
    }

    private func change(_ key: Key, _ body: (inout ContainerLog) -> Void) {
        let awakened = shelf.withLock { shelf in
            guard var log = shelf.logs.removeValue(forKey: key) else {
                return [CheckedContinuation<Void, Never>]()
            }
            body(&log)
            shelf.logs[key] = log
            return shelf.takeWaiters { $0 == key }
        }
        for continuation in awakened { continuation.resume() }
    }

    /// Reads a log as it is now; `nil` if there is none.
    func read<Result: Sendable>(_ key: Key, _ body: (ContainerLog) -> Result) -> Result? {
        shelf.withLock { $0.logs[key].map(body) }
    }

    /// Returns once the log has more lines than that or is complete or gone, or when the task is cancelled.
    func waitForLines(of key: Key, after count: Int) async {
        let id = shelf.withLock { shelf in
            shelf.nextWaiter += 1
            return shelf.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = shelf.withLock { shelf in
                    guard let log = shelf.logs[key], log.count <= count, !log.isComplete, !Task.isCancelled
                    else { return true }
                    shelf.waiters[id] = (key, continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            shelf.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }
}
