/// Why an archive cannot be opened, read or written.
public struct ArchiveFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// Another process has it open; its id, if it is known.
        case inUse(by: Int32?)
        /// What stands there is no archive, in words.
        case foreign(String)
        /// A newer program wrote it.
        case newerFormat(found: Int64, known: Int64)
        /// It was an archive and cannot be read, in words.
        case corrupt(String)
        /// The disk, or the room that was allowed, is used up.
        case full
        /// Others than its owner may write there; the permission bits.
        case writableByOthers(mode: UInt32)
        /// The system refused, in words.
        case refused(String)
    }

    /// The path of the archive.
    public var path: String
    public var reason: Reason

    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

extension ArchiveFailure: CustomStringConvertible {
    /// For people: what is wrong with which path, and what to do.
    public var description: String {
        switch reason {
        case .inUse(let process?):
            "\(path) is in use by process \(process): stop that one first, or name another directory"
        case .inUse(nil):
            "\(path) is in use by another process: stop that one first, or name another directory"
        case .foreign(let what):
            "\(path) is not a cluster's data (\(what)); it was left as it is: name another directory"
        case .newerFormat(let found, let known):
            "\(path) was written by a newer program (format \(found); this one knows \(known)): use that program"
        case .corrupt(let what):
            "\(path) is damaged (\(what)); it was left as it is: restore a copy, or name another directory"
        case .full: "\(path) cannot take more: the disk is full, or the archive has reached its limit"
        case .writableByOthers(let mode):
            "\(path) may be written by other users (mode \(String(mode, radix: 8))), and Secrets are kept in it: "
                + "name a directory that only you may write to"
        case .refused(let what): "\(path) cannot be used: \(what)"
        }
    }
}
