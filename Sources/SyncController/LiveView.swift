import KubeCore
import Synchronization

/// What is known of the cluster at this moment: fed by answers and watches, read by the engine's steps.
///
/// Level-based: a change that is reported twice, late or out of order leaves the newest state (I3).
final class LiveView: Sendable {
    /// The newest state of every object, and who waits for the next change.
    fileprivate struct State {
        var live: [ObjectKey: KubeObject] = [:]
        var departed: [ObjectKey: KubeObject] = [:]
        /// The UIDs of objects that are no more, by the server's own word: what is still told of them is old.
        var gone: Set<String> = []
        var version = 0
        /// What the operation waits for now.
        var awaited: [(ObjectKey, GroupVersionKind)] = []
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - objects: What is known at first.
    ///   - clock: What bounds the waiting.
    init(_ objects: [ObjectKey: KubeObject], clock: any Clock<Duration> = ContinuousClock()) {
        self.clock = clock
        state.withLock { $0.live = objects }
    }

    /// Everything live, and the last state of what is gone.
    var snapshot: (live: [ObjectKey: KubeObject], departed: [ObjectKey: KubeObject], version: Int) {
        state.withLock { ($0.live, $0.departed, $0.version) }
    }

    func object(_ key: ObjectKey) -> KubeObject? { state.withLock { $0.live[key] } }

    // MARK: Feeding

    /// Takes in an object's state, unless a newer one is known, be it of another object of that name.
    func put(_ object: KubeObject, as key: ObjectKey) {
        change { $0.put(object, as: key) }
    }

    /// Takes in that an object went, and the last state in which a watch showed it.
    func depart(_ last: KubeObject, as key: ObjectKey) {
        change { $0.depart(last, as: key) }
    }

    /// Takes in that there is no object of that UID any more, by the server's answer to a direct question.
    func remove(_ key: ObjectKey, uid: String) {
        change { $0.remove(key, uid: uid) }
    }

    /// Takes in a list: what was there before it was made, and is not in it, is gone.
    ///
    /// - Parameters:
    ///   - objects: Everything that the list shows.
    ///   - version: When it was made.
    ///   - isCovered: Whether the list would show an object if it were there.
    func replace(
        with objects: [KubeObject], asOf version: String, where isCovered: (KubeObject) -> Bool
    ) {
        let listed = Set(objects.map(\.uid))
        change { state in
            var isNews = false
            for object in objects where state.put(object, as: object.key) { isNews = true }
            guard let version = UInt64(version) else { return isNews }
            for (key, known) in state.live where !listed.contains(known.uid) && isCovered(known) {
                guard let own = UInt64(known.resourceVersion), own < version else { continue }
                if state.depart(known, as: key) { isNews = true }
            }
            return isNews
        }
    }

    // MARK: Waiting

    /// Sets what the operation waits for: what is looked at directly, in case a watch is dead (I4).
    func await(_ objects: [(ObjectKey, GroupVersionKind)]) {
        state.withLock { $0.awaited = objects }
    }

    var awaited: [(ObjectKey, GroupVersionKind)] { state.withLock(\.awaited) }

    /// Returns as soon as anything differs from the state of that version, or the task is cancelled.
    func change(after version: Int) async {
        let ticket = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.version != version || Task.isCancelled { return true }
                    state.waiters[ticket] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume()
        }
    }

    /// The same, but no longer than that.
    func change(after version: Int, within limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.change(after: version) }
            group.addTask {
                // A cancelled sleep is the other task's good news.
                try? await self.clock.sleep(for: limit)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Wakes whoever waits, although no object has changed.
    func nudge() { change { _ in true } }

    private func change(_ body: (inout State) -> Bool) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard body(&state) else { return [] }
            state.version += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        woken.forEach { $0.resume() }
    }
}

/// Each answers whether anything is different now.
extension LiveView.State {
    fileprivate mutating func put(_ object: KubeObject, as key: ObjectKey) -> Bool {
        guard !gone.contains(object.uid), live[key] != object else { return false }
        if let known = live[key], known.isNewer(than: object) { return false }
        if let last = departed[key], last.uid == object.uid, last.isNewer(than: object) { return false }
        live[key] = object
        return true
    }

    fileprivate mutating func depart(_ last: KubeObject, as key: ObjectKey) -> Bool {
        if let later = departed[key], later == last || later.isNewer(than: last) { return false }
        departed[key] = last
        if let known = live[key], known.uid == last.uid, !known.isNewer(than: last) { live[key] = nil }
        return true
    }

    fileprivate mutating func remove(_ key: ObjectKey, uid: String) -> Bool {
        guard !uid.isEmpty else { return false }
        gone.insert(uid)
        guard let known = live[key], known.uid == uid else { return false }
        // What it had come to counts, if nobody has seen it later (D2).
        if departed[key]?.uid != uid { departed[key] = known }
        live[key] = nil
        return true
    }
}

extension KubeObject {
    /// Whether this state came after the other.
    ///
    /// Resource versions are opaque by contract and numbers in every API server there is, counted together for all
    /// objects of a kind; where they are none, the one that came last counts.
    fileprivate func isNewer(than other: KubeObject) -> Bool {
        guard let own = UInt64(resourceVersion), let others = UInt64(other.resourceVersion) else {
            return false
        }
        return own > others
    }
}
