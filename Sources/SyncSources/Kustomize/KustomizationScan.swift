import KubeCore
import KubeYAML
import SyncEngine

/// Looks through all kustomizations that one leads to, before any program sees them.
///
/// What would be fetched, lies outside, runs a program or goes round in circles is refused with the place where it
/// stands.
struct KustomizationScan {
    private let folder: SourceRoot
    private let allowsRemote: Bool

    /// Folders whose content counts, without links.
    private(set) var inputs: Set<SourcePath> = []
    /// Fields that are used anywhere, in lower case, and where.
    private(set) var fields: [String: String] = [:]
    /// The kustomization that was begun with.
    private(set) var top = KustomizationFile([])

    private var chain: [SourcePath] = []
    private static let mostFolders = 2000

    init(_ folder: SourceRoot, allowsRemote: Bool) {
        self.folder = folder
        self.allowsRemote = allowsRemote
    }

    /// Looks through a kustomization and what it leads to.
    mutating func scan(_ path: SourcePath) throws(RenderFailure) {
        guard let place = try folder.place(path), place.kind == .folder else {
            throw RenderFailure(path: path.description, reason: .noSuchDirectory)
        }
        top = try enter(place.path) ?? top
    }

    /// Looks through a component that is not named by a kustomization.
    mutating func scanComponent(_ path: SourcePath) throws(RenderFailure) {
        _ = try enter(path)
    }

    /// The kustomization of a folder; `nil` if it has been looked through already.
    private mutating func enter(_ path: SourcePath) throws(RenderFailure) -> KustomizationFile? {
        if chain.contains(path) {
            let circle = (chain.drop { $0 != path } + [path]).map(\.description).joined(separator: " → ")
            throw RenderFailure(
                path: path.description, reason: .refused("kustomizations go in a circle: \(circle)"))
        }
        guard inputs.insert(path).inserted else { return nil }
        guard inputs.count <= Self.mostFolders, chain.count < 64 else {
            throw RenderFailure(
                path: path.description,
                reason: .refused("more than \(Self.mostFolders) kustomizations, or 64 inside one another"))
        }
        chain.append(path)
        defer { chain.removeLast() }
        let (name, documents) = try kustomization(in: path)
        let file = KustomizationFile(documents)
        for field in file.fields where fields[field] == nil { fields[field] = name.description }
        if let field = file.chartField {
            throw RenderFailure(
                path: name.description,
                reason: .refused(
                    "\(field): charts inside a kustomization are not rendered; make them a source"))
        }
        for reference in file.references { try follow(reference, of: name, in: path) }
        return file
    }

    private func kustomization(
        in path: SourcePath
    ) throws(RenderFailure) -> (name: SourcePath, documents: [YAMLDocument]) {
        for name in KustomizationFile.names {
            guard let file = SourcePath(name, in: path),
                let content = try folder.read(file, limit: KustomizationFile.limit)
            else { continue }
            return (file, try documents(content, file))
        }
        throw RenderFailure(path: path.description, reason: .refused("holds no kustomization.yaml"))
    }

    private func documents(
        _ content: [UInt8], _ file: SourcePath
    ) throws(RenderFailure) -> [YAMLDocument] {
        do {
            return try YAMLStream.documents(in: content)
        } catch {
            throw RenderFailure(path: file.description, reason: .badYAML(error))
        }
    }

    private mutating func follow(
        _ reference: KustomizationFile.Reference, of file: SourcePath, in path: SourcePath
    ) throws(RenderFailure) {
        let refuse = { (problem: String) in
            RenderFailure(path: file.description, reason: .refused("\(reference.field): \(problem)"))
        }
        if try isText(reference, of: file) { return }
        if RemoteReference.matches(reference.path) {
            guard !allowsRemote else { return }
            throw refuse(
                "\"\(reference.path)\" is fetched from elsewhere; that is off unless --allow-remote-bases allows it"
            )
        }
        guard let target = SourcePath(reference.path, in: path) else {
            throw refuse("\"\(reference.path)\" leads out of the source")
        }
        guard let place = try folder.place(target) else { throw refuse("\"\(reference.path)\" is not there") }
        switch (place.kind, reference.role) {
        case (.folder, .resource), (.folder, .configuration): _ = try enter(place.path)
        case (.folder, .file), (.folder, .fileOrText): throw refuse("\"\(reference.path)\" is a folder")
        case (.file, .configuration):
            let content = try folder.read(place.path, limit: KustomizationFile.limit) ?? []
            try PluginCheck(file: place.path, allowsRemote: allowsRemote).check(
                documents(content, place.path))
        case (.file, _): break
        }
    }

    /// Whether the reference is not one, but the content itself.
    private func isText(
        _ reference: KustomizationFile.Reference, of file: SourcePath
    ) throws(RenderFailure) -> Bool {
        guard reference.role == .fileOrText || reference.role == .configuration else { return false }
        let content = Array(reference.path.utf8)
        guard reference.path.contains("\n") || reference.path.contains("{") else { return false }
        let documents = try documents(content, file)
        if reference.role == .configuration {
            try PluginCheck(file: file, allowsRemote: allowsRemote).check(documents)
        }
        return documents.contains { $0.value.object != nil }
    }
}

/// Refuses what a generator, transformer or validator would run or fetch.
private struct PluginCheck {
    var file: SourcePath
    var allowsRemote: Bool

    private static let functions = ["config.kubernetes.io/function", "config.k8s.io/function"]
    private static let addresses: Set = ["path", "paths", "files", "envs", "env", "url", "repo"]

    func check(_ documents: [YAMLDocument]) throws(RenderFailure) {
        for document in documents {
            let object = KubeObject(document.value.object ?? JSONObject())
            if let function = Self.functions.first(where: { object.annotation($0) != nil }) {
                throw refusal("\(object.kind) has \(function): functions and other programs are not run")
            }
            if object.kind == "HelmChartInflationGenerator" {
                throw refusal("charts inside a kustomization are not rendered; make them a source")
            }
            try checkAddresses(document.value, isAddress: false)
        }
    }

    private func checkAddresses(_ value: JSONValue, isAddress: Bool) throws(RenderFailure) {
        switch value {
        case .string(let text):
            guard isAddress, !allowsRemote, RemoteReference.matches(text) else { return }
            throw refusal(
                "\"\(text)\" is fetched from elsewhere; that is off unless --allow-remote-bases allows it")
        case .array(let elements):
            for element in elements { try checkAddresses(element, isAddress: isAddress) }
        case .object(let members):
            for member in members {
                try checkAddresses(
                    member.value, isAddress: Self.addresses.contains(member.key.lowercased()))
            }
        case .null, .bool, .int, .double: return
        }
    }

    private func refusal(_ problem: String) -> RenderFailure {
        RenderFailure(path: file.description, reason: .refused(problem))
    }
}
