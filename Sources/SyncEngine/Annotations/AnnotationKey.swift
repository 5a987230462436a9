/// The annotations and labels that a sync reads and writes.
public enum AnnotationKey {
    public static let hook = "argocd.argoproj.io/hook"
    public static let hookDeletePolicy = "argocd.argoproj.io/hook-delete-policy"
    public static let syncWave = "argocd.argoproj.io/sync-wave"
    public static let syncOptions = "argocd.argoproj.io/sync-options"
    public static let compareOptions = "argocd.argoproj.io/compare-options"
    /// `"true"` on an object: its health does not count for its application's (S172).
    public static let ignoreHealthCheck = "argocd.argoproj.io/ignore-healthcheck"
    public static let trackingID = "argocd.argoproj.io/tracking-id"
    /// Never written by us (D2); removed where an older controller left it (S68).
    public static let hookFinalizer = "argocd.argoproj.io/hook-finalizer"

    public static let helmHook = "helm.sh/hook"
    public static let helmHookWeight = "helm.sh/hook-weight"
    public static let helmHookDeletePolicy = "helm.sh/hook-delete-policy"
    public static let helmResourcePolicy = "helm.sh/resource-policy"

    /// On an Application: look again; `normal`, or `hard` for without a cache (S149).
    public static let refresh = "argocd.argoproj.io/refresh"
    /// Tells two requests of ``refresh`` apart.
    public static let refreshTimestamp = "argocd.argoproj.io/refresh-timestamp"
    /// On an Application: leave it alone (S153).
    public static let skipReconcile = "argocd.argoproj.io/skip-reconcile"
    /// On an Application: the paths of which a change has it rendered anew.
    public static let generatePaths = "argocd.argoproj.io/manifest-generate-paths"
    /// On an Application: when a person has approved deletions (S95, S191).
    public static let deletionApproved = "argocd.argoproj.io/deletion-approved"

    /// The label by which everything of one application is listed and watched.
    public static let application = "syncctl.dev/application"
    /// How long a hook may run (D6).
    public static let hookTimeout = "syncctl.dev/hook-timeout"
    /// On an Application: how long one of its operations may take (D6).
    public static let syncTimeout = "syncctl.dev/sync-timeout"
    /// On an Application: the delete policy of hooks that name none (D1).
    public static let defaultHookDeletePolicy = "syncctl.dev/default-hook-delete-policy"
    /// The operation that a hook object was made for (I2).
    public static let syncID = "syncctl.dev/sync-id"
    /// The phase that a hook object was made for: one hook may run in several.
    public static let syncPhase = "syncctl.dev/sync-phase"
    /// When the operation of ``syncID`` started, RFC 3339: what a process needs to go on with it after a crash.
    public static let syncStartedAt = "syncctl.dev/sync-started-at"
    /// An operation's id and how it turned out, written before the first of its hooks is deleted.
    public static let syncOutcome = "syncctl.dev/sync-outcome"
    /// The operation that has ended and knows this hook's outcome; equal to ``syncID`` once it is over.
    public static let syncFinished = "syncctl.dev/sync-finished"
    /// The `ttlSecondsAfterFinished` that a hook Job gets back when the operation ends (D2).
    public static let heldTTL = "syncctl.dev/ttl-seconds-after-finished"
}
