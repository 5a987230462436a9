import CSQLite
import KubeServer

/// Why a database did not do what was asked.
struct DatabaseFailure: Error, Hashable, Sendable {
    var reason: ArchiveFailure.Reason

    init(_ reason: ArchiveFailure.Reason) {
        self.reason = reason
    }

    /// - Parameters:
    ///   - code: One of SQLite's result codes, with or without the details of extended ones.
    ///   - message: In SQLite's words; never with what is stored.
    init(code: Int32, message: String) {
        reason =
            switch code & 0xFF {
            case SQLITE_FULL: .full
            case SQLITE_NOTADB: .foreign("no database")
            case SQLITE_CORRUPT: .corrupt(message)
            case SQLITE_BUSY, SQLITE_LOCKED: .inUse(by: nil)
            default: .refused(message)
            }
    }

    /// The database holds what it cannot hold if all was well.
    static func unexpected(_ what: String) -> DatabaseFailure { DatabaseFailure(.corrupt(what)) }
}
