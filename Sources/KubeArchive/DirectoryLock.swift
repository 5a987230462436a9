import Glibc
import KubeServer
import SystemPackage

/// A file that one process holds locked; the system unlocks it when the process ends, however that comes.
final class DirectoryLock: Sendable {
    private let file: FileDescriptor

    /// - Parameters:
    ///   - path: The file, made if it is not there. The holder's process id is in it, for messages.
    ///   - directory: What the lock is for.
    /// - Throws: Who has it, or why it cannot be made.
    init(_ path: String, of directory: String) throws(ArchiveFailure) {
        let opened: FileDescriptor
        do {
            opened = try FileDescriptor.open(
                FilePath(path), .readWrite, options: [.create, .closeOnExec, .noFollow],
                permissions: .ownerReadWrite)
        } catch {
            throw ArchiveFailure(path: directory, reason: .refused("\(error) (\(path))"))
        }
        guard flock(opened.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let problem = Errno(rawValue: errno)
            defer { try? opened.close() }
            throw ArchiveFailure(
                path: directory,
                reason: problem == .wouldBlock
                    ? .inUse(by: Self.holder(opened)) : .refused("\(problem) (\(path))"))
        }
        file = opened
        note(process: getpid())
    }

    deinit {
        // Closing alone would not do: a process that is just being started holds the file until it has its own program.
        // Whoever comes next writes over the id.
        _ = flock(file.rawValue, LOCK_UN)
        try? file.close()
    }

    private func note(process: Int32) {
        // The id only makes a message better.
        guard ftruncate(file.rawValue, 0) == 0 else { return }
        _ = try? file.writeAll(toAbsoluteOffset: 0, "\(process)\n".utf8)
    }

    private static func holder(_ file: FileDescriptor) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        guard let count = try? text.withUnsafeMutableBytes({ try file.read(fromAbsoluteOffset: 0, into: $0) })
        else { return nil }
        return Int32(String(decoding: text.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
