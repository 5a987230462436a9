import KubeCore

/// `[group/]Kind [namespace/]name`, as the scenarios name objects; the name may be a pattern with `*` at its end.
struct ObjectReference: Hashable, CustomStringConvertible {
    var group: String
    var kind: String
    var namespace: String
    var name: String

    init(_ text: String) {
        let (what, place) = ObjectReference.halves(of: text, at: " ")
        (group, kind) = ObjectReference.halves(of: what, at: "/")
        (namespace, name) = ObjectReference.halves(of: place, at: "/")
    }

    init(_ key: ObjectKey) {
        group = key.group
        kind = key.kind
        namespace = key.namespace
        name = key.name
    }

    var key: ObjectKey { ObjectKey(group: group, kind: kind, namespace: namespace, name: name) }

    var description: String { key.description }

    /// The same without the namespace that an entry of a cluster-scoped object may carry.
    var scoped: ObjectReference {
        var scoped = self
        if ObjectReference.clusterScoped.contains(kind) { scoped.namespace = "" }
        return scoped
    }

    func matches(_ key: ObjectKey) -> Bool {
        guard name.hasSuffix("*") else { return self.key == key }
        return group == key.group && kind == key.kind && namespace == key.namespace
            && key.name.hasPrefix(name.dropLast())
    }

    static let clusterScoped: Set<String> = [
        "Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "PersistentVolume",
    ]

    /// What stands before and after the last separator; all of it is after if there is none.
    private static func halves(of text: String, at separator: Character) -> (String, String) {
        guard let index = text.lastIndex(of: separator) else { return ("", text) }
        return (String(text[..<index]), String(text[text.index(after: index)...]))
    }
}
