import KubeCore
import KubeYAML
import SyncEngine

/// What `Chart.yaml` says.
struct HelmChart {
    static let file = "Chart.yaml"
    /// In bytes.
    static let limit = 1 << 20

    /// A chart that this one needs in its folder `charts`.
    struct Dependency: Hashable {
        var name: String
        var version: String
        /// An address, or `file://` and a path; empty: it lies in `charts` already.
        var repository: String
    }

    var name = ""
    var version = ""
    var dependencies: [Dependency] = []

    /// Reads the chart of a folder, with `requirements.yaml` for old ones.
    ///
    /// - Parameters:
    ///   - path: The chart's folder.
    ///   - folder: The source.
    /// - Throws: ``RenderFailure`` if there is none, or it cannot be read.
    init(_ path: SourcePath, of folder: SourceRoot) throws(RenderFailure) {
        guard let chart = try Self.document(Self.file, path, folder) else {
            throw RenderFailure(path: path.description, reason: .refused("holds no Chart.yaml"))
        }
        name = chart["name"]?.string ?? ""
        version = chart["version"]?.string ?? ""
        let requirements = try Self.document("requirements.yaml", path, folder)
        let locked = try Self.document("Chart.lock", path, folder)
        let oldLocked = try Self.document("requirements.lock", path, folder)
        let versions = Self.dependencies(locked ?? oldLocked)
        dependencies = Self.dependencies(chart) + Self.dependencies(requirements)
        for (index, dependency) in dependencies.enumerated() {
            let lock = versions.first { $0.name == dependency.name && $0.repository == dependency.repository }
            dependencies[index].version = lock?.version ?? dependency.version
        }
    }

    private static func dependencies(_ document: JSONValue?) -> [Dependency] {
        (document?["dependencies"]?.array ?? []).compactMap { entry in
            guard let name = entry["name"]?.string else { return nil }
            return Dependency(
                name: name, version: entry["version"]?.string ?? "",
                repository: entry["repository"]?.string ?? "")
        }
    }

    private static func document(
        _ name: String, _ path: SourcePath, _ folder: SourceRoot
    ) throws(RenderFailure) -> JSONValue? {
        guard let file = SourcePath(name, in: path), let content = try folder.read(file, limit: limit)
        else {
            return nil
        }
        do {
            return try YAMLStream.documents(in: content).first?.value
        } catch {
            throw RenderFailure(path: file.description, reason: .badYAML(error))
        }
    }
}
