import Glibc
import KubeServer
import SystemPackage

/// The directory itself: that it is there, and whose it is.
struct ArchiveDirectory {
    var path: String

    func path(of file: String) -> String { FilePath(path).appending(file).string }

    /// Makes the directory, if it is not there, for its owner alone; one that is there must not be open to writers.
    func prepare() throws(ArchiveFailure) {
        do {
            try make(FilePath(path).lexicallyNormalized())
            let status = try Stat(FilePath(path))
            guard status.type == .directory else { throw Errno.notDirectory }
            let mode = status.permissions
            guard mode.isDisjoint(with: [.groupWrite, .otherWrite]) else {
                throw ArchiveFailure(path: path, reason: .writableByOthers(mode: UInt32(mode.rawValue)))
            }
        } catch {
            throw failure(error)
        }
    }

    /// Makes an empty file for its owner alone, if there is none: SQLite would let the umask decide.
    func makeFile(_ file: String) throws(ArchiveFailure) {
        do {
            try FileDescriptor.open(
                FilePath(file), .readWrite, options: [.create, .closeOnExec, .noFollow],
                permissions: .ownerReadWrite
            ).close()
        } catch {
            throw failure(error)
        }
    }

    private func make(_ directory: FilePath) throws {
        guard mkdir(directory.string, 0o700) != 0 else { return }
        switch Errno(rawValue: errno) {
        case .fileExists: return
        case .noSuchFileOrDirectory where !directory.removingLastComponent().isEmpty:
            try make(directory.removingLastComponent())
            guard mkdir(directory.string, 0o700) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
        case let problem: throw problem
        }
    }

    private func failure(_ error: any Error) -> ArchiveFailure {
        error as? ArchiveFailure ?? ArchiveFailure(path: path, reason: .refused("\(error)"))
    }
}
