import CSQLite

/// A statement of one database, ready to run.
final class Statement {
    /// A value for one of a statement's places.
    enum Value {
        case number(Int64)
        case text(String)
        case bytes([UInt8])
    }

    private let handle: OpaquePointer
    /// Kept open for as long as the statement is there.
    private let database: Database

    /// Takes over a prepared statement.
    init(_ handle: OpaquePointer, of database: Database) {
        self.handle = handle
        self.database = database
    }

    deinit { sqlite3_finalize(handle) }

    /// Runs the statement to its end with these values.
    func run(_ values: Value...) throws(DatabaseFailure) {
        defer { reset() }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
        while try step() {}
    }

    /// Goes to the next row.
    ///
    /// - Returns: Whether there is one.
    func step() throws(DatabaseFailure) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw database.failure(code)
        }
    }

    /// Makes the statement ready for the next run, and lets go of its values.
    func reset() {
        // The code is that of the last step, which has been reported.
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func bind(_ value: Value, at place: Int32) throws(DatabaseFailure) {
        let code =
            switch value {
            case .number(let number): sqlite3_bind_int64(handle, place, number)
            case .text(let text):
                sqlite3_bind_text64(handle, place, text, UInt64(text.utf8.count), Self.copying, Self.utf8)
            // A null pointer would be bound as NULL.
            case .bytes(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(handle, place, 0)
            case .bytes(let bytes):
                bytes.withUnsafeBytes {
                    sqlite3_bind_blob64(handle, place, $0.baseAddress, UInt64($0.count), Self.copying)
                }
            }
        guard code == SQLITE_OK else { throw database.failure(code) }
    }

    private static let utf8 = UInt8(SQLITE_UTF8)
    /// `SQLITE_TRANSIENT`: the value is copied before the call returns, since Swift's memory may move after it.
    private static var copying: sqlite3_destructor_type? {
        unsafeBitCast(-1, to: sqlite3_destructor_type?.self)
    }
}

// MARK: - Columns of the present row

extension Statement {
    func number(at column: Int32) throws(DatabaseFailure) -> Int64 {
        try check(column, SQLITE_INTEGER, "a number")
        return sqlite3_column_int64(handle, column)
    }

    func text(at column: Int32) throws(DatabaseFailure) -> String {
        try check(column, SQLITE_TEXT, "a text")
        return String(decoding: content(of: column), as: UTF8.self)
    }

    func bytes(at column: Int32) throws(DatabaseFailure) -> [UInt8] {
        try check(column, SQLITE_BLOB, "bytes")
        return Array(content(of: column))
    }

    private func check(_ column: Int32, _ type: Int32, _ what: String) throws(DatabaseFailure) {
        guard sqlite3_column_type(handle, column) == type else {
            throw .unexpected("column \(column) holds something else than \(what)")
        }
    }

    /// Valid until the next step. A text is read as its bytes, which are the same.
    private func content(of column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }
}
