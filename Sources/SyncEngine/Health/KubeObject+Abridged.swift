public import KubeCore

/// What is kept of a live object whose content nobody has to compare (I10).
extension KubeObject {
    /// The object without what only a comparison reads: left are its identity, what stands on it for syncs, and what its
    /// health and its images are read from.
    ///
    /// Custom kinds keep their content, as any of it may tell of their health. Nothing of a Secret's data is left.
    ///
    /// - Parameter rules: The user's own for health; kinds that have some keep their content, too.
    /// - Returns: An object of the same key and version that the same rules judge in the same way.
    public func abridged(for rules: HealthRules = HealthRules()) -> KubeObject {
        var copy = self
        copy["metadata", "managedFields"] = nil
        if copy.annotation(Self.lastApplied) != nil {
            copy.setAnnotation(Self.lastApplied, nil)
        }
        let kind = groupVersionKind.groupKind
        let rule = HealthRule(kind)
        let isCustom = rule == nil && !isOfBuiltInGroup && !isApplication
        guard !isCustom, !rules.hasRules(for: kind) else { return copy }
        for name in json.keys where !["apiVersion", "kind", "metadata"].contains(name) {
            if rule == nil || name != "status" { copy[name] = nil }
        }
        let spec = abridgedSpec
        if !spec.isEmpty { copy["spec"] = .object(spec) }
        return copy
    }

    private var abridgedSpec: JSONObject {
        guard let spec = self["spec"]?.object else { return JSONObject() }
        var kept = kind == "Pod" ? spec.images : JSONObject()
        for name in HealthRule.specMembers { kept[name] = spec[name] }
        for path in [["template", "spec"], ["jobTemplate", "spec", "template", "spec"]] {
            guard let images = spec[path: path]?.object?.images, !images.isEmpty else { continue }
            kept[path: path] = .object(images)
        }
        return kept
    }
}

extension JSONObject {
    /// Of a Pod's spec, what ``ApplicationSummary`` reads.
    fileprivate var images: JSONObject {
        var kept = JSONObject()
        for name in ["initContainers", "containers"] {
            let images = self[name]?.array?.compactMap { $0["image"] } ?? []
            if !images.isEmpty { kept[name] = .array(images.map { .object(["image": $0]) }) }
        }
        return kept
    }
}
