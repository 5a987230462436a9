import Glibc
import SystemPackage

/// A lock that holds between processes, as long as this is there; the system takes it from a process that dies.
final class FileLock: Sendable {
    enum Kind {
        /// Any number at once, if nobody has it alone.
        case shared
        case alone
    }

    private let file: FileDescriptor

    /// Takes a lock if it can be had at once.
    ///
    /// - Parameters:
    ///   - path: The file; made if it is missing. Its folder has to be there.
    ///   - kind: With others or alone.
    /// - Returns: `nil` if somebody else has it.
    /// - Throws: `Errno` if the file cannot be opened.
    static func take(_ path: FilePath, _ kind: Kind) throws -> FileLock? {
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        let lock = FileLock(file)
        guard flock(file.rawValue, (kind == .alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 else {
            guard Errno(rawValue: errno) == .wouldBlock else { throw Errno(rawValue: errno) }
            return nil
        }
        // Whoever removed the file in between has locked another one.
        guard try file.stat().inode == (try? Stat(path))?.inode else { return nil }
        return lock
    }

    private init(_ file: FileDescriptor) {
        self.file = file
    }

    deinit {
        // Closing alone would not do: a process that is just being started holds the file until it has its own program.
        _ = flock(file.rawValue, LOCK_UN)
        // Nothing was written that closing could lose.
        try? file.close()
    }
}
