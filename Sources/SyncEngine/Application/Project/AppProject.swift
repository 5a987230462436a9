public import KubeCore

/// An AppProject: what its Applications may use and touch (S200–S206).
///
/// Any object can be read into one. A malformed field permits nothing and is one of ``problems`` (I7).
public struct AppProject: Hashable, Sendable {
    /// One entry of `spec.destinations`.
    public struct Destination: Hashable, Sendable {
        public var server: ProjectPattern
        public var name: ProjectPattern
        public var namespace: ProjectPattern

        init(_ reader: inout LenientReader) {
            server = ProjectPattern(reader.text("server"))
            name = ProjectPattern(reader.text("name"))
            namespace = ProjectPattern(reader.text("namespace"))
        }
    }

    /// One entry of the lists of kinds.
    public struct KindRule: Hashable, Sendable {
        public var group: ProjectPattern
        public var kind: ProjectPattern
        /// Of cluster-scoped objects; empty: whatever the name.
        public var name: ProjectPattern

        init(_ reader: inout LenientReader) {
            group = ProjectPattern(reader.text("group"))
            kind = ProjectPattern(reader.text("kind"))
            name = ProjectPattern(reader.text("name"))
        }

        func matches(_ kind: GroupKind, name: String) -> Bool {
            group.matches(kind.group) && self.kind.matches(kind.kind)
                && (self.name.isEmpty || self.name.matches(name))
        }
    }

    /// One entry of `spec.destinationServiceAccounts` (S206).
    public struct ServiceAccount: Hashable, Sendable {
        public var server: ProjectPattern
        public var namespace: ProjectPattern
        /// `name`, of the destination's namespace, or `namespace:name`.
        public var account: String

        init(_ reader: inout LenientReader) {
            server = ProjectPattern(reader.text("server"))
            namespace = ProjectPattern(reader.text("namespace"))
            account = reader.text("defaultServiceAccount")
            let isNamed = account.split(separator: ":", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty
                    && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) }
            }
            if !isNamed || account.filter({ $0 == ":" }).count > 1 {
                reader.note("defaultServiceAccount", "must be a name, or namespace:name, not '\(account)'")
                account = ""
            }
        }
    }

    /// Which kinds may be synced (S202).
    public struct KindRules: Hashable, Sendable {
        public var clusterWhitelist: [KindRule] = []
        public var clusterBlacklist: [KindRule] = []
        /// `nil`: all but those of the other list.
        public var namespaceWhitelist: [KindRule]?
        public var namespaceBlacklist: [KindRule] = []
    }

    public var name: String
    public var labels: [String: String] = [:]
    public var sourceRepositories: [ProjectPattern]
    public var destinations: [Destination]
    public var kinds: KindRules
    /// Namespaces other than the controller's whose Applications may name it (S205).
    public var sourceNamespaces: [ProjectPattern]
    /// When syncs may begin (S133).
    public var syncWindows: [JSONValue]
    /// In whose name objects are written, the first that matches (S206).
    public var serviceAccounts: [ServiceAccount]
    public var problems: [FieldFailure]

    /// Reads a project.
    ///
    /// - Parameter object: As the API server has it.
    public init(_ object: KubeObject) {
        self.init(name: object.name, spec: object["spec"] ?? [:])
        let pairs = (object["metadata", "labels"]?.object ?? JSONObject()).compactMap { member in
            member.value.string.map { (member.key, $0) }
        }
        labels = Dictionary(pairs) { _, last in last }
    }

    /// Reads `spec` of a project.
    public init(name: String, spec: JSONValue) {
        var reader = LenientReader(spec, at: "spec")
        self.name = name
        sourceRepositories = reader.texts("sourceRepos").map(ProjectPattern.init)
        destinations = reader.list("destinations") { Destination(&$0) }
        kinds = KindRules()
        kinds.clusterWhitelist = reader.list("clusterResourceWhitelist") { KindRule(&$0) }
        kinds.clusterBlacklist = reader.list("clusterResourceBlacklist") { KindRule(&$0) }
        if reader.has("namespaceResourceWhitelist") {
            kinds.namespaceWhitelist = reader.list("namespaceResourceWhitelist") { KindRule(&$0) }
        }
        kinds.namespaceBlacklist = reader.list("namespaceResourceBlacklist") { KindRule(&$0) }
        sourceNamespaces = reader.texts("sourceNamespaces").map(ProjectPattern.init)
        syncWindows = reader.values("syncWindows").map(\.value)
        serviceAccounts = reader.list("destinationServiceAccounts") { ServiceAccount(&$0) }
        problems = reader.problems
    }

    /// The project that an installation begins with: it permits everything.
    public static let permissive = AppProject(
        name: "default",
        spec: [
            "sourceRepos": ["*"], "destinations": [["server": "*", "namespace": "*"]],
            "clusterResourceWhitelist": [["group": "*", "kind": "*"]],
        ])
}

/// A glob of a project; one that begins with `!` forbids what it matches.
public struct ProjectPattern: Hashable, Sendable {
    public var text: String
    /// `nil` for a pattern that can't be read: it matches nothing.
    private var glob: Glob?

    /// - Parameter text: The pattern; its `*` goes across everything.
    public init(_ text: String) { self.init(text, isAddress: false) }

    /// - Parameters:
    ///   - text: The pattern.
    ///   - isAddress: Whether only `**` goes across a `/`; `*` alone is everything all the same.
    init(_ text: String, isAddress: Bool) {
        self.text = text
        let pattern = text.hasPrefix("!") ? String(text.dropFirst()) : text
        do throws(GlobFailure) {
            glob = try Glob(pattern, separator: isAddress && text != "*" ? "/" : nil)
        } catch {
            glob = nil
        }
    }

    var isEmpty: Bool { text.isEmpty }
    var isDenial: Bool { text.hasPrefix("!") }

    /// Whether the text fits the glob, whatever follows from that.
    func matches(_ text: String) -> Bool { glob?.matches(text) ?? false }

    /// Whether a list of patterns permits a text: one of them matches, and no denial does.
    static func permits(_ patterns: [ProjectPattern], _ text: String) -> Bool {
        patterns.contains { !$0.isDenial && $0.matches(text) }
            && !patterns.contains { $0.isDenial && $0.matches(text) }
    }
}
