public import KubeCore

/// Every kind that an API server knows, and where its objects are.
public struct APICatalog: Hashable, Sendable {
    /// One version of a group.
    struct Version: Hashable, Sendable {
        var name: String
        var resources: [APIResource]
    }

    /// A group, its preferred version first.
    struct Group: Hashable, Sendable {
        /// Empty for the core group.
        var name: String
        var versions: [Version]
    }

    /// A part of the API that could not be asked, as when the server behind it is down.
    public struct Gap: Hashable, Sendable {
        public var group: String
        public var version: String
        /// For people.
        public var problem: String

        public init(group: String, version: String, problem: String) {
            self.group = group
            self.version = version
            self.problem = problem
        }
    }

    /// What could not be read; everything else is there.
    public let gaps: [Gap]
    private let byKind: [GroupVersionKind: APIResource]
    /// Every version that has a kind, the preferred one first.
    private let versions: [GroupKind: [APIResource]]
    private let order: [GroupKind]

    init(groups: [Group] = [], gaps: [Gap] = []) {
        var byKind: [GroupVersionKind: APIResource] = [:]
        var versions: [GroupKind: [APIResource]] = [:]
        var order: [GroupKind] = []
        for resource in groups.flatMap(\.versions).flatMap(\.resources) where byKind[resource.kind] == nil {
            byKind[resource.kind] = resource
            if versions[resource.kind.groupKind] == nil { order.append(resource.kind.groupKind) }
            versions[resource.kind.groupKind, default: []].append(resource)
        }
        self.byKind = byKind
        self.versions = versions
        self.order = order
        self.gaps = gaps
    }

    /// The collection of a kind in exactly this version.
    public func resource(_ kind: GroupVersionKind) throws(UnknownKind) -> APIResource {
        if let resource = byKind[kind] { return resource }
        throw unknown(kind.groupKind, version: kind.version)
    }

    /// The collection of a kind in the version that the server prefers.
    public func resource(_ kind: GroupKind) throws(UnknownKind) -> APIResource {
        if let resource = versions[kind]?.first { return resource }
        throw unknown(kind, version: nil)
    }

    /// Every kind whose objects can be listed, in its preferred version.
    public var listable: [APIResource] {
        order.compactMap { versions[$0]?.first }.filter { $0.verbs.contains("list") }
    }

    /// Every kind in every version.
    var kinds: some Collection<GroupVersionKind> { byKind.keys }

    private func unknown(_ kind: GroupKind, version: String?) -> UnknownKind {
        UnknownKind(
            kind: kind, version: version, knownVersions: (versions[kind] ?? []).map(\.kind.version),
            otherGroups: order.filter { $0.kind == kind.kind && $0.group != kind.group }.map(\.group),
            gaps: gaps.filter { $0.group == kind.group })
    }
}

/// A kind that the server does not know, with what helps to find out why.
public struct UnknownKind: Error, Hashable, Sendable {
    public var kind: GroupKind
    /// `nil` if any would have done.
    public var version: String?
    /// The versions in which the server knows that kind.
    public var knownVersions: [String]
    /// Groups that have a kind of that name.
    public var otherGroups: [String]
    /// Parts of the group that could not be asked: the kind may be there.
    public var gaps: [APICatalog.Gap]

    public init(
        kind: GroupKind, version: String?, knownVersions: [String] = [], otherGroups: [String] = [],
        gaps: [APICatalog.Gap] = []
    ) {
        self.kind = kind
        self.version = version
        self.knownVersions = knownVersions
        self.otherGroups = otherGroups
        self.gaps = gaps
    }
}

extension UnknownKind: CustomStringConvertible {
    /// `the server does not know apps/Deployment in version v1beta1, only in v1`
    public var description: String {
        var text = "the server does not know \(kind)"
        if let version { text += " in version \(version)" }
        if !knownVersions.isEmpty { text += ", only in \(knownVersions.joined(separator: ", "))" }
        if knownVersions.isEmpty, !otherGroups.isEmpty {
            let groups = otherGroups.map { $0.isEmpty ? "the core group" : $0 }.joined(separator: ", ")
            text += "; a \(kind.kind) is known in \(groups)"
        }
        for gap in gaps { text += "; \(kind.group)/\(gap.version) could not be asked: \(gap.problem)" }
        return text
    }
}
