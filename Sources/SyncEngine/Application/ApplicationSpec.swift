public import KubeCore

/// `spec` of an Application: what is wanted, and where.
public struct ApplicationSpec: Hashable, Sendable {
    /// `default` where none is named (S155).
    public var project: String
    public var sources: SourceSet
    public var destination: Destination
    public var syncPolicy: SyncPolicy
    /// Whose differences do not count (S164).
    public var ignoreRules: IgnoreRules
    /// `ignoreDifferences` as written, for `status.sync.comparedTo`.
    public var ignoreDifferences: [JSONValue]
    /// How many entries the history keeps (S183).
    public var revisionHistoryLimit: Int
    /// Only shown.
    public var info: [NamedText]
    /// `sourceHydrator`: not supported, and said so.
    public var isHydrated: Bool

    init(_ reader: inout LenientReader) {
        let project = reader.text("project")
        self.project = project.isEmpty ? "default" : project
        sources = reader.sources()
        destination = Destination()
        syncPolicy = SyncPolicy()
        if let read = reader.part("destination", Destination.init) { destination = read }
        if let read = reader.part("syncPolicy", SyncPolicy.init) { syncPolicy = read }
        let differences = reader.values("ignoreDifferences")
        ignoreDifferences = differences.map(\.value)
        ignoreRules = IgnoreRules()
        let limit = reader.number("revisionHistoryLimit") ?? 10
        revisionHistoryLimit = Int(clamping: max(0, limit))
        info = reader.list("info") { NamedText(&$0) }
        isHydrated = reader.has("sourceHydrator")
        for (value, field) in differences { addRule(value, field, &reader) }
        if reader.isThere { checkWhole(&reader) }
    }

    private mutating func addRule(_ value: JSONValue, _ field: String, _ reader: inout LenientReader) {
        do throws(RuleFailure) {
            ignoreRules.rules += try IgnoreRules(.array([value])).rules
        } catch {
            reader.note(FieldFailure(field: field, problem: error.problem))
        }
    }

    private func checkWhole(_ reader: inout LenientReader) {
        if let problem = destination.problem { reader.note("destination", problem) }
        if isHydrated {
            reader.note("sourceHydrator", "is not supported: name the hydrated source as source")
        }
        if sources.isEmpty, !isHydrated, !reader.has("source"), !reader.hasElements("sources") {
            reader.note("source", "is missing")
        }
    }
}

/// `spec.destination`: which cluster, and the namespace of objects that name none.
public struct Destination: Hashable, Sendable {
    /// The cluster that the controller runs in, as Applications name it.
    public static let ownServer = "https://kubernetes.default.svc"
    public static let ownName = "in-cluster"

    public var server = ""
    public var name = ""
    public var namespace = ""

    public init(server: String = "", name: String = "", namespace: String = "") {
        self.server = server
        self.name = name
        self.namespace = namespace
    }

    init(_ reader: inout LenientReader) {
        server = reader.text("server")
        name = reader.text("name")
        namespace = reader.text("namespace")
    }

    /// Why no cluster can be found by it.
    var problem: String? {
        switch (server.isEmpty, name.isEmpty) {
        case (true, true): "must have a server or a name"
        case (false, false): "cannot have both a server (\(server)) and a name (\(name))"
        default: nil
        }
    }

    /// Whether it is the cluster that the controller runs in.
    public var isOwnCluster: Bool { server.isEmpty ? name == Self.ownName : server == Self.ownServer }

    public var json: JSONValue {
        var writer = FieldWriter(JSONObject())
        writer.write("server", server)
        writer.write("name", name)
        writer.write("namespace", namespace)
        return writer.value
    }
}

/// A name and a text, for people.
public struct NamedText: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    init(_ reader: inout LenientReader) {
        name = reader.text("name")
        value = reader.text("value")
    }

    var json: JSONValue { ["name": .string(name), "value": .string(value)] }
}
