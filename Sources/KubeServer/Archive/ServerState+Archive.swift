import KubeCore

/// Beginning with what was kept, and going back when something cannot be kept.
extension ServerState {
    /// Goes on with what an archive holds.
    ///
    /// Objects are all that is kept: what else the server knows (definitions served, deadlines, deletions under way,
    /// addresses given out) it finds out by looking at them, as after any change.
    ///
    /// - Parameters:
    ///   - archived: What was kept.
    ///   - seed: Of uids and generated names; those of earlier runs do not come again.
    ///   - now: The date at which it begins. It may be earlier than dates in the objects.
    ///   - simulation: What stands in for machines.
    /// - Throws: Which object cannot be read.
    init(restoring archived: ArchivedState, seed: UInt64, now: Timestamp, simulation: Simulation)
        throws(UnreadableObject)
    {
        self.init(
            store: try ObjectStore(archived),
            identifiers: IdentifierSource(seed: seed, after: archived.version),
            now: now, simulation: simulation)
    }

    /// A copy that ``goBack(to:)`` can return to.
    ///
    /// It holds no objects: those go back step by step. A copy that held them would make every write copy the whole
    /// collection.
    func withoutObjects() -> ServerState {
        var copy = self
        copy.store = ObjectStore()
        return copy
    }

    /// Forgets all that happened since an earlier state, and since the store's last ``ObjectStore/settleSteps()``.
    mutating func goBack(to earlier: ServerState) {
        store.takeBackSteps()
        let store = store
        self = earlier
        self.store = store
    }
}

/// An object in an archive that is none.
struct UnreadableObject: Error {
    /// Which one, and what is wrong with it.
    var problem: String
}
