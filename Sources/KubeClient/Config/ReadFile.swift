import Glibc

/// Why a file of ours could not be read. Reads on after the file's name: `… does not exist`.
enum FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case missing
    case unreadable(String)
    /// In bytes.
    case tooLarge(limit: Int)

    var description: String {
        switch self {
        case .missing: "does not exist"
        case .unreadable(let reason): reason
        case .tooLarge(let limit): "is larger than \(limit) bytes"
        }
    }
}

/// The bytes of a small file: a configuration, a token.
func readFile(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
        throw errno == ENOENT ? .missing : .unreadable("cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = read(file, &chunk, chunk.count)
        guard count >= 0 else {
            if errno == EINTR { continue }
            throw .unreadable("cannot be read: \(String(cString: strerror(errno)))")
        }
        if count == 0 { return bytes }
        bytes += chunk.prefix(count)
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
    }
}
