import SyncEngine
import SystemPackage

/// Sees to it that a chart has what it depends on, without writing into the source.
struct ChartVendor {
    var folder: SourceRoot
    var settings: RenderSettings
    var repositories: ChartRepositories?
    var program: RenderProgram
    var work: WorkFolder

    /// Charts of the source that were taken, without links.
    private(set) var inputs: Set<SourcePath> = []
    private var copies = 0
    private static let deepest = 16

    init(
        folder: SourceRoot, settings: RenderSettings, repositories: ChartRepositories?,
        program: RenderProgram, work: WorkFolder
    ) {
        self.folder = folder
        self.settings = settings
        self.repositories = repositories
        self.program = program
        self.work = work
    }

    /// The chart with all that it depends on.
    ///
    /// - Parameter path: The chart's folder.
    /// - Returns: The folder itself if nothing is missing, or a copy.
    /// - Throws: ``RenderFailure`` for what is missing and cannot be had.
    mutating func complete(_ path: SourcePath) async throws(RenderFailure) -> FilePath {
        try await complete(path, chain: [path])
    }

    private mutating func complete(
        _ path: SourcePath, chain: [SourcePath]
    ) async throws(RenderFailure) -> FilePath {
        inputs.insert(path)
        let location = path.text.isEmpty ? folder.root : folder.root.appending(path.text)
        let missing = try missing(of: HelmChart(path, of: folder), in: path)
        guard !missing.isEmpty else { return location }
        copies += 1
        let name = "chart-\(copies)"
        try copy(path, to: name)
        for (index, dependency) in missing {
            let place = "\(name)/charts/\(dependency.name)"
            if dependency.repository.hasPrefix("file://") {
                let target = try local(dependency, index, of: path, chain)
                let complete = try await complete(target, chain: chain + [target])
                try copy(complete, to: place)
            } else {
                let archive = try await fetched(dependency, index, of: path)
                _ = try work.write(archive, to: "\(place).tgz")
            }
        }
        return work.path.appending(name)
    }

    /// What `charts` does not hold, with its place among the dependencies.
    private func missing(
        of chart: HelmChart, in path: SourcePath
    ) throws(RenderFailure) -> [(index: Int, dependency: HelmChart.Dependency)] {
        var names: [String] = []
        if let charts = SourcePath("charts", in: path), let place = try folder.place(charts) {
            do {
                names = try FolderEntries(place.location).names(limit: settings.limits.files)
            } catch {
                throw RenderFailure(
                    path: charts.description, reason: SystemFailure.reason(error, missing: .noSuchDirectory))
            }
        }
        return chart.dependencies.enumerated().compactMap { index, dependency in
            let isThere = names.contains { name in
                name == dependency.name || (name.hasPrefix("\(dependency.name)-") && name.hasSuffix(".tgz"))
            }
            return isThere || dependency.repository.isEmpty ? nil : (index, dependency)
        }
    }

    private func local(
        _ dependency: HelmChart.Dependency, _ index: Int, of path: SourcePath, _ chain: [SourcePath]
    ) throws(RenderFailure) -> SourcePath {
        let text = String(dependency.repository.dropFirst("file://".count))
        guard let target = SourcePath(text, in: path), let place = try folder.place(target),
            place.kind == .folder
        else {
            throw refusal(path, index, "\(dependency.repository) is no folder of the source")
        }
        guard !chain.contains(place.path), chain.count < Self.deepest else {
            let circle = (chain + [place.path]).map(\.description).joined(separator: " → ")
            throw refusal(path, index, "charts depend on one another in a circle, or too deeply: \(circle)")
        }
        var scan = ChartScan(folder, limits: settings.limits)
        try scan.scan(place.path)
        return place.path
    }

    private func fetched(
        _ dependency: HelmChart.Dependency, _ index: Int, of path: SourcePath
    ) async throws(RenderFailure) -> [UInt8] {
        let isAllowed = settings.chartRepositories.contains {
            ChartCredentials.isAddress(dependency.repository, below: $0)
        }
        guard isAllowed, let repositories else {
            throw refusal(
                path, index,
                "\(dependency.name) of \(dependency.repository) is not in charts/, and is not fetched: commit it there "
                    + "(`helm dependency build`), or allow its repository")
        }
        let request = ChartRequest(
            repository: dependency.repository, name: dependency.name, version: dependency.version)
        return try await repositories.fetch(request, with: program, in: work).content
    }

    private func refusal(_ path: SourcePath, _ index: Int, _ problem: String) -> RenderFailure {
        RenderFailure(
            path: SourcePath(HelmChart.file, in: path)?.description ?? path.description,
            reason: .refused("dependencies[\(index)]: \(problem)"))
    }

    /// Copies a chart of the source, which has been looked through; links become what they lead to.
    private func copy(_ path: SourcePath, to name: String) throws(RenderFailure) {
        try copy(path.text.isEmpty ? folder.root : folder.root.appending(path.text), to: name)
    }

    private func copy(_ location: FilePath, to name: String, depth: Int = 0) throws(RenderFailure) {
        _ = try work.folder(name)
        guard depth <= settings.limits.depth else {
            throw RenderFailure(path: name, reason: .tooManyFolders(limit: settings.limits.depth))
        }
        do {
            for entry in try FolderEntries(location).names(limit: settings.limits.files) {
                let source = location.appending(entry)
                if try Stat(source).type == .directory {
                    try copy(source, to: "\(name)/\(entry)", depth: depth + 1)
                } else {
                    let content = try BoundedFile(name: entry, limit: settings.limits.totalBytes).read(source)
                    _ = try work.write(content, to: "\(name)/\(entry)")
                }
            }
        } catch let failure as RenderFailure {
            throw failure
        } catch {
            throw RenderFailure(path: name, reason: SystemFailure.reason(error, missing: .danglingLink))
        }
    }
}
