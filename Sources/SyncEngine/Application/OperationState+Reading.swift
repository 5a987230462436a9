import KubeCore

/// Reading back what was written to `status.operationState`.
extension OperationState {
    /// `nil` without phase or start: nothing could be gone on with.
    init?(_ reader: inout LenientReader) {
        let phase: Phase? = reader.choice("phase")
        let startedAt = reader.time("startedAt")
        let result = reader.part("syncResult", SyncResult.init)
        guard let phase, let startedAt else {
            let missing = phase == nil ? "phase" : "startedAt"
            if !reader.has(missing) { reader.note(missing, "is missing") }
            return nil
        }
        self.init(
            phase: phase, message: reader.text("message"), startedAt: startedAt,
            revision: result?.revision ?? "")
        finishedAt = reader.time("finishedAt")
        retryCount = reader.number("retryCount") ?? 0
        request = reader.part("operation", OperationRequest.init)
        if let result { syncResult = result }
    }
}

extension SyncResult {
    init(_ reader: inout LenientReader) {
        self.init(revision: reader.text("revision"))
        revisions = reader.texts("revisions")
        sources = reader.sources()
        namespaceMetadata = reader.part("managedNamespaceMetadata", NamespaceMetadata.init)
        resources = reader.list("resources", ResourceResult.init)
    }
}

extension ResourceResult {
    /// `nil` for an entry that names no object.
    init?(_ reader: inout LenientReader) {
        let key = ObjectKey(
            group: reader.text("group"), kind: reader.text("kind"), namespace: reader.text("namespace"),
            name: reader.text("name"))
        guard !key.kind.isEmpty, !key.name.isEmpty else { return nil }
        self.init(key: key, version: reader.text("version"), syncPhase: reader.choice("syncPhase") ?? .sync)
        status = reader.choice("status")
        message = reader.text("message")
        hookType = reader.choice("hookType")
        hookPhase = reader.choice("hookPhase")
    }
}
