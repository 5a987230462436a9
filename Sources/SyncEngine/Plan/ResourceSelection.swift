public import KubeCore

/// Which objects a selective sync touches (S27, C11).
public struct ResourceSelection: Hashable, Sendable {
    /// `[!]GROUP:KIND:[NAMESPACE/]NAME`, each part also `*`.
    public struct Pattern: Hashable, Sendable {
        public var isExclusion: Bool
        public var group: String
        public var kind: String
        /// `nil`: whatever the namespace.
        public var namespace: String?
        public var name: String

        /// Reads a pattern; `nil` if it has not the three parts.
        public init?(_ text: String) {
            isExclusion = text.hasPrefix("!")
            let parts = text.dropFirst(isExclusion ? 1 : 0).split(
                separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 3, !parts[0].hasPrefix("!"), !parts[1].isEmpty, !parts[2].isEmpty else {
                return nil
            }
            group = String(parts[0])
            kind = String(parts[1])
            let place = parts[2].split(separator: "/", omittingEmptySubsequences: false)
            guard place.count <= 2, place.allSatisfy({ !$0.isEmpty }) else { return nil }
            namespace = place.count == 2 ? String(place[0]) : nil
            name = String(place[place.count - 1])
        }

        func matches(_ key: ObjectKey) -> Bool {
            fits(group, key.group) && fits(kind, key.kind) && fits(name, key.name)
                && (namespace.map { fits($0, key.namespace) } ?? true)
        }

        private func fits(_ wanted: String, _ found: String) -> Bool { wanted == "*" || wanted == found }
    }

    /// Empty: everything.
    public var patterns: [Pattern]

    public init(_ patterns: [Pattern] = []) {
        self.patterns = patterns
    }

    /// The objects that bear one of some labels, by group, kind and name (C13).
    ///
    /// - Parameters:
    ///   - labels: Any of them.
    ///   - objects: All that the manifests have.
    public init(labelled labels: [(name: String, value: String)], among objects: [KubeObject]) {
        let chosen = objects.filter { object in
            !object.name.isEmpty && labels.contains { object.label($0.name) == $0.value }
        }
        patterns = chosen.map { object in
            Pattern(
                SyncOperation.Resource(
                    group: object.groupVersionKind.group, kind: object.kind, namespace: "", name: object.name
                ))
        }
    }

    public var isEverything: Bool { patterns.isEmpty }

    /// Any inclusion, or none given, and no exclusion.
    public func contains(_ key: ObjectKey) -> Bool {
        let inclusions = patterns.filter { !$0.isExclusion }
        return (inclusions.isEmpty || inclusions.contains { $0.matches(key) })
            && !patterns.contains { $0.isExclusion && $0.matches(key) }
    }
}
