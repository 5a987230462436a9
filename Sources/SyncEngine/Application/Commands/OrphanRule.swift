public import KubeCore

/// Which objects of a destination namespace belong to no application (`app resources --orphaned`).
public struct OrphanRule: Hashable, Sendable {
    /// An entry of `spec.orphanedResources.ignore` of a project.
    private struct Ignored: Hashable {
        /// `nil`: any.
        var group: Glob?
        var kind: Glob?
        var name: Glob?

        /// `nil` for an entry that can't be read: it hides nothing.
        init?(_ entry: JSONValue) {
            do throws(GlobFailure) {
                group = try Self.glob(entry["group"])
                kind = try Self.glob(entry["kind"])
                name = try Self.glob(entry["name"])
            } catch {
                return nil
            }
        }

        private static func glob(_ value: JSONValue?) throws(GlobFailure) -> Glob? {
            guard let text = value?.string, !text.isEmpty else { return nil }
            return try Glob(text)
        }

        func matches(_ key: ObjectKey) -> Bool {
            (group?.matches(key.group) ?? true) && (kind?.matches(key.kind) ?? true)
                && (name?.matches(key.name) ?? true)
        }
    }

    private let ignored: [Ignored]

    /// - Parameter project: The project as it is in the cluster; `nil` if there is none, or it may not be read.
    public init(project: KubeObject? = nil) {
        let entries = project?["spec", "orphanedResources", "ignore"]?.array ?? []
        ignored = entries.compactMap { Ignored($0) }
    }

    /// Whether nobody looks after an object.
    ///
    /// - Parameter object: Its metadata are enough.
    /// - Returns: `false` also for what the cluster itself makes in every namespace.
    public func isOrphan(_ object: KubeObject) -> Bool {
        guard !object.hasOwner, object.annotation(AnnotationKey.trackingID) == nil,
            object.label(AnnotationKey.application) == nil
        else { return false }
        let key = object.key
        return !Self.isMadeByCluster(object, key) && !ignored.contains { $0.matches(key) }
    }

    /// What every namespace gets from the cluster itself, and Applications and projects: nobody syncs those by accident.
    private static func isMadeByCluster(_ object: KubeObject, _ key: ObjectKey) -> Bool {
        switch (key.group, key.kind) {
        case ("", "ServiceAccount"): key.name == "default"
        case ("", "ConfigMap"): key.name == "kube-root-ca.crt"
        case ("", "Service"): key.name == "kubernetes" && key.namespace == "default"
        case ("", "Secret"): object.annotation("kubernetes.io/service-account.name") != nil
        case (Application.kind.group, _): true
        default: false
        }
    }
}
