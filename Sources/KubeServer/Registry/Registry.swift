import KubeCore

/// Which collections are served.
struct Registry: Sendable {
    private(set) var resources: [GroupResource: Resource] = [:]
    private var kinds: [GroupKind: GroupResource] = [:]

    init() {
        for resource in BuiltInResources.all { insert(resource) }
    }

    subscript(_ resource: GroupResource) -> Resource? { resources[resource] }

    /// The collection of a kind. Events are in two groups; both are the same collection.
    func resource(of kind: GroupKind) -> Resource? { kinds[kind].flatMap { resources[$0] } }

    mutating func insert(_ resource: Resource) {
        resources[resource.groupResource] = resource
        kinds[GroupKind(group: resource.group, kind: resource.kind)] = resource.groupResource
    }

    mutating func remove(_ resource: GroupResource) {
        guard let old = resources.removeValue(forKey: resource) else { return }
        kinds[GroupKind(group: old.group, kind: old.kind)] = nil
    }

    /// The groups, those that everyone has first.
    var groups: [String] {
        let all = Set(resources.keys.map(\.group)).subtracting([""])
        let known = Self.groupOrder.filter(all.contains)
        return known + all.subtracting(known).sorted()
    }

    /// The versions of a group, the preferred one first.
    func versions(of group: String) -> [String] {
        let names = resources.values.filter { $0.group == group }
            .flatMap { $0.versions.filter(\.isServed).map(\.name) }
        return Set(names).sorted { Self.precedes($0, $1) }
    }

    func serves(group: String, version: String) -> Bool {
        resources.values.contains { $0.group == group && $0.version(version) != nil }
    }

    private static let groupOrder = [
        "apiregistration.k8s.io", "apps", "events.k8s.io", "authorization.k8s.io", "autoscaling", "batch",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io",
        "scheduling.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
    ]

    /// Stable versions before betas before alphas, newer before older, others last by name.
    static func precedes(_ left: String, _ right: String) -> Bool {
        switch (rank(left), rank(right)) {
        case (let one?, let other?): one > other
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): left < right
        }
    }

    private static func rank(_ version: String) -> (Int, Int, Int)? {
        guard version.first == "v" else { return nil }
        let digits = version.dropFirst().prefix { $0.isASCII && $0.isNumber }
        guard let major = Int(digits) else { return nil }
        let rest = version.dropFirst(1 + digits.count)
        if rest.isEmpty { return (3, major, 0) }
        for (name, stage) in [("beta", 2), ("alpha", 1)] where rest.hasPrefix(name) {
            guard let minor = Int(rest.dropFirst(name.count)) else { return nil }
            return (stage, major, minor)
        }
        return nil
    }
}
