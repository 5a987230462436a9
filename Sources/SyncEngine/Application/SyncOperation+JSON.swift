public import KubeCore

extension SyncOperation {
    init(_ reader: inout LenientReader) {
        revision = reader.text("revision")
        revisions = reader.texts("revisions")
        sources = reader.sources()
        prune = reader.flag("prune")
        dryRun = reader.flag("dryRun")
        strategy = reader.part("syncStrategy", Strategy.init) ?? nil
        resources = reader.list("resources", Resource.init)
        manifests = reader.texts("manifests")
        options = SyncOptions(reader.texts("syncOptions"))
        remainder.healAttempts = reader.number("autoHealAttemptsCount") ?? 0
        remainder.others = reader.others
    }

    public var json: JSONValue {
        var writer = FieldWriter(remainder.others)
        writer.write("revision", revision)
        writer.write("revisions", revisions)
        writer.write("prune", prune)
        writer.write("dryRun", dryRun)
        writer.write("resources", resources.map(\.json))
        writer.write("manifests", manifests)
        writer.write("syncOptions", options.items)
        var fields = writer.members
        sources.write(to: &fields)
        fields["syncStrategy"] = strategy?.json
        if remainder.healAttempts != 0 { fields["autoHealAttemptsCount"] = .int(remainder.healAttempts) }
        return .object(fields)
    }
}

extension SyncOperation.Strategy {
    /// `apply` counts first; an object with neither is no choice.
    init?(_ reader: inout LenientReader) {
        let apply = reader.part("apply") { $0.flag("force") }
        let hook = reader.part("hook") { $0.flag("force") }
        if let apply {
            self = .apply(force: apply)
        } else if let hook {
            self = .hook(force: hook)
        } else {
            return nil
        }
    }

    var json: JSONValue {
        switch self {
        case .apply(let force): ["apply": force ? ["force": true] : [:]]
        case .hook(let force): ["hook": force ? ["force": true] : [:]]
        }
    }
}

extension SyncOperation.Resource {
    /// `nil` without a kind or a name: it would select nothing, or everything.
    init?(_ reader: inout LenientReader) {
        group = reader.text("group")
        kind = reader.text("kind")
        name = reader.text("name")
        namespace = reader.text("namespace")
        for (field, value) in [("kind", kind), ("name", name)] where value.isEmpty {
            reader.note(field, "is missing")
            return nil
        }
    }

    var json: JSONValue {
        var writer = FieldWriter(["kind": .string(kind), "name": .string(name)])
        writer.write("group", group)
        writer.write("namespace", namespace)
        return writer.value
    }

    /// Whether an object is meant (S27): the namespace counts only if one is given.
    public func matches(_ key: ObjectKey) -> Bool {
        key.group == group && key.kind == kind && key.name == name
            && (namespace.isEmpty || key.namespace == namespace)
    }
}
