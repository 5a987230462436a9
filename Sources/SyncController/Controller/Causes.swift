import KubeCore
import SyncEngine
import Synchronization

/// Why each application is looked at next: gathered until a pass takes it.
final class CauseBook: Sendable {
    private let causes = Mutex<[ObjectKey: RefreshDecision.Causes]>([:])

    func note(_ key: ObjectKey, _ change: (inout RefreshDecision.Causes) -> Void) {
        causes.withLock { change(&$0[key, default: RefreshDecision.Causes()]) }
    }

    /// What has gathered; the pass that takes it answers for it.
    func take(_ key: ObjectKey) -> RefreshDecision.Causes {
        causes.withLock { $0.removeValue(forKey: key) } ?? RefreshDecision.Causes()
    }

    /// Gives back what a pass could not answer for.
    func giveBack(_ key: ObjectKey, _ old: RefreshDecision.Causes) {
        note(key) { causes in
            causes.objectsChanged = causes.objectsChanged || old.objectsChanged
            causes.projectChanged = causes.projectChanged || old.projectChanged
            causes.sourceChanged = causes.sourceChanged || old.sourceChanged
            causes.finishedManually = causes.finishedManually ?? old.finishedManually
        }
    }
}
