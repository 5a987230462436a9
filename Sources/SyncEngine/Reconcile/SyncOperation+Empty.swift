extension SyncOperation {
    /// Why nothing is synced where the sources have no manifests: with prune, everything of the application would go.
    ///
    /// - Parameters:
    ///   - desired: What the sources want.
    ///   - application: Whose policy may say that this is meant.
    /// - Returns: `nil` if there are manifests, nothing is pruned, or it is meant.
    /// - Rule: D8, I9.
    public func objection(toEmpty desired: [DesiredObject], of application: Application) -> String? {
        let isMeant =
            options.contains("AllowEmpty=true")
            || application.spec.syncPolicy.options.contains("AllowEmpty=true")
            || application.spec.syncPolicy.automated?.allowEmpty == true
        guard desired.isEmpty, prune, !isMeant else { return nil }
        return
            "there are no manifests, and with prune everything of the application would be removed; if that is meant, "
            + "sync with --allow-empty, or set allowEmpty in spec.syncPolicy.automated"
    }
}
