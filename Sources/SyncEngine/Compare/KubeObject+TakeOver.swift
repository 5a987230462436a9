public import KubeCore

extension KubeObject {
    /// The manager under which `kubectl apply` without `--server-side` writes.
    public static let clientSideApply = "kubectl-client-side-apply"
    /// The manager under which Helm writes.
    public static let helm = "helm"
    /// Managers whose fields we take over before we apply for the first time (S101).
    public static let takenOver: Set<String> = [clientSideApply, helm]

    /// The JSON patch (RFC 6902) that hands the fields of other managers over to ours; `nil` if they have
    /// none.
    ///
    /// Without it, a field that was once written by client-side apply has two owners after ours, and stays
    /// for ever when it is dropped from the manifest. The patch moves what the others own by updates into our
    /// manager's Apply entry and removes theirs. It changes no field of the object, and names the resource
    /// version, so the server refuses it if anybody wrote in between.
    ///
    /// - `status` stays with its owner, and so does every subresource.
    /// - The annotation `kubectl.kubernetes.io/last-applied-configuration` is handed over with the rest. No
    ///   manifest has it, so the next apply removes it: a copy that nobody keeps up to date any more would
    ///   mislead the next `kubectl apply`, and that of a Secret holds its values (I8).
    ///
    /// - Parameters:
    ///   - manager: The name under which we apply.
    ///   - others: Whose fields are taken: those of kubectl, and of Helm or others by wish; and, where there are any, our
    ///     own from client-side apply.
    /// - Returns: An array of operations.
    /// - Rule: S101.
    public func takeOverPatch(manager: String, from others: Set<String> = [clientSideApply]) -> JSONValue? {
        let entries = self["metadata", "managedFields"]?.array ?? []
        var taken = FieldSet()
        var kept: [JSONValue] = []
        var template: JSONObject?
        for entry in entries {
            guard let owned = ManagedFields(entry), owned.isTakenOver(from: others, by: manager),
                let members = entry.object
            else {
                kept.append(entry)
                continue
            }
            let status = owned.fields[.field("status")]
            var own = owned.fields
            own[.field("status")] = FieldSet()
            taken = taken.union(own)
            template = template ?? members
            if !status.isEmpty {
                var rest = FieldSet()
                rest[.field("status")] = status
                kept.append(.object(members.replacing("fieldsV1", with: rest.fieldsV1)))
            }
        }
        guard let template, !taken.isEmpty else { return nil }
        let merged = Self.merge(taken, into: kept, as: manager, template: template)
        return [
            ["op": "replace", "path": "/metadata/managedFields", "value": .array(merged)],
            ["op": "replace", "path": "/metadata/resourceVersion", "value": .string(resourceVersion)],
        ]
    }

    /// Adds fields to a manager's Apply entry, or makes that entry where there is none.
    private static func merge(
        _ taken: FieldSet, into entries: [JSONValue], as manager: String, template: JSONObject
    ) -> [JSONValue] {
        var entries = entries
        for (index, entry) in entries.enumerated() {
            guard let own = ManagedFields(entry), own.manager == manager, own.operation == .apply,
                own.subresource.isEmpty, let members = entry.object
            else { continue }
            entries[index] = .object(members.replacing("fieldsV1", with: own.fields.union(taken).fieldsV1))
            return entries
        }
        let entry = template.replacing("manager", with: .string(manager)).replacing(
            "operation", with: "Apply")
        return entries + [.object(entry.replacing("fieldsV1", with: taken.fieldsV1))]
    }
}

extension ManagedFields {
    /// Whether the fields become ours before we apply: those of an update by one of the others, or by ourselves as
    /// client-side apply has it, which leaves its manifest in the object. What else we update (a restart, a scale) is no
    /// manifest's.
    ///
    /// - Parameters:
    ///   - others: Managers; none: nothing is taken over.
    ///   - manager: The name under which we apply.
    /// - Returns: `false` for every subresource, and for what was applied.
    func isTakenOver(from others: Set<String>, by manager: String) -> Bool {
        guard operation == .update, subresource.isEmpty, !others.isEmpty else { return false }
        let manifest: [FieldSet.Step] = [
            .field("metadata"), .field("annotations"), .field(KubeObject.lastApplied),
        ]
        return others.contains(self.manager) || (self.manager == manager && fields.contains(manifest))
    }
}

extension JSONObject {
    fileprivate func replacing(_ key: String, with value: JSONValue) -> JSONObject {
        var copy = self
        copy[key] = value
        return copy
    }
}
