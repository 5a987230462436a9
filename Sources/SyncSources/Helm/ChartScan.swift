import KubeYAML
import SyncEngine
import SystemPackage

/// Looks through a chart's folder before Helm reads it: Helm would follow links, wait for pipes, and unfold whatever
/// lies in `charts`.
struct ChartScan {
    private let folder: SourceRoot
    private let limits: SourceLimits
    private var entries = 0
    private var bytes = 0

    /// Bytes that a chart in an archive may unfold to.
    static let archiveBytes = 64 << 20
    /// Bytes of an archive.
    static let packedBytes = 16 << 20

    /// Files and folders that the chart's links lead to, without links.
    private(set) var targets: Set<SourcePath> = []

    init(_ folder: SourceRoot, limits: SourceLimits) {
        self.folder = folder
        self.limits = limits
    }

    /// Looks through a chart.
    ///
    /// - Parameter path: Its folder, without links.
    /// - Throws: ``RenderFailure`` for the first thing that Helm must not see.
    mutating func scan(_ path: SourcePath) throws(RenderFailure) {
        var visited: Set<SourcePath> = [path]
        var folders = [path]
        while let next = folders.popLast() {
            for name in try names(in: next) {
                guard let entry = SourcePath(name, in: next) else {
                    throw RenderFailure(path: next.description, reason: .badName)
                }
                guard let place = try folder.place(entry) else {
                    throw RenderFailure(path: entry.description, reason: .danglingLink)
                }
                if place.path != entry { targets.insert(place.path) }
                switch place.kind {
                case .folder:
                    guard depth(of: place.path, below: path) < limits.depth else {
                        throw RenderFailure(
                            path: entry.description, reason: .tooManyFolders(limit: limits.depth))
                    }
                    if visited.insert(place.path).inserted { folders.append(place.path) }
                case .file: try check(place, named: name)
                }
            }
        }
    }

    private func depth(of path: SourcePath, below top: SourcePath) -> Int {
        path.text.utf8.count { $0 == UInt8(ascii: "/") } - top.text.utf8.count { $0 == UInt8(ascii: "/") }
    }

    private mutating func names(in path: SourcePath) throws(RenderFailure) -> [String] {
        let location = path.text.isEmpty ? folder.root : folder.root.appending(path.text)
        let names: [String]
        do {
            names = try FolderEntries(location).names(limit: limits.files - entries + 1)
        } catch {
            throw RenderFailure(
                path: path.description, reason: SystemFailure.reason(error, missing: .noSuchDirectory))
        }
        entries += names.count
        guard entries <= limits.files else {
            throw RenderFailure(path: path.description, reason: .tooManyFiles(limit: limits.files))
        }
        return names
    }

    private mutating func check(_ place: SourceRoot.Place, named name: String) throws(RenderFailure) {
        let size: Int64
        do {
            size = try Stat(place.location).size
        } catch {
            throw RenderFailure(
                path: place.path.description, reason: SystemFailure.reason(error, missing: .danglingLink))
        }
        bytes += Int(clamping: size)
        guard bytes <= limits.totalBytes else {
            throw RenderFailure(
                path: place.path.description, reason: .totalTooLarge(limit: limits.totalBytes))
        }
        switch name {
        case "values.yaml", "Chart.yaml", "requirements.yaml": try checkYAML(place)
        case _ where name.hasSuffix(".tgz") || name.hasSuffix(".tar.gz"): try checkArchive(place)
        default: break
        }
    }

    private func checkYAML(_ place: SourceRoot.Place) throws(RenderFailure) {
        let file = BoundedFile(name: place.path.description, limit: limits.manifest.bytes)
        let content = try file.read(place.location)
        do {
            _ = try YAMLStream.documents(in: content, limits: limits.manifest)
        } catch {
            throw RenderFailure(path: place.path.description, reason: .badYAML(error))
        }
    }

    private func checkArchive(_ place: SourceRoot.Place) throws(RenderFailure) {
        let file = BoundedFile(name: place.path.description, limit: Self.packedBytes)
        let content = try file.read(place.location)
        _ = try ChartArchive(name: place.path.description).files(in: content)
    }
}

/// A chart as a repository hands it out.
struct ChartArchive {
    /// For messages.
    var name: String

    /// What is in it.
    ///
    /// - Parameter content: A tar archive, packed by gzip.
    /// - Returns: Its files.
    /// - Throws: ``RenderFailure`` if it is larger than it may be, or holds what no chart holds.
    func files(in content: [UInt8]) throws(RenderFailure) -> [TarArchive.File] {
        do throws(ArchiveProblem) {
            let unpacked = try GZip.unpacked(content, limit: ChartScan.archiveBytes)
            return try TarArchive.files(in: unpacked, limit: 10_000)
        } catch {
            throw RenderFailure(path: name, reason: .refused("the archive \(error.text)"))
        }
    }

    /// Unpacks it.
    ///
    /// - Parameters:
    ///   - content: The archive.
    ///   - folder: Where to.
    ///   - place: The folder's folder to unpack into.
    /// - Returns: The name of the only folder at its top: the chart's.
    /// - Throws: ``RenderFailure``.
    func unpack(
        _ content: [UInt8], into folder: WorkFolder, _ place: String
    ) throws(RenderFailure) -> String {
        let files = try files(in: content)
        let tops = Set(files.map { $0.path.text.split(separator: "/").first.map(String.init) ?? "" })
        guard tops.count == 1, let top = tops.first, !top.isEmpty,
            files.contains(where: { $0.path.text == "\(top)/\(HelmChart.file)" })
        else {
            throw RenderFailure(path: name, reason: .refused("the archive holds no chart"))
        }
        for file in files { _ = try folder.write(file.content, to: "\(place)/\(file.path.text)") }
        return top
    }
}
