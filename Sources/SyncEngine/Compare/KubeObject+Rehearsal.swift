public import KubeCore

extension KubeObject {
    /// Whether a rehearsed apply (`dryRun=All`) of this object would change nothing: no field of it, and not which fields
    /// are ours.
    ///
    /// A dry run answers under the version that is there already, so the version does not tell. Admission takes part in
    /// it: what a webhook makes of our fields every time is no difference.
    ///
    /// - Parameters:
    ///   - answer: What the server answered to the rehearsal.
    ///   - manager: The name under which we apply.
    /// - Returns: `false` also where only the bookkeeping of our fields would change.
    /// - Rule: D3, D4.
    public func isUnchanged(by answer: KubeObject, manager: String) -> Bool {
        withoutBookkeeping == answer.withoutBookkeeping
            && appliedFields(of: manager)?.fields == answer.appliedFields(of: manager)?.fields
    }

    private var withoutBookkeeping: JSONObject {
        var json = json
        var metadata = metadata
        for name in ["managedFields", "resourceVersion", "generation"] { metadata[name] = nil }
        json["metadata"] = .object(metadata)
        return json
    }
}
