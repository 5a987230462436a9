import KubeCore

/// Discovery's documents, as the server sends them. What is malformed in one entry leaves out that entry.
extension APICatalog {
    /// From an `APIGroupDiscoveryList`: all of `/api` or `/apis` in one answer. `nil` if it is none.
    static func aggregated(_ json: JSONValue) -> (groups: [Group], gaps: [Gap])? {
        guard json["kind"]?.string == "APIGroupDiscoveryList" else { return nil }
        var groups: [Group] = []
        var gaps: [Gap] = []
        for item in json["items"]?.array ?? [] {
            var group = Group(name: item["metadata"]?["name"]?.string ?? "", versions: [])
            for entry in item["versions"]?.array ?? [] {
                guard let name = entry["version"]?.string else { continue }
                if entry["freshness"]?.string == "Stale" {
                    gaps.append(
                        Gap(group: group.name, version: name, problem: "the server behind it does not answer")
                    )
                }
                let resources = (entry["resources"]?.array ?? []).compactMap {
                    APIResource(aggregated: $0, group: group.name, version: name)
                }
                group.versions.append(Version(name: name, resources: resources))
            }
            groups.append(group)
        }
        return (groups, gaps)
    }

    /// The groups of an `APIGroupList` with their versions, without resources; preferred versions come first.
    static func groups(_ json: JSONValue) -> [Group] {
        (json["groups"]?.array ?? []).compactMap { group in
            guard let name = group["name"]?.string else { return nil }
            let preferred = group["preferredVersion"]?["version"]?.string
            let names = (group["versions"]?.array ?? []).compactMap { $0["version"]?.string }
            let sorted = names.filter { $0 == preferred } + names.filter { $0 != preferred }
            return Group(name: name, versions: sorted.map { Version(name: $0, resources: []) })
        }
    }

    /// The resources of an `APIResourceList`.
    static func resources(_ json: JSONValue, group: String, version: String) -> [APIResource] {
        (json["resources"]?.array ?? []).compactMap { entry in
            guard let plural = entry["name"]?.string, !plural.contains("/"), let kind = entry["kind"]?.string
            else {
                return nil
            }
            return APIResource(
                kind: GroupVersionKind(group: group, version: version, kind: kind), plural: plural,
                isNamespaced: entry["namespaced"]?.bool ?? false,
                verbs: Set((entry["verbs"]?.array ?? []).compactMap(\.string)))
        }
    }
}

extension APIResource {
    fileprivate init?(aggregated entry: JSONValue, group: String, version: String) {
        guard let plural = entry["resource"]?.string, let kind = entry["responseKind"]?["kind"]?.string,
            let scope = entry["scope"]?.string
        else { return nil }
        self.init(
            kind: GroupVersionKind(group: group, version: version, kind: kind), plural: plural,
            isNamespaced: scope == "Namespaced",
            verbs: Set((entry["verbs"]?.array ?? []).compactMap(\.string)))
    }
}
