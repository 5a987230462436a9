import Glibc
import KubeCore
import SystemPackage

/// The file that tells of the server that runs.
///
/// Its server holds a lock on it, which ends with the process however it ends: what a killed server left behind is
/// not taken for a server, whoever has its process id now.
struct ClusterStateFile {
    enum Finding: Equatable {
        case none
        /// Left behind by a server that was killed.
        case stale(ClusterState?)
        case running(ClusterState)
        /// A server is about to listen, or to end.
        case changing
    }

    private static let longest = 64 << 10

    var path: FilePath
    private let file: FileDescriptor

    /// Becomes the server of this place.
    ///
    /// - Returns: `nil` if there is one already.
    static func claim(_ path: FilePath) throws -> ClusterStateFile? {
        while true {
            let file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
            guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
                try file.close()
                return nil
            }
            // The one before may have removed it between our opening and locking it.
            if let there = try? Stat(path), there.inode == (try file.stat().inode) {
                return ClusterStateFile(path: path, file: file)
            }
            try file.close()
        }
    }

    /// Tells of the server; to be called with the lock only.
    func write(_ state: ClusterState) throws {
        try file.resize(to: 0)
        try file.writeAll(toAbsoluteOffset: 0, state.json.serialized() + [UInt8(ascii: "\n")])
    }

    /// Ends the claim.
    func remove() {
        // If it cannot be removed, it is stale from now on: the lock ends with the process.
        _ = unsafe unlink(path.string)
    }

    /// Looks who is there.
    static func look(_ path: FilePath) throws -> Finding {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch Errno.noSuchFileOrDirectory {
            return .none
        }
        return try file.closeAfter {
            let isFree = flock(file.rawValue, LOCK_SH | LOCK_NB) == 0
            let state = ClusterState(try read(file))
            guard !isFree else { return .stale(state) }
            guard let state, !state.address.isEmpty else { return .changing }
            return .running(state)
        }
    }

    private static func read(_ file: FileDescriptor) throws -> [UInt8] {
        // Unsafe: read(2) fills a buffer that it is given as a pointer; the array is told how much of it.
        try unsafe Array(unsafeUninitializedCapacity: longest) { buffer, count in
            count = try unsafe file.read(into: .init(buffer))
        }
    }
}
