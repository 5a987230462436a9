import FoundationEssentials
import SystemPackage

/// A failure that can say that something of our own cannot be written.
protocol WriteFailure: Error {
    static func unwritable(_ path: FilePath, _ problem: String) -> Self
}

/// What one rendering may write into.
typealias WorkFolder = PrivateFolder<RenderFailure>

/// What one call of git is told by files.
typealias CallFolder = PrivateFolder<SourceFailure>

/// A folder that only we can enter and that goes when the work is done.
struct PrivateFolder<Failure: WriteFailure>: Sendable {
    let path: FilePath

    /// Makes a folder, works in it, and takes it away, whatever comes out.
    ///
    /// - Parameters:
    ///   - parent: Where it is made; nobody else may write there, or only under names of their own.
    ///   - work: What is done with it.
    /// - Returns: What the work returns.
    /// - Throws: The failure of the folder or of the work.
    static func with<Result>(
        in parent: FilePath, _ work: (PrivateFolder) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let folder = try PrivateFolder(in: parent)
        defer { folder.remove() }
        return try await work(folder)
    }

    private init(in parent: FilePath) throws(Failure) {
        let parent = CanonicalPath.of(parent) ?? parent
        path = parent.appending("syncctl-\(UUID().uuidString)")
        try make(path)
    }

    /// Makes a folder within, and those around it.
    func folder(_ name: String) throws(Failure) -> FilePath {
        let folder = path.appending(name)
        try make(folder)
        return folder
    }

    /// Writes a file that only we can read, and the folders around it.
    func write(_ content: some Sequence<UInt8>, to name: String) throws(Failure) -> FilePath {
        let file = path.appending(name)
        if name.contains("/") { try make(file.removingLastComponent()) }
        do {
            let descriptor = try FileDescriptor.open(
                file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            _ = try descriptor.closeAfter { try descriptor.writeAll(content) }
        } catch {
            throw .unwritable(file, "\(error)")
        }
        return file
    }

    private func make(_ folder: FilePath) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder.string, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unwritable(folder, "\(error)")
        }
    }

    private func remove() {
        // What cannot be taken away is left for who cleans up; the result is good all the same.
        try? FileManager.default.removeItem(atPath: path.string)
    }
}

extension RenderFailure: WriteFailure {
    static func unwritable(_ path: FilePath, _ problem: String) -> RenderFailure {
        RenderFailure(path: path.string, reason: .unwritable(problem))
    }
}

extension SourceFailure: WriteFailure {
    static func unwritable(_ path: FilePath, _ problem: String) -> SourceFailure {
        SourceFailure(path.string, .cache("cannot be written: \(problem)"))
    }
}
