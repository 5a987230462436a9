/// The sync options of Argo CD and their values, and our own `AllowEmpty` (D8).
public enum KnownSyncOption {
    static let all: [(name: String, values: [String])] =
        [
            "AllowEmpty", "ApplyOutOfSyncOnly", "ClientSideApplyMigration", "CreateNamespace",
            "FailOnSharedResource",
            "Force",
            "PruneLast", "Replace", "RespectIgnoreDifferences", "ServerSideApply",
            "SkipDryRunOnMissingResource",
            "Validate",
        ].map { ($0, ["true", "false"]) } + [
            ("Prune", ["true", "false", "confirm"]), ("Delete", ["true", "false", "confirm"]),
            ("PrunePropagationPolicy", ["foreground", "background", "orphan"]),
        ]

    /// All of them, for a message.
    public static var text: String {
        all.map { "\($0.name)=\($0.values.joined(separator: "|"))" }.joined(separator: ", ")
    }

    /// Whether an item is one of them, with one of its values.
    public static func accepts(_ item: String) -> Bool {
        all.contains { option in option.values.contains { item == "\(option.name)=\($0)" } }
    }
}
