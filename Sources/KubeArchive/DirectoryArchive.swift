public import KubeServer
import Synchronization

/// A directory in which a server keeps its objects.
///
/// One process at a time has it. A commit that has returned survives the end of the process, whatever ends it; what
/// the end of the machine may cost, the decision note says. Secrets are kept in it as they are, so that the directory
/// and its files are made for their owner alone.
public final class DirectoryArchive: ObjectArchive {
    /// The directory.
    public let path: String
    private let tables: Mutex<ArchiveTables>
    /// Held for as long as the archive is there; it goes after the tables.
    private let lock: DirectoryLock

    /// Of the file, in bytes, where nothing else is said: more than a server could hold in memory.
    public static let defaultSizeLimit: Int64 = 8 << 30

    /// Opens a directory, and makes it where there is none.
    ///
    /// - Parameters:
    ///   - path: The directory. Nothing in it is changed unless it can be used.
    ///   - sizeLimit: How large the file in it may grow, in bytes; a commit beyond it fails.
    /// - Throws: Why it cannot be used, and what to do.
    public init(at path: String, sizeLimit: Int64 = defaultSizeLimit) throws(ArchiveFailure) {
        self.path = path
        let directory = ArchiveDirectory(path: path)
        try directory.prepare()
        lock = try DirectoryLock(directory.path(of: "objects.lock"), of: path)
        let file = directory.path(of: "objects.db")
        try directory.makeFile(file)
        tables = Mutex(try ArchiveTables.open(file, sizeLimit: sizeLimit))
    }

    public func load() throws(ArchiveFailure) -> ArchivedState {
        try tables.withLock { tables throws(ArchiveFailure) in
            do throws(DatabaseFailure) {
                return try tables.load()
            } catch {
                throw ArchiveFailure(path: path, reason: error.reason)
            }
        }
    }

    public func commit(_ changes: ArchiveChanges) throws(ArchiveFailure) {
        try tables.withLock { tables throws(ArchiveFailure) in
            do throws(DatabaseFailure) {
                try tables.commit(changes)
            } catch {
                throw ArchiveFailure(path: path, reason: error.reason)
            }
        }
    }
}
