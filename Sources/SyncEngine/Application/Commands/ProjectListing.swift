public import KubeCore

/// One AppProject's row in `project list`, and what `project get` shows.
public struct ProjectListing: Sendable {
    public static let header = [
        "NAME", "DESCRIPTION", "DESTINATIONS", "SOURCES", "CLUSTER-RESOURCE-WHITELIST",
        "NAMESPACE-RESOURCE-BLACKLIST", "SIGNATURE-KEYS", "ORPHANED-RESOURCES",
    ]

    private let project: KubeObject

    public init(_ project: KubeObject) {
        self.project = project
    }

    public var cells: [String] {
        [
            project.name, project["spec", "description"]?.string ?? "",
            Self.brief(destinations, "destinations"),
            Self.brief(list("sourceRepos").compactMap(\.string), "repos"),
            Self.brief(kinds("clusterResourceWhitelist"), "resources"),
            Self.brief(kinds("namespaceResourceBlacklist"), "resources"),
            Self.brief(list("signatureKeys").compactMap { $0["keyID"]?.string }, "key(s)"),
            project["spec", "orphanedResources"]?.object == nil ? "disabled" : "enabled",
        ]
    }

    /// Labels and what they say; a label of blanks goes on with the one before.
    public var fields: [(label: String, value: String)] {
        Self.block("Name:", [project.name])
            + Self.block("Description:", [project["spec", "description"]?.string ?? ""])
            + Self.block("Destinations:", destinations)
            + Self.block("Repositories:", list("sourceRepos").compactMap(\.string))
            + Self.block("Source Namespaces:", list("sourceNamespaces").compactMap(\.string))
            + Self.block("Allowed Cluster Resources:", kinds("clusterResourceWhitelist"))
            + Self.block("Denied Cluster Resources:", kinds("clusterResourceBlacklist"))
            + Self.block("Allowed Namespaced Resources:", namespacedKinds)
            + Self.block("Denied Namespaced Resources:", kinds("namespaceResourceBlacklist"))
            + Self.block("Sync Windows:", list("syncWindows").map(Self.window))
    }

    private var destinations: [String] {
        list("destinations").map { entry in
            let cluster = entry["server"]?.string ?? entry["name"]?.string ?? ""
            return "\(cluster),\(entry["namespace"]?.string ?? "")"
        }
    }

    /// All where nothing is said (S202).
    private var namespacedKinds: [String] {
        project["spec", "namespaceResourceWhitelist"]?.array == nil
            ? ["*/*"] : kinds("namespaceResourceWhitelist")
    }

    private func kinds(_ field: String) -> [String] {
        list(field).map { "\($0["group"]?.string ?? "")/\($0["kind"]?.string ?? "")" }
    }

    private func list(_ field: String) -> [JSONValue] { project["spec", field]?.array ?? [] }

    /// `deny:0 22 * * *:8h, applications web-*, namespaces web (manual syncs allowed)`
    private static func window(_ entry: JSONValue) -> String {
        let zone = entry["timeZone"]?.string.map { " \($0)" } ?? ""
        let time = ["kind", "schedule", "duration"].map { entry[$0]?.string ?? "" }.joined(separator: ":")
        let whom = ["applications", "namespaces", "clusters"].compactMap { field in
            let names = entry[field]?.array?.compactMap(\.string) ?? []
            return names.isEmpty ? nil : "\(field) \(names.joined(separator: " "))"
        }
        let conjunction = entry["andOperator"]?.bool == true ? " and " : ", "
        let all = [time + zone] + (whom.isEmpty ? [] : [whom.joined(separator: conjunction)])
        return all.joined(separator: ", ")
            + (entry["manualSync"]?.bool == true ? " (manual syncs allowed)" : "")
    }

    private static func brief(_ texts: [String], _ what: String) -> String {
        switch texts.count {
        case 0: "<none>"
        case 1: texts[0]
        default: "\(texts.count) \(what)"
        }
    }

    private static func block(_ label: String, _ texts: [String]) -> [(label: String, value: String)] {
        guard let first = texts.first else { return [(label, "<none>")] }
        return [(label, first)] + texts.dropFirst().map { ("", $0) }
    }
}
