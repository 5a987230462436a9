import KubeCore
import KubeYAML

/// One kubeconfig file, its entries not yet looked into: what is wrong with an entry that nobody uses stays
/// unsaid.
struct KubeConfigFile {
    var clusters: [String: ConfigFields] = [:]
    var users: [String: ConfigFields] = [:]
    var contexts: [String: ConfigFields] = [:]
    var currentContext = ""

    private static let limit = 16 << 20

    /// Reads a file; `nil` if it does not exist.
    init?(path: String) throws(KubeConfigFailure) {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try readFile(path, limit: Self.limit)
        } catch {
            if error == .missing { return nil }
            throw KubeConfigFailure(.unreadableFile, path, "the kubeconfig \(error)")
        }
        try self.init(bytes, path: path)
    }

    /// Reads the text of a file: YAML, of which JSON is a part.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - path: Where it was read: for messages, and relative paths in it are relative to its folder.
    /// - Throws: ``KubeConfigFailure``.
    init(_ bytes: [UInt8], path: String) throws(KubeConfigFailure) {
        let documents: [YAMLDocument]
        do throws(YAMLFailure) {
            documents = try YAMLStream.documents(in: bytes)
        } catch {
            // The problem of a value could quote it, and with it a secret; syntax says what was expected.
            let problem =
                error.reason == .value ? "line \(error.line) holds a value that cannot be" : error.message
            throw KubeConfigFailure(.unreadableFile, path, "not a kubeconfig: \(problem)")
        }
        guard let document = documents.first else { return }
        guard let json = document.value.object else {
            throw KubeConfigFailure(.unreadableFile, path, "not a kubeconfig: no object in it")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let fields = ConfigFields(json, place: "\(path): ", folder: folder)
        let (kind, version) = (try fields.string("kind"), try fields.string("apiVersion"))
        guard kind.isEmpty || kind == "Config", version.isEmpty || version == "v1" else {
            throw KubeConfigFailure(
                .unreadableFile, path, "not a kubeconfig: it is of kind \(version) \(kind)")
        }
        clusters = try Self.named(fields, "clusters", "cluster")
        users = try Self.named(fields, "users", "user")
        contexts = try Self.named(fields, "contexts", "context")
        currentContext = try fields.string("current-context")
    }

    private static func named(
        _ fields: ConfigFields, _ list: String, _ member: String
    ) throws(KubeConfigFailure) -> [String: ConfigFields] {
        var entries: [String: ConfigFields] = [:]
        for entry in try fields.list(list) {
            let name = try entry.string("name")
            guard entries[name] == nil else {
                throw fields.failure(list, "has two entries named \"\(name)\"")
            }
            entries[name] =
                try entry.fields(member) ?? ConfigFields([:], place: "\(entry.place).\(member)", folder: "")
        }
        return entries
    }
}
