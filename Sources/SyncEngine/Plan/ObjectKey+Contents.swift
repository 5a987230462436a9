import KubeCore

extension ObjectKey {
    /// Whether other objects go with this one: what lies in a Namespace, and the objects of a definition's kind.
    var holdsOthers: Bool {
        groupKind == GroupKind(group: "", kind: "Namespace") || groupKind == HealthRule.definition
    }
}
