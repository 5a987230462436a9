import FoundationEssentials
import Glibc
import SystemPackage

/// A folder that nobody else may look into, for the time of one call.
struct PrivateFolder: Sendable {
    let path: FilePath

    /// Makes a folder, and removes it with all that is in it when the work is done.
    ///
    /// - Parameters:
    ///   - parent: Where it is made; it has to be there.
    ///   - work: What is done with it.
    /// - Returns: What the work returned.
    /// - Throws: ``SourceFailure`` if it cannot be made, and what the work throws.
    static func with<Result: Sendable>(
        in parent: FilePath, _ work: (PrivateFolder) async throws(SourceFailure) -> Result
    ) async throws(SourceFailure) -> Result {
        let name = String(UInt64.random(in: .min ... .max), radix: 36)
        let folder = PrivateFolder(path: parent.appending("call-\(name)"))
        guard unsafe mkdir(folder.path.string, 0o700) == 0 else {
            throw SourceFailure(parent.string, .cache("no folder can be made: \(Errno(rawValue: errno))"))
        }
        defer {
            // What cannot be removed now, goes with the folder around it at the next start.
            try? FileManager.default.removeItem(atPath: folder.path.string)
        }
        return try await work(folder)
    }

    /// Writes a file that only we may read.
    func write(_ name: String, _ text: String) throws(SourceFailure) -> FilePath {
        let file = path.appending(name)
        do {
            let opened = try FileDescriptor.open(
                file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            _ = try opened.closeAfter { try opened.writeAll(text.utf8) }
        } catch {
            throw SourceFailure(file.string, .cache("cannot be written: \(error)"))
        }
        return file
    }
}
