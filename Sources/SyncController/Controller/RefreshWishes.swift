import KubeCore
import SyncEngine
import Synchronization

/// How freshly each application is to be compared by its next pass: gathered until a pass takes it.
final class RefreshWishes: Sendable {
    private let wishes = Mutex<[ObjectKey: RefreshLevel]>([:])

    /// Of several wishes the highest counts.
    func add(_ key: ObjectKey, _ level: RefreshLevel) {
        wishes.withLock { $0[key] = max($0[key] ?? level, level) }
    }

    /// What has gathered; the pass that takes it answers for it, or adds it again.
    func take(_ key: ObjectKey) -> RefreshLevel? {
        wishes.withLock { $0.removeValue(forKey: key) }
    }
}
