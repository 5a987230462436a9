/// The objects of one resource, and what lately happened to them.
struct RecordCollection: Sendable {
    /// Something that happened to an object.
    struct Change: Sendable {
        /// The resource version that the change made.
        var version: UInt64
        /// `nil` for a new object.
        var before: Record?
        /// After a deletion the last state, with the version of the deletion.
        var after: Record
        var isDeletion: Bool
    }

    /// How many changes a watch can lag behind.
    static let historyLimit = 8192

    /// By namespace and name.
    private(set) var records: [Record] = []
    private(set) var history: [Change] = []
    /// The version of the newest change that is forgotten, or that the collection began with.
    private(set) var forgotten: UInt64 = 0

    /// - Parameter version: Changes up to this one are not known.
    init(startingAfter version: UInt64) {
        forgotten = version
    }

    /// Takes over records in any order.
    ///
    /// - Parameters:
    ///   - records: No two of one name.
    ///   - version: Changes up to this one are not known.
    init(restoring records: [Record], startingAfter version: UInt64) {
        self.records = records.sorted { $0.place < $1.place }
        forgotten = version
    }

    subscript(_ place: RecordPlace) -> Record? {
        let index = records.partitionPoint { $0.place < place }
        return index < records.count && records[index].place == place ? records[index] : nil
    }

    /// The version of the newest change.
    var newest: UInt64 { history.last?.version ?? forgotten }

    /// The records of a namespace, or all for an empty name.
    func records(in namespace: String) -> ArraySlice<Record> {
        guard !namespace.isEmpty else { return records[...] }
        let start = records.partitionPoint { $0.namespace < namespace }
        let rest = records[start...]
        return records[start..<rest.partitionPoint { $0.namespace == namespace }]
    }

    /// Notes a new state of an object.
    ///
    /// - Returns: What it was for the collection.
    mutating func put(_ record: Record) -> Change {
        let index = records.partitionPoint { $0.place < record.place }
        var before: Record?
        if index < records.count, records[index].place == record.place {
            before = records[index]
            records[index] = record
        } else {
            records.insert(record, at: index)
        }
        return note(Change(version: record.version, before: before, after: record, isDeletion: false))
    }

    /// Takes an object out.
    ///
    /// - Parameter last: Its last state, with the version of the deletion.
    /// - Returns: What it was for the collection; `nil` if the object was not there.
    mutating func remove(_ last: Record) -> Change? {
        let index = records.partitionPoint { $0.place < last.place }
        guard index < records.count, records[index].place == last.place else { return nil }
        let before = records.remove(at: index)
        return note(Change(version: last.version, before: before, after: last, isDeletion: true))
    }

    /// Undoes the newest change.
    mutating func takeBack(_ change: Change) {
        history.removeLast()
        let index = records.partitionPoint { $0.place < change.after.place }
        switch (change.isDeletion, change.before) {
        case (true, let before?): records.insert(before, at: index)
        case (false, let before?): records[index] = before
        case (false, nil): records.remove(at: index)
        case (true, nil): break
        }
    }

    /// The changes after a version; `nil` if some of them are forgotten.
    func changes(after version: UInt64) -> ArraySlice<Change>? {
        guard version >= forgotten else { return nil }
        return history[history.partitionPoint { $0.version <= version }...]
    }

    private mutating func note(_ change: Change) -> Change {
        history.append(change)
        // Trimmed in blocks: removing from the front costs a move of the rest.
        guard history.count > Self.historyLimit + Self.historyLimit / 4 else { return change }
        let surplus = history.count - Self.historyLimit
        forgotten = history[surplus - 1].version
        history.removeFirst(surplus)
        return change
    }
}
