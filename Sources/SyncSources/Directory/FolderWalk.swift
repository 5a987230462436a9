import SystemPackage

/// Finds the manifest files of a folder without leaving it, or what it is a part of.
struct FolderWalk {
    /// A file to read.
    struct File {
        /// Relative to the folder.
        var path: String
        /// Without links on the way.
        var location: FilePath
    }

    /// The file in a folder whose content is a submodule's, which is not read.
    static let submoduleMark = ".syncctl-submodule"

    /// Links that were not followed.
    private(set) var skipped: [SkippedFile] = []
    private let root: FilePath
    private let top: FilePath
    private let name: String
    private let recurses: Bool
    private let limits: SourceLimits
    private var entriesLeft: Int

    /// Prepares a walk.
    ///
    /// - Parameters:
    ///   - root: The folder.
    ///   - top: What links must not lead out of; `nil`: the folder.
    ///   - name: What the caller calls it, for messages.
    ///   - recurses: Whether folders within are entered.
    ///   - limits: Bounds on entries and depth.
    /// - Throws: ``RenderFailure`` if the folder cannot be reached.
    init(
        _ root: FilePath, in top: FilePath?, name: String, recurses: Bool, limits: SourceLimits
    ) throws(RenderFailure) {
        guard let canonical = CanonicalPath.of(root) else {
            throw RenderFailure(path: name, reason: .noSuchDirectory)
        }
        self.root = canonical
        self.top = top.flatMap(CanonicalPath.of) ?? canonical
        self.name = name
        self.recurses = recurses
        self.limits = limits
        entriesLeft = limits.files
    }

    /// The files whose relative path has a manifest's extension and is wanted, in byte order of the paths.
    mutating func manifests(where isWanted: (String) -> Bool) throws(RenderFailure) -> [File] {
        var found: [File] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let entries = try entries(of: folder)
            guard !entries.contains(Self.submoduleMark) else {
                throw RenderFailure(
                    path: folder.isEmpty ? name : folder,
                    reason: .refused(
                        "is a submodule, and submodules are not read: leave it out by a pattern, or make it a source of its own"
                    ))
            }
            for entry in entries where try isUsable(entry, in: folder) {
                let path = folder.isEmpty ? entry : "\(folder)/\(entry)"
                switch try type(of: path) {
                case .directory:
                    if recurses, !entry.hasPrefix(".") { folders.append(try checkedDepth(path)) }
                case .symbolicLink:
                    if Self.isManifest(entry), isWanted(path) {
                        if let file = try followed(path) { found.append(file) }
                    } else if recurses, try isFolder(path) {
                        skipped.append(SkippedFile(path: path, reason: .linkedFolder))
                    }
                case .regular:
                    guard Self.isManifest(entry), isWanted(path) else { continue }
                    found.append(File(path: path, location: location(of: path)))
                default:
                    guard Self.isManifest(entry), isWanted(path) else { continue }
                    throw RenderFailure(path: path, reason: .notAFile)
                }
            }
        }
        skipped.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private static func isManifest(_ name: String) -> Bool {
        name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".json")
    }

    private func location(of path: String) -> FilePath {
        path.isEmpty ? root : root.appending(path)
    }

    private mutating func entries(of folder: String) throws(RenderFailure) -> [String] {
        let names: [String]
        do {
            names = try FolderEntries(location(of: folder)).names(limit: entriesLeft + 1)
        } catch {
            throw RenderFailure(
                path: folder.isEmpty ? name : folder,
                reason: SystemFailure.reason(error, missing: .noSuchDirectory))
        }
        entriesLeft -= names.count
        guard entriesLeft >= 0 else {
            throw RenderFailure(path: name, reason: .tooManyFiles(limit: limits.files))
        }
        return names
    }

    /// Whether a name can be used in a path; one that cannot is no harm where nobody wants to read it.
    private func isUsable(_ entry: String, in folder: String) throws(RenderFailure) -> Bool {
        guard entry.unicodeScalars.contains("\u{FFFD}") else { return true }
        guard recurses || Self.isManifest(entry) else { return false }
        throw RenderFailure(path: folder.isEmpty ? entry : "\(folder)/\(entry)", reason: .badName)
    }

    private func type(of path: String) throws(RenderFailure) -> FileType {
        do {
            return try Stat(location(of: path), followTargetSymlink: false).type
        } catch {
            throw RenderFailure(path: path, reason: SystemFailure.reason(error, missing: .danglingLink))
        }
    }

    private func checkedDepth(_ path: String) throws(RenderFailure) -> String {
        guard path.utf8.count(where: { $0 == UInt8(ascii: "/") }) < limits.depth else {
            throw RenderFailure(path: path, reason: .tooManyFolders(limit: limits.depth))
        }
        return path
    }
}

extension FolderWalk {
    /// A link's file; `nil` for a folder.
    private mutating func followed(_ path: String) throws(RenderFailure) -> File? {
        guard let target = CanonicalPath.of(location(of: path)) else {
            throw RenderFailure(path: path, reason: .danglingLink)
        }
        guard target.starts(with: top) else { throw RenderFailure(path: path, reason: .leadsOutside) }
        if try isFolder(path) {
            skipped.append(SkippedFile(path: path, reason: .linkedFolder))
            return nil
        }
        return File(path: path, location: target)
    }

    /// Whether a link leads to a folder; one that leads nowhere does not.
    private func isFolder(_ path: String) throws(RenderFailure) -> Bool {
        do {
            return try Stat(location(of: path)).type == .directory
        } catch {
            return false
        }
    }
}
