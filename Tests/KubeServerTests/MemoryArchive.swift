import KubeServer
import Synchronization

/// An archive that outlives a server within a test, and refuses on demand.
final class MemoryArchive: ObjectArchive {
    private struct Content {
        var version: UInt64 = 1
        var objects: [ArchivedPlace: ArchivedObject] = [:]
        var refusals = 0
        var refused = 0
    }

    let path = "memory"
    private let content = Mutex(Content())

    /// How many commits were refused.
    var refused: Int { content.withLock(\.refused) }

    /// Refuses the next commits.
    func refuse(_ count: Int) { content.withLock { $0.refusals = count } }

    func load() -> ArchivedState {
        content.withLock { ArchivedState(version: $0.version, objects: Array($0.objects.values)) }
    }

    func commit(_ changes: ArchiveChanges) throws(ArchiveFailure) {
        let isRefused = content.withLock { content in
            guard content.refusals == 0 else {
                content.refusals -= 1
                content.refused += 1
                return true
            }
            content.version = changes.version
            for object in changes.kept { content.objects[object.place] = object }
            for place in changes.removed { content.objects[place] = nil }
            return false
        }
        if isRefused { throw ArchiveFailure(path: path, reason: .full) }
    }
}
