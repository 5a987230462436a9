public import KubeCore

/// What an Application is asked to do: its top-level field `operation` (S112).
public struct OperationRequest: Hashable, Sendable {
    /// `initiatedBy`.
    public struct Initiator: Hashable, Sendable {
        public var username = ""
        /// Not a person's wish (S137).
        public var isAutomated = false

        public init(username: String = "", isAutomated: Bool = false) {
            self.username = username
            self.isAutomated = isAutomated
        }

        public var json: JSONValue {
            var writer = FieldWriter(JSONObject())
            writer.write("username", username)
            writer.write("automated", isAutomated)
            return writer.value
        }
    }

    /// `nil`: nothing that could be done (S118).
    public var sync: SyncOperation?
    public var initiator = Initiator()
    public var info: [NamedText] = []
    public var retry: RetryStrategy?
    /// Members that are not known here, as they were read.
    public var others = JSONObject()

    public init(_ sync: SyncOperation) {
        self.sync = sync
    }

    init(_ reader: inout LenientReader) {
        sync = reader.part("sync", SyncOperation.init)
        initiator = reader.part("initiatedBy", Initiator.init) ?? Initiator()
        info = reader.list("info") { NamedText(&$0) }
        retry = reader.part("retry", RetryStrategy.init)
        others = reader.others
    }

    public var json: JSONValue {
        var writer = FieldWriter(others)
        writer.write("info", info.map(\.json))
        writer.write("initiatedBy", object: initiator.json.object ?? JSONObject())
        var fields = writer.members
        fields["sync"] = sync?.json
        fields["retry"] = retry?.json
        return .object(fields)
    }
}

extension OperationRequest.Initiator {
    init(_ reader: inout LenientReader) {
        username = reader.text("username")
        isAutomated = reader.flag("automated")
    }
}

/// `operation.sync`.
public struct SyncOperation: Hashable, Sendable {
    /// `syncStrategy` (S28); either may be forced (S99).
    public enum Strategy: Hashable, Sendable {
        case hook(force: Bool)
        case apply(force: Bool)
    }

    /// One entry of `resources` (S27).
    public struct Resource: Hashable, Sendable {
        public var group: String
        public var kind: String
        public var name: String
        /// Empty: any.
        public var namespace: String

        public init(group: String, kind: String, namespace: String, name: String) {
            self.group = group
            self.kind = kind
            self.namespace = namespace
            self.name = name
        }
    }

    /// Empty: what the spec wants.
    public var revision = ""
    /// Where there are several sources.
    public var revisions: [String] = []
    /// Instead of the spec's: of a rollback.
    public var sources = SourceSet.none
    public var prune = false
    public var dryRun = false
    /// `nil`: hooks run, nothing is forced.
    public var strategy: Strategy?
    /// Empty: everything.
    public var resources: [Resource] = []
    /// Objects as JSON, instead of rendered ones (S121).
    public var manifests: [String] = []
    /// All that count; the spec's are not added.
    public var options = SyncOptions()
    /// What is read and written without being looked at by most.
    public var remainder = Remainder()

    public init() {}

    /// The self-heal's count, and members that are not known here.
    public struct Remainder: Hashable, Sendable {
        /// `autoHealAttemptsCount` (S144).
        public var healAttempts: Int64 = 0
        public var others = JSONObject()
    }

    public var isForced: Bool {
        switch strategy {
        case .hook(let force), .apply(let force): force
        case nil: false
        }
    }
}
