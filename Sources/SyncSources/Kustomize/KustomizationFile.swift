import KubeCore
import KubeYAML

/// What a kustomization file refers to.
///
/// Names of fields are taken as Go does, without regard to case: nothing is found by kustomize that is not found here.
struct KustomizationFile {
    static let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
    /// In bytes: they are written by hand.
    static let limit = 1 << 20

    /// What a reference may lead to.
    enum Role {
        /// A file, or a folder with a kustomization.
        case resource
        case file
        /// A file, or the text itself.
        case fileOrText
        /// A file, a folder with a kustomization, or the text itself: what a plugin is told.
        case configuration
    }

    struct Reference {
        /// As `resources[2]`.
        var field: String
        var path: String
        var role: Role
    }

    private(set) var references: [Reference] = []
    /// Fields that an old program may not know, in lower case.
    private(set) var fields: Set<String> = []
    private(set) var images: [KustomizeImage] = []
    /// Labels and annotations that are set for everything: `commonlabels.app`.
    private(set) var commonNames: Set<String> = []
    /// A field that asks for charts to be rendered.
    private(set) var chartField: String?

    private static let lists: [String: Role] = [
        "resources": .resource, "bases": .resource, "components": .resource, "crds": .file,
        "configurations": .file, "generators": .configuration, "transformers": .configuration,
        "validators": .configuration, "patchesstrategicmerge": .fileOrText,
    ]
    private static let patches: Set = ["patches", "patchesjson6902", "replacements"]
    private static let generators: Set = ["configmapgenerator", "secretgenerator"]
    private static let charts: Set = ["helmcharts", "helmchartinflationgenerator", "helmglobals"]

    /// Reads a file; what kustomize cannot read, it will complain about itself.
    init(_ documents: [YAMLDocument]) {
        for document in documents {
            for member in document.value.object ?? JSONObject() { add(member) }
        }
    }

    private mutating func add(_ member: JSONObject.Member) {
        let name = member.key.lowercased()
        fields.insert(name)
        if let role = Self.lists[name] { add(member, role) }
        if Self.patches.contains(name) { addFiles(member) }
        if Self.generators.contains(name) { addContents(member) }
        if Self.charts.contains(name) { chartField = member.key }
        if name == "openapi" { addPath(of: member.value, in: member.key) }
        if name == "images" {
            images += (member.value.array ?? []).compactMap(KustomizeImage.init)
        }
        if name == "commonlabels" || name == "commonannotations" {
            for label in member.value.object ?? JSONObject() { commonNames.insert("\(name).\(label.key)") }
        }
    }

    private mutating func add(_ member: JSONObject.Member, _ role: Role) {
        for (index, element) in (member.value.array ?? []).enumerated() {
            guard let path = element.string else { continue }
            references.append(Reference(field: "\(member.key)[\(index)]", path: path, role: role))
        }
    }

    private mutating func addFiles(_ member: JSONObject.Member) {
        for (index, element) in (member.value.array ?? []).enumerated() {
            addPath(of: element, in: "\(member.key)[\(index)]")
        }
    }

    private mutating func addPath(of value: JSONValue, in field: String) {
        for member in value.object ?? JSONObject() where member.key.lowercased() == "path" {
            guard let path = member.value.string, !path.isEmpty else { continue }
            references.append(Reference(field: "\(field).\(member.key)", path: path, role: .file))
        }
    }

    /// What the entries of a generator are made of: `files: [name=path]`, `envs`, `env`.
    private mutating func addContents(_ member: JSONObject.Member) {
        for (index, generator) in (member.value.array ?? []).enumerated() {
            for part in generator.object ?? JSONObject()
            where ["files", "envs", "env"].contains(part.key.lowercased()) {
                for text in part.value.array ?? [part.value] {
                    guard let text = text.string else { continue }
                    let path = text.split(separator: "=", maxSplits: 1).last.map(String.init) ?? text
                    references.append(
                        Reference(field: "\(member.key)[\(index)].\(part.key)", path: path, role: .file))
                }
            }
        }
    }
}

/// An entry of `images`: what an image is replaced by.
struct KustomizeImage: Hashable {
    var name: String
    var newName = ""
    var newTag = ""
    var digest = ""

    /// An entry of a kustomization.
    init?(_ value: JSONValue) {
        guard let name = value["name"]?.string else { return nil }
        self.name = name
        newName = value["newName"]?.string ?? ""
    }

    /// As it stands in an Application: `[name=]image[:tag|@digest]`; `nil` if it is none of these.
    init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard var image = parts.last, let first = parts.first, !image.isEmpty, !first.isEmpty else {
            return nil
        }
        if let mark = image.firstIndex(of: "@") {
            digest = String(image[image.index(after: mark)...])
            image = image[..<mark]
        } else if let colon = image.lastIndex(of: ":"), !image[colon...].contains("/") {
            newTag = String(image[image.index(after: colon)...])
            image = image[..<colon]
        }
        guard !image.isEmpty else { return nil }
        name = parts.count == 2 ? String(first) : String(image)
        newName = parts.count == 2 ? String(image) : ""
    }

    var json: JSONValue {
        var members: JSONObject = ["name": .string(name)]
        for (key, text) in [("newName", newName), ("newTag", newTag), ("digest", digest)] where !text.isEmpty
        {
            members[key] = .string(text)
        }
        return .object(members)
    }
}
