import Glibc
import KubeCore
import Logging
import Synchronization

/// A token in a file that someone else renews, as in every pod.
final class TokenFile: Sendable {
    /// What changes when a file is replaced or rewritten.
    private struct Version: Equatable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private let path: String
    private let held = Mutex<(version: Version, token: String)?>(nil)

    private static let limit = 1 << 20

    init(_ path: String) {
        self.path = path
    }

    /// The token as the file has it now; the last one if the file cannot be read for the moment.
    func token() throws(TransportFailure) -> String {
        let version = currentVersion()
        let last = held.withLock { $0 }
        if let last, version == last.version { return last.token }
        do throws(FileFailure) {
            let text = String(decoding: try readFile(path, limit: Self.limit), as: UTF8.self)
            let token = String(text.trimmed)
            guard !token.isEmpty else { throw FileFailure.unreadable("is empty") }
            if let version { held.withLock { $0 = (version, token) } }
            return token
        } catch {
            guard let last else {
                throw TransportFailure(.misconfigured, "the token file \(path) \(error)")
            }
            Logger.current.warning(
                "token file cannot be read, the last token is used", metadata: ["path": "\(path)"])
            return last.token
        }
    }

    private func currentVersion() -> Version? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Version(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
}
