import KubeCore

/// An object of a kubeconfig that knows where it stands, so that every complaint can say so.
struct ConfigFields {
    private let json: JSONObject
    /// The file and the path of fields that lead here.
    let place: String
    /// What relative paths are relative to; ends with `/`.
    private let folder: String

    init(_ json: JSONObject, place: String, folder: String) {
        self.json = json
        self.place = place
        self.folder = folder
    }

    /// A text; empty if it is not there.
    func string(_ key: String) throws(KubeConfigFailure) -> String {
        switch json[key] {
        case nil, .null: return ""
        case .string(let text): return text
        default: throw failure(key, "must be a text: put it in quotes")
        }
    }

    func bool(_ key: String) throws(KubeConfigFailure) -> Bool {
        switch json[key] {
        case nil, .null: return false
        case .bool(let value): return value
        default: throw failure(key, "must be true or false")
        }
    }

    func strings(_ key: String) throws(KubeConfigFailure) -> [String] {
        switch json[key] {
        case nil, .null: return []
        case .array(let elements):
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else {
                throw failure(key, "must hold texts only: put them in quotes")
            }
            return texts
        default: throw failure(key, "must be a list of texts")
        }
    }

    /// An object; `nil` if it is not there.
    func fields(_ key: String) throws(KubeConfigFailure) -> ConfigFields? {
        switch json[key] {
        case nil, .null: return nil
        case .object(let object): return inner(object, key)
        default: throw failure(key, "must be an object")
        }
    }

    /// The objects of a list.
    func list(_ key: String) throws(KubeConfigFailure) -> [ConfigFields] {
        switch json[key] {
        case nil, .null: return []
        case .array(let elements):
            var all: [ConfigFields] = []
            for (index, element) in elements.enumerated() {
                guard let object = element.object else {
                    throw failure("\(key)[\(index)]", "must be an object")
                }
                // People find an entry by its name sooner than by its number.
                let name = object["name"]?.string ?? "\(index)"
                all.append(inner(object, "\(key)[\(name)]"))
            }
            return all
        default: throw failure(key, "must be a list")
        }
    }

    /// The path of a file, made absolute; empty if it is not there.
    func path(_ key: String) throws(KubeConfigFailure) -> String {
        let path = try string(key)
        return path.isEmpty || path.hasPrefix("/") ? path : folder + path
    }

    /// A command: one with a `/` is a path, relative to the file; a bare name is not.
    func command(_ key: String) throws(KubeConfigFailure) -> String {
        let command = try string(key)
        return command.contains("/") && !command.hasPrefix("/") ? folder + command : command
    }

    /// Bytes in base64; `nil` if they are not there.
    func data(_ key: String) throws(KubeConfigFailure) -> [UInt8]? {
        let text = try string(key)
        guard !text.isEmpty else { return nil }
        guard let bytes = [UInt8](base64: text) else { throw failure(key, "is not base64") }
        return bytes
    }

    /// PEM from `NAME-data`, which counts first, or from the file in `NAME`.
    func pem(_ key: String) throws(KubeConfigFailure) -> PEM? {
        if let data = try data("\(key)-data") { return .data(data) }
        let path = try path(key)
        guard !path.isEmpty else { return nil }
        do throws(FileFailure) {
            _ = try readFile(path, limit: 1 << 20)
        } catch {
            throw failure(key, "the file \(path) \(error)")
        }
        return .file(path)
    }

    func value(_ key: String) -> JSONValue? { json[key] }

    func names() -> [String] { json.members.map(\.key) }

    func failure(
        _ key: String, _ problem: String, _ reason: KubeConfigFailure.Reason = .invalidField
    ) -> KubeConfigFailure {
        KubeConfigFailure(reason, "\(place)\(place.hasSuffix(": ") ? "" : ".")\(key)", problem)
    }

    private func inner(_ object: JSONObject, _ key: String) -> ConfigFields {
        ConfigFields(object, place: "\(place)\(place.hasSuffix(": ") ? "" : ".")\(key)", folder: folder)
    }
}

extension ConfigFields? {
    /// What counts more than the field, else the field; empty if there is neither.
    func string(_ key: String, unless override: String?) throws(KubeConfigFailure) -> String {
        if let override { return override }
        return try self?.string(key) ?? ""
    }
}
