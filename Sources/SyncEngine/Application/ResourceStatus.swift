public import KubeCore

/// One entry of `status.resources` (S157, S159, S160).
public struct ResourceStatus: Hashable, Sendable {
    public var key: ObjectKey
    public var version: String
    /// `nil` for hooks and what else is not compared.
    public var status: SyncStatus.Code?
    /// Only where it is kept with the entry (S176).
    public var health: Health?
    public var isHook = false
    public var requiresPruning = false
    public var requiresDeletionConfirmation = false
    public var syncWave: Int64 = 0

    public init(key: ObjectKey, version: String, status: SyncStatus.Code? = nil) {
        self.key = key
        self.version = version
        self.status = status
    }

    /// `nil` for an entry that names no object.
    init?(_ reader: inout LenientReader) {
        let key = ObjectKey(
            group: reader.text("group"), kind: reader.text("kind"), namespace: reader.text("namespace"),
            name: reader.text("name"))
        guard !key.kind.isEmpty, !key.name.isEmpty else { return nil }
        self.init(key: key, version: reader.text("version"))
        status = reader.choice("status")
        health =
            reader.part("health") { part in
                let status: Health.Status? = part.choice("status")
                return status.map { Health($0, part.text("message")) }
            } ?? nil
        isHook = reader.flag("hook")
        requiresPruning = reader.flag("requiresPruning")
        requiresDeletionConfirmation = reader.flag("requiresDeletionConfirmation")
        syncWave = reader.number("syncWave") ?? 0
    }

    public var json: JSONValue {
        var writer = FieldWriter(JSONObject())
        writer.write("group", key.group)
        writer.write("version", version)
        writer.write("kind", key.kind)
        writer.write("namespace", key.namespace)
        writer.write("name", key.name)
        writer.write("status", status?.rawValue ?? "")
        writer.write("hook", isHook)
        writer.write("requiresPruning", requiresPruning)
        writer.write("requiresDeletionConfirmation", requiresDeletionConfirmation)
        if let health {
            var part = FieldWriter(["status": .string(health.status.rawValue)])
            part.write("message", health.message)
            writer.write("health", object: part.members)
        }
        var fields = writer.members
        if syncWave != 0 { fields["syncWave"] = .int(syncWave) }
        return .object(fields)
    }
}

/// One entry of `status.conditions`.
public struct ApplicationCondition: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case deletionError = "DeletionError"
        case invalidSpecError = "InvalidSpecError"
        case comparisonError = "ComparisonError"
        case syncError = "SyncError"
        case unknownError = "UnknownError"
        case sharedResourceWarning = "SharedResourceWarning"
        case repeatedResourceWarning = "RepeatedResourceWarning"
        case excludedResourceWarning = "ExcludedResourceWarning"
        case orphanedResourceWarning = "OrphanedResourceWarning"
    }

    /// `type`
    public var kind: Kind
    public var message: String
    public var lastTransitionTime: Timestamp?

    public init(_ kind: Kind, _ message: String, lastTransitionTime: Timestamp? = nil) {
        self.kind = kind
        self.message = message
        self.lastTransitionTime = lastTransitionTime
    }

    init?(_ reader: inout LenientReader) {
        let kind: Kind? = reader.choice("type")
        guard let kind else { return nil }
        self.kind = kind
        message = reader.text("message")
        lastTransitionTime = reader.time("lastTransitionTime")
    }

    var json: JSONValue {
        var writer = FieldWriter(["type": .string(kind.rawValue), "message": .string(message)])
        writer.write("lastTransitionTime", lastTransitionTime?.rfc3339 ?? "")
        return writer.value
    }
}
