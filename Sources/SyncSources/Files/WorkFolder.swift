import FoundationEssentials
import SystemPackage

/// A folder that only we can enter and that goes when the work is done.
struct WorkFolder: Sendable {
    let path: FilePath

    /// Makes a folder, works in it, and takes it away, whatever comes out.
    ///
    /// - Parameters:
    ///   - parent: Where it is made; nobody else may write there, or only under names of their own.
    ///   - work: What is done with it.
    /// - Returns: What the work returns.
    /// - Throws: ``RenderFailure`` of the folder or of the work.
    static func with<Result>(
        in parent: FilePath, _ work: (WorkFolder) async throws(RenderFailure) -> Result
    ) async throws(RenderFailure) -> Result {
        let folder = try WorkFolder(in: parent)
        defer { folder.remove() }
        return try await work(folder)
    }

    private init(in parent: FilePath) throws(RenderFailure) {
        let parent = CanonicalPath.of(parent) ?? parent
        path = parent.appending("syncctl-render-\(UUID().uuidString)")
        try make(path)
    }

    /// Makes a folder within, and those around it.
    func folder(_ name: String) throws(RenderFailure) -> FilePath {
        let folder = path.appending(name)
        try make(folder)
        return folder
    }

    /// Writes a file that only we can read, and the folders around it.
    func write(_ content: [UInt8], to name: String) throws(RenderFailure) -> FilePath {
        let file = path.appending(name)
        if name.contains("/") { try make(file.removingLastComponent()) }
        do {
            let descriptor = try FileDescriptor.open(
                file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            _ = try descriptor.closeAfter { try descriptor.writeAll(content) }
        } catch {
            throw RenderFailure(path: file.string, reason: .unwritable("\(error)"))
        }
        return file
    }

    private func make(_ folder: FilePath) throws(RenderFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder.string, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw RenderFailure(path: folder.string, reason: .unwritable("\(error)"))
        }
    }

    private func remove() {
        // What cannot be taken away is left for who cleans up temporary files; the result is good all the same.
        try? FileManager.default.removeItem(atPath: path.string)
    }
}
