import Glibc
import SystemPackage

/// The names in a folder, in no order.
struct FolderEntries {
    private let path: FilePath

    init(_ path: FilePath) {
        self.path = path
    }

    /// Reads at most `limit` names; what in a name is not UTF-8 becomes U+FFFD.
    func names(limit: Int) throws(Errno) -> [String] {
        // Unsafe: a C stream, which lives until it is closed below.
        guard let stream = unsafe path.withPlatformString({ unsafe opendir($0) }) else {
            throw Errno(rawValue: errno)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while names.count < limit, let name = try unsafe Self.next(stream) {
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func next(_ stream: OpaquePointer) throws(Errno) -> String? {
        errno = 0
        // Unsafe: the entry belongs to the stream; its name is copied before the next call.
        guard let entry = unsafe readdir(stream) else {
            if errno != 0 { throw Errno(rawValue: errno) }
            return nil
        }
        return unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// A path without links and dots.
enum CanonicalPath {
    /// `nil` if there is nothing at the path's end, or we may not look.
    static func of(_ path: FilePath) -> FilePath? {
        // Unsafe: realpath answers with memory that is ours to free.
        guard let resolved = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe FilePath(platformString: resolved)
    }
}
