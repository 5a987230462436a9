import KubeServer

/// The tables of an archive, and the statements that read and write them.
struct ArchiveTables {
    /// What tells our databases from others': `kube`.
    private static let application: Int64 = 0x6B75_6265
    /// How the tables look and what is in them. Another number for every change that an older program cannot read.
    static let format: Int64 = 1

    private static let schema = """
        CREATE TABLE archive (
            id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, version INTEGER NOT NULL);
        CREATE TABLE object (
            plural TEXT NOT NULL, api_group TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
            version INTEGER NOT NULL, content BLOB NOT NULL,
            PRIMARY KEY (plural, api_group, namespace, name));
        INSERT INTO archive VALUES (1, \(format), 1);
        PRAGMA application_id = \(application);
        """

    private let database: Database
    private let begin: Statement
    private let end: Statement
    private let put: Statement
    private let remove: Statement
    private let setVersion: Statement

    /// Takes over tables that are there.
    private init(_ database: Database) throws(DatabaseFailure) {
        self.database = database
        begin = try database.prepare("BEGIN IMMEDIATE")
        end = try database.prepare("COMMIT")
        // Written where it was: a row that is replaced would move, and its index with it.
        put = try database.prepare(
            """
            INSERT INTO object VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET version = excluded.version, content = excluded.content
            """)
        remove = try database.prepare(
            "DELETE FROM object WHERE plural = ? AND api_group = ? AND namespace = ? AND name = ?")
        setVersion = try database.prepare("UPDATE archive SET version = ?")
    }
}

// MARK: - Opening

extension ArchiveTables {
    /// Opens a database file, and makes the tables where nothing has been made yet.
    ///
    /// - Parameters:
    ///   - path: A file that is there. Nothing is written to it unless it is ours or empty.
    ///   - sizeLimit: Of the file, in bytes.
    /// - Returns: The tables, ready for reading and writing.
    /// - Throws: Why it cannot be used; the file is then as it was.
    static func open(_ path: String, sizeLimit: Int64) throws(ArchiveFailure) -> ArchiveTables {
        do throws(DatabaseFailure) {
            let database = try Database(openingFileAt: path)
            // Nobody else reads while we are there, so that the log needs no index in shared memory.
            try database.execute("PRAGMA locking_mode = EXCLUSIVE")
            let isNew = try isUntouched(database)
            let obstacle = isNew ? nil : try obstacle(in: database)
            guard let obstacle else {
                try prepareForWriting(database, sizeLimit: sizeLimit)
                if isNew { try database.execute("BEGIN IMMEDIATE; \(schema) COMMIT") }
                return try ArchiveTables(database)
            }
            throw DatabaseFailure(obstacle)
        } catch {
            throw ArchiveFailure(path: path, reason: error.reason)
        }
    }

    private static func isUntouched(_ database: Database) throws(DatabaseFailure) -> Bool {
        let tables = try database.number("SELECT count(*) FROM sqlite_schema")
        let application = try database.number("PRAGMA application_id")
        return tables == 0 && application == 0
    }

    /// Why a database is none that we can go on with; `nil` if it is one.
    private static func obstacle(in database: Database) throws(DatabaseFailure) -> ArchiveFailure.Reason? {
        guard try database.number("PRAGMA application_id") == application else {
            return .foreign("a database of another program")
        }
        let found = try database.number("SELECT format FROM archive")
        return found > format ? .newerFormat(found: found, known: format) : nil
    }

    private static func prepareForWriting(_ database: Database, sizeLimit: Int64) throws(DatabaseFailure) {
        guard try database.text("PRAGMA journal_mode = WAL") == "wal" else {
            throw DatabaseFailure(.refused("its file system takes no write-ahead log"))
        }
        // A commit is in the system's hands when it returns, which outlives this process (see the decision note).
        try database.execute("PRAGMA synchronous = NORMAL")
        let pageSize = try database.number("PRAGMA page_size")
        try database.execute("PRAGMA max_page_count = \(max(1, sizeLimit / max(1, pageSize)))")
    }
}

// MARK: - Reading and writing

extension ArchiveTables {
    func load() throws(DatabaseFailure) -> ArchivedState {
        var state = ArchivedState(version: try version(database.number("SELECT version FROM archive")))
        let rows = try database.prepare(
            "SELECT plural, api_group, namespace, name, version, content FROM object")
        defer { rows.reset() }
        while try rows.step() {
            let place = ArchivedPlace(
                group: try rows.text(at: 1), plural: try rows.text(at: 0), namespace: try rows.text(at: 2),
                name: try rows.text(at: 3))
            state.objects.append(
                ArchivedObject(
                    place: place, version: try version(rows.number(at: 4)), bytes: try rows.bytes(at: 5)))
        }
        return state
    }

    private func version(_ number: Int64) throws(DatabaseFailure) -> UInt64 {
        guard let version = UInt64(exactly: number), version > 0 else {
            throw .unexpected("\(number) is no resource version")
        }
        return version
    }

    /// Writes all changes, or none.
    func commit(_ changes: ArchiveChanges) throws(DatabaseFailure) {
        do throws(DatabaseFailure) {
            try begin.run()
            for object in changes.kept {
                try put.run(
                    .text(object.place.plural), .text(object.place.group), .text(object.place.namespace),
                    .text(object.place.name), .number(Int64(clamping: object.version)), .bytes(object.bytes))
            }
            for place in changes.removed {
                try remove.run(
                    .text(place.plural), .text(place.group), .text(place.namespace), .text(place.name))
            }
            try setVersion.run(.number(Int64(clamping: changes.version)))
            try end.run()
        } catch {
            // After some failures SQLite has rolled back by itself; what matters is the first failure.
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            throw error
        }
    }
}
