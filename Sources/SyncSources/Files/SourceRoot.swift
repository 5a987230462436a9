import SyncEngine
import SystemPackage

/// The files of a whole source, from its top: a checkout, or a folder of the user's.
///
/// Paths are of the source, and nothing outside can be reached through them: a link is followed as long as it stays
/// within.
struct SourceRoot: Sendable {
    /// Without links.
    let root: FilePath

    /// What a path leads to.
    enum Kind: Equatable {
        case file
        case folder
    }

    /// Something in the source, seen through links.
    struct Place: Equatable {
        var location: FilePath
        /// Without links: where it lies in truth.
        var path: SourcePath
        var kind: Kind
    }

    init(_ root: FilePath) throws(RenderFailure) {
        guard let root = CanonicalPath.of(root) else {
            throw RenderFailure(path: root.string, reason: .noSuchDirectory)
        }
        self.root = root
    }

    /// Looks for something.
    ///
    /// - Parameter path: Within the source.
    /// - Returns: `nil` if there is nothing.
    /// - Throws: ``RenderFailure`` if it leads out of the source, or is neither a file nor a folder.
    func place(_ path: SourcePath) throws(RenderFailure) -> Place? {
        guard let location = CanonicalPath.of(path.text.isEmpty ? root : root.appending(path.text)) else {
            return nil
        }
        guard location.starts(with: root) else {
            throw RenderFailure(path: path.description, reason: .leadsOutside)
        }
        var relative = location
        _ = relative.removePrefix(root)
        guard let truth = SourcePath(relative.string) else {
            throw RenderFailure(path: path.description, reason: .badName)
        }
        return Place(location: location, path: truth, kind: try kind(of: location, path))
    }

    private func kind(of location: FilePath, _ path: SourcePath) throws(RenderFailure) -> Kind {
        let type: FileType
        do {
            type = try Stat(location).type
        } catch {
            throw RenderFailure(
                path: path.description, reason: SystemFailure.reason(error, missing: .danglingLink))
        }
        switch type {
        case .regular: return .file
        case .directory: return .folder
        default: throw RenderFailure(path: path.description, reason: .notAFile)
        }
    }

    /// Reads a file; `nil` if there is nothing.
    func read(_ path: SourcePath, limit: Int) throws(RenderFailure) -> [UInt8]? {
        guard let place = try place(path) else { return nil }
        return try BoundedFile(name: path.description, limit: limit).read(place.location)
    }
}
