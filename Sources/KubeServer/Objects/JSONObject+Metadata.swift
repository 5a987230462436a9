import KubeCore

/// Metadata by name, in the order in which an API server writes it.
extension JSONObject {
    private static let metadataOrder = [
        "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation",
        "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations",
        "ownerReferences", "finalizers", "clusterName", "managedFields",
    ]

    var metadata: JSONObject { self["metadata"]?.object ?? JSONObject() }

    func metadata(_ name: String) -> JSONValue? { self["metadata"]?[name] }

    /// Replaces, inserts in its place or (with `nil`) removes a member of the metadata.
    mutating func setMetadata(_ name: String, _ value: JSONValue?) {
        var metadata = metadata
        if metadata[name] != nil || value == nil {
            metadata[name] = value
        } else if let value {
            let rank = Self.metadataOrder.firstIndex(of: name) ?? Self.metadataOrder.count
            var members = metadata.members
            let place =
                members.firstIndex {
                    (Self.metadataOrder.firstIndex(of: $0.key) ?? Self.metadataOrder.count) > rank
                }
                ?? members.count
            members.insert(Member(key: name, value: value), at: place)
            metadata = JSONObject(uniqueMembers: members)
        }
        self["metadata"] = .object(metadata)
    }

    var finalizers: [String] { metadata("finalizers")?.array?.compactMap(\.string) ?? [] }

    mutating func setFinalizers(_ names: [String]) {
        setMetadata(
            "finalizers", names.isEmpty ? Optional<JSONValue>.none : .array(names.map { .string($0) }))
    }

    var isBeingDeleted: Bool { metadata("deletionTimestamp")?.string != nil }

    /// The text at the end of a path of names.
    func text(_ path: String...) -> String? { self[path: path]?.string }

    /// The number at the end of a path of names.
    func number(_ path: String...) -> Int64? { self[path: path]?.int }

    /// Sets the value at the end of a path, if there is none.
    mutating func setDefault(_ path: String..., to value: JSONValue) {
        if self[path: path] == nil || self[path: path]?.isNull == true { self[path: path] = value }
    }

    /// Changes the object at the end of a path, if there is one.
    mutating func change(_ path: [String], _ body: (inout JSONObject) -> Void) {
        guard var inner = self[path: path]?.object else { return }
        body(&inner)
        self[path: path] = .object(inner)
    }

    /// Changes each object of the list at the end of a path.
    mutating func changeEach(_ path: [String], _ body: (inout JSONObject) -> Void) {
        guard let elements = self[path: path]?.array else { return }
        self[path: path] = .array(
            elements.map { element in
                guard var inner = element.object else { return element }
                body(&inner)
                return .object(inner)
            })
    }
}
