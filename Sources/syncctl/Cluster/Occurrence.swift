import Synchronization

/// Something that has happened once, told from one task to another.
final class Occurrence: Sendable {
    private let state = Mutex(false)

    var hasHappened: Bool { state.withLock { $0 } }

    func happen() { state.withLock { $0 = true } }
}
