import KubeCore

/// What a volume holds when the containers begin.
struct VolumePlan: Hashable, Sendable {
    struct File: Hashable, Sendable {
        /// Below the volume.
        var path: String
        var content: [UInt8]
        var mode: UInt16
    }

    enum Content: Hashable, Sendable {
        /// A folder of the pod's own with these files.
        case files([File])
        /// A folder or file of this machine.
        case hostPath(String)
    }

    var name: String
    var content: Content

    init(_ volume: JSONValue, of pod: KubeObject, _ values: PodValues) throws(PlanFailure) {
        name = volume["name"]?.string ?? ""
        if let path = volume["hostPath"]?["path"]?.string {
            content = .hostPath(path)
            return
        }
        if volume["emptyDir"] != nil {
            content = .files([])
            return
        }
        let mode =
            ["configMap", "secret", "projected", "downwardAPI"]
            .compactMap { volume[$0]?["defaultMode"]?.int }.first ?? 0o644
        if let sources = volume["projected"]?["sources"]?.array {
            var files: [File] = []
            for source in sources { files += try Self.files(source, name, mode, pod, values) }
            content = .files(files)
            return
        }
        content = .files(try Self.files(volume, name, mode, pod, values))
    }

    private static func files(
        _ source: JSONValue, _ volume: String, _ mode: Int64, _ pod: KubeObject, _ values: PodValues
    ) throws(PlanFailure) -> [File] {
        if let items = source["downwardAPI"]?["items"]?.array {
            return try items.map { item throws(PlanFailure) in
                let path = item["fieldRef"]?["fieldPath"]?.string ?? ""
                guard let value = PodField.value(path, of: pod) else {
                    throw PlanFailure(
                        .container, "volume \(volume): the field \"\(path)\" cannot be referred to")
                }
                return try file(
                    item["path"]?.string ?? "", Array(value.utf8), item["mode"]?.int ?? mode, volume)
            }
        }
        guard let reference = PodSource.references(in: source).first,
            let options = source["configMap"] ?? source["secret"]
        else {
            let kind = source.object?.members.first { $0.key != "name" }?.key ?? "nothing"
            throw PlanFailure(
                .container,
                "volume \(volume): \(kind) is nothing that a local process can have; there are configMap, secret, "
                    + "emptyDir, downwardAPI, projected and hostPath")
        }
        guard let found = values[reference] else {
            if options["optional"] == true { return [] }
            throw .missing(reference)
        }
        guard let items = options["items"]?.array, !items.isEmpty else {
            return try found.sorted { $0.key < $1.key }.map { pair throws(PlanFailure) in
                try file(pair.key, pair.value, mode, volume)
            }
        }
        var files: [File] = []
        for item in items {
            let key = item["key"]?.string ?? ""
            guard let bytes = found[key] else {
                if options["optional"] == true { continue }
                throw PlanFailure(
                    .config,
                    "volume \(volume): \(reference.kind.rawValue) \"\(reference.name)\" has no key \(key)")
            }
            files.append(try file(item["path"]?.string ?? key, bytes, item["mode"]?.int ?? mode, volume))
        }
        return files
    }

    private static func file(
        _ path: String, _ content: [UInt8], _ mode: Int64, _ volume: String
    ) throws(PlanFailure) -> File {
        guard let path = RelativePath(path) else {
            throw PlanFailure(.container, "volume \(volume): \"\(path)\" is no path inside of it")
        }
        return File(path: path.text, content: content, mode: UInt16(truncatingIfNeeded: mode & 0o777))
    }
}

/// A path that does not lead out of the folder that it is in.
struct RelativePath: Hashable, Sendable {
    /// Without a slash at either end.
    var text: String

    /// `nil` for a path that leads out, or nowhere.
    init?(_ path: String) {
        let steps = path.split(separator: "/").filter { $0 != "." }
        guard !steps.isEmpty, !steps.contains(".."), !path.utf8.contains(0) else { return nil }
        text = steps.joined(separator: "/")
    }
}
