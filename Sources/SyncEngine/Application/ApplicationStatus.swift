public import KubeCore

/// `status` of an Application, as far as a controller reads it back.
public struct ApplicationStatus: Hashable, Sendable {
    public var sync = SyncStatus()
    public var health = AggregateHealth()
    /// `operationState`.
    public var operation: OperationState?
    /// Sorted by the controller.
    public var resources: [ResourceStatus] = []
    /// Oldest first (S183).
    public var history: [HistoryEntry] = []
    public var conditions: [ApplicationCondition] = []
    public var reconciledAt: Timestamp?
    /// `sourceType`, or `sourceTypes` where there are several.
    public var sourceTypes: [String] = []
    public var summary = ApplicationSummary()
    public var remarks = Remarks()

    /// What the controller says of itself.
    public struct Remarks: Hashable, Sendable {
        /// `controllerNamespace`
        public var namespace = ""
        /// `resourceHealthSource`: `appTree`, or empty where ``ResourceStatus`` has the health (S176).
        public var healthSource = ""
    }

    public init() {}

    init(_ reader: inout LenientReader) {
        sync = reader.part("sync", SyncStatus.init) ?? SyncStatus()
        health = reader.part("health", AggregateHealth.init) ?? AggregateHealth()
        operation = reader.part("operationState", OperationState.init) ?? nil
        resources = reader.list("resources", ResourceStatus.init)
        history = reader.list("history", HistoryEntry.init)
        conditions = reader.list("conditions", ApplicationCondition.init)
        reconciledAt = reader.time("reconciledAt")
        let types = reader.texts("sourceTypes")
        let type = reader.text("sourceType")
        sourceTypes = types.isEmpty && !type.isEmpty ? [type] : types
        summary = reader.part("summary", ApplicationSummary.init) ?? ApplicationSummary()
        remarks.namespace = reader.text("controllerNamespace")
        remarks.healthSource = reader.text("resourceHealthSource")
    }

    /// What a refresh writes, in the field names of `status`: everything but `operationState` and `history`.
    var refreshed: JSONObject {
        var writer = FieldWriter(JSONObject())
        writer.write("sync", object: sync.json)
        writer.write("health", object: health.json)
        writer.write("resources", resources.map(\.json))
        writer.write("conditions", conditions.map(\.json))
        writer.write("reconciledAt", reconciledAt?.rfc3339 ?? "")
        if sync.isOfSeveralSources {
            writer.write("sourceTypes", sourceTypes)
        } else {
            writer.write("sourceType", sourceTypes.first ?? "")
        }
        writer.write("summary", object: summary.json)
        writer.write("controllerNamespace", remarks.namespace)
        writer.write("resourceHealthSource", remarks.healthSource)
        return writer.members
    }
}

/// `status.sync`: whether the cluster has what the source says, and of which source that is said.
public struct SyncStatus: Hashable, Sendable {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        case synced = "Synced"
        case outOfSync = "OutOfSync"
        case unknown = "Unknown"
    }

    /// `comparedTo` (S151).
    public struct Compared: Hashable, Sendable {
        public var sources = SourceSet.none
        public var destination = Destination()
        /// As written in the spec.
        public var ignoreDifferences: [JSONValue] = []

        public init(sources: SourceSet, destination: Destination, ignoreDifferences: [JSONValue]) {
            self.sources = sources
            self.destination = destination
            self.ignoreDifferences = ignoreDifferences
        }
    }

    /// `nil` before the first refresh.
    public var status: Code?
    public var revision = ""
    public var revisions: [String] = []
    public var compared: Compared?

    public init() {}

    init(_ reader: inout LenientReader) {
        status = reader.choice("status")
        revision = reader.text("revision")
        revisions = reader.texts("revisions")
        compared = reader.part("comparedTo") { part in
            Compared(
                sources: part.sources(),
                destination: part.part("destination", Destination.init) ?? Destination(),
                ignoreDifferences: part.values("ignoreDifferences").map(\.value))
        }
    }

    var isOfSeveralSources: Bool {
        if case .several = compared?.sources { true } else { !revisions.isEmpty }
    }

    var json: JSONObject {
        var writer = FieldWriter(JSONObject())
        writer.write("status", status?.rawValue ?? "")
        writer.write("revision", revision)
        writer.write("revisions", revisions)
        guard let compared else { return writer.members }
        var part = FieldWriter(JSONObject())
        part.write("destination", object: compared.destination.json.object ?? JSONObject())
        part.write("ignoreDifferences", compared.ignoreDifferences)
        var members = part.members
        compared.sources.write(to: &members)
        writer.write("comparedTo", object: members)
        return writer.members
    }
}

/// `status.health`: how the application as a whole does (S172–S175).
public struct AggregateHealth: Hashable, Sendable {
    public var status: Health.Status?
    public var message = ""
    public var lastTransitionTime: Timestamp?

    public init(_ status: Health.Status? = nil, message: String = "", lastTransitionTime: Timestamp? = nil) {
        self.status = status
        self.message = message
        self.lastTransitionTime = lastTransitionTime
    }

    init(_ reader: inout LenientReader) {
        status = reader.choice("status")
        message = reader.text("message")
        lastTransitionTime = reader.time("lastTransitionTime")
    }

    var json: JSONObject {
        var writer = FieldWriter(JSONObject())
        writer.write("status", status?.rawValue ?? "")
        writer.write("message", message)
        writer.write("lastTransitionTime", lastTransitionTime?.rfc3339 ?? "")
        return writer.members
    }
}

/// `status.summary`: what people see first.
public struct ApplicationSummary: Hashable, Sendable {
    public var images: [String] = []
    public var externalURLs: [String] = []
    public var isAppOfApps = false

    public init() {}

    init(_ reader: inout LenientReader) {
        images = reader.texts("images")
        externalURLs = reader.texts("externalURLs")
        isAppOfApps = reader.flag("isAppOfApps")
    }

    var json: JSONObject {
        var writer = FieldWriter(JSONObject())
        writer.write("images", images)
        writer.write("externalURLs", externalURLs)
        writer.write("isAppOfApps", isAppOfApps)
        return writer.members
    }
}
