import KubeCore

/// The documents from which clients learn what is served.
extension Registry {
    /// `/api`.
    static let coreVersions: JSONValue = [
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:443"]],
    ]

    /// `/version`: what this server is like.
    static let version: JSONValue = [
        "major": "1", "minor": "20", "gitVersion": "v1.20.2+syncctl", "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "swift", "platform": "linux",
    ]

    /// `/apis`.
    var groupList: JSONValue {
        [
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": .array(groups.map { .object(groupMembers($0)) }),
        ]
    }

    /// `/apis/GROUP`; `nil` if there is none.
    func groupDocument(_ group: String) -> JSONValue? {
        guard groups.contains(group) else { return nil }
        var document: JSONObject = ["kind": "APIGroup", "apiVersion": "v1"]
        for member in groupMembers(group) { document[member.key] = member.value }
        return .object(document)
    }

    private func groupMembers(_ group: String) -> JSONObject {
        let versions: [JSONValue] = versions(of: group).map {
            ["groupVersion": .string("\(group)/\($0)"), "version": .string($0)]
        }
        return [
            "name": .string(group), "versions": .array(versions), "preferredVersion": versions.first ?? .null,
        ]
    }

    /// `/api/v1` or `/apis/GROUP/VERSION`; `nil` if it is not served.
    func resourceList(group: String, version: String) -> JSONValue? {
        let served = resources.values.filter { $0.group == group && $0.version(version) != nil }
            .sorted { $0.plural < $1.plural }
        guard !served.isEmpty else { return nil }
        var list: JSONObject = ["kind": "APIResourceList"]
        if !group.isEmpty { list["apiVersion"] = "v1" }
        list["groupVersion"] = .string(group.isEmpty ? version : "\(group)/\(version)")
        list["resources"] = .array(
            served.flatMap { resource in
                [resource.discovery(version)]
                    + (resource.version(version)?.subresources ?? []).map { resource.discovery(of: $0) }
                    .sorted {
                        // Custom resources are listed with the status first.
                        let names = ($0["name"]?.string ?? "", $1["name"]?.string ?? "")
                        return resource.isCustom ? names.0 > names.1 : names.0 < names.1
                    }
            })
        return .object(list)
    }
}

extension Resource {
    fileprivate func discovery(_ version: String) -> JSONValue {
        var entry: JSONObject = [
            "name": .string(plural), "singularName": .string(singular), "namespaced": .bool(isNamespaced),
            "kind": .string(kind), "verbs": .array(verbs.map { .string($0) }),
        ]
        if !shortNames.isEmpty { entry["shortNames"] = .array(shortNames.map { .string($0) }) }
        if !categories.isEmpty { entry["categories"] = .array(categories.map { .string($0) }) }
        if let hash = self.version(version)?.storageHash, !hash.isEmpty {
            entry["storageVersionHash"] = .string(hash)
        }
        return .object(entry)
    }

    fileprivate func discovery(of subresource: Subresource) -> JSONValue {
        var entry: JSONObject = [
            "name": .string("\(plural)/\(subresource.rawValue)"), "singularName": "",
            "namespaced": .bool(isNamespaced),
        ]
        switch subresource {
        case .status:
            entry["kind"] = .string(kind)
            entry["verbs"] = ["get", "patch", "update"]
        case .scale:
            entry["group"] = "autoscaling"
            entry["version"] = "v1"
            entry["kind"] = "Scale"
            entry["verbs"] = ["get", "patch", "update"]
        case .finalize:
            entry["kind"] = .string(kind)
            entry["verbs"] = ["update"]
        case .eviction:
            entry["group"] = "policy"
            entry["version"] = "v1beta1"
            entry["kind"] = "Eviction"
            entry["verbs"] = ["create"]
        case .binding:
            entry["kind"] = "Binding"
            entry["verbs"] = ["create"]
        case .log:
            entry["kind"] = .string(kind)
            entry["verbs"] = ["get"]
        case .exec, .attach, .portforward:
            let name = subresource == .portforward ? "PortForward" : subresource.rawValue.capitalizedFirst
            entry["kind"] = .string("Pod\(name)Options")
            entry["verbs"] = ["create", "get"]
        }
        return .object(entry)
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
