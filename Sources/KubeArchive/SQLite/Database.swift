import CSQLite

/// One open SQLite database.
///
/// For one thread at a time: whoever owns it sees to that.
final class Database {
    private let handle: OpaquePointer

    /// Opens a file that is there.
    init(openingFileAt path: String) throws(DatabaseFailure) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            let message = String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw DatabaseFailure(code: code, message: message)
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
    }

    deinit {
        // Statements that are still there keep the connection until they go.
        sqlite3_close_v2(handle)
    }

    /// Runs a statement that has no values and whose rows nobody wants.
    func execute(_ sql: String) throws(DatabaseFailure) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// The number in the first row.
    func number(_ sql: String) throws(DatabaseFailure) -> Int64 {
        let statement = try prepare(sql)
        defer { statement.reset() }
        guard try statement.step() else { throw .unexpected("no row for: \(sql)") }
        return try statement.number(at: 0)
    }

    /// The text in the first row.
    func text(_ sql: String) throws(DatabaseFailure) -> String {
        let statement = try prepare(sql)
        defer { statement.reset() }
        guard try statement.step() else { throw .unexpected("no row for: \(sql)") }
        return try statement.text(at: 0)
    }

    /// Makes a statement that is run many times.
    func prepare(_ sql: String) throws(DatabaseFailure) -> Statement {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw failure(code) }
        return Statement(prepared, of: self)
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func failure(_ code: Int32) -> DatabaseFailure {
        DatabaseFailure(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }
}
