import KubeCore

/// The templates that StatefulSets and DaemonSets have had, as `kubectl rollout history` and `undo` know them.
extension ServerState {
    private static let revisions = GroupResource(group: "apps", plural: "controllerrevisions")

    /// Notes a set's template as its newest revision.
    ///
    /// - Parameters:
    ///   - set: Whose template it is.
    ///   - name: Of the revision; the same template has the same.
    mutating func noteRevision(of set: JSONObject, _ name: String) {
        let known = dependents(of: set, Self.revisions)
            .sorted { ($0.object.number("revision") ?? 0) < ($1.object.number("revision") ?? 0) }
        let last = known.last?.object.number("revision") ?? 0
        if let place = known.first(where: { $0.place.place.name == name })?.place {
            // A template that comes back is the newest again.
            if known.last?.place != place { change(place) { $0["revision"] = .int(last &+ 1) } }
            return
        }
        var template = set[path: ["spec", "template"]]?.object ?? JSONObject()
        template["$patch"] = "replace"
        var labels = template[path: ["metadata", "labels"]]?.object ?? JSONObject()
        labels["controller.kubernetes.io/hash"] = .string(String(name.split(separator: "-").last ?? ""))
        let limit = Int(clamping: set.number("spec", "revisionHistoryLimit") ?? 10)
        for old in known.dropLast(max(0, limit)) { remove(old.place) }
        makeOwn(
            "apps/v1", "controllerrevisions",
            [
                "metadata": [
                    "name": .string(name), "labels": .object(labels),
                    "ownerReferences": [Workloads.reference(to: set)],
                ],
                "data": ["spec": ["template": .object(template)]], "revision": .int(last &+ 1),
            ], in: set.metadata("namespace")?.string ?? "")
    }
}
