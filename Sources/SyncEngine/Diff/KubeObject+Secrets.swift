public import KubeCore

extension KubeObject {
    /// The object as it may be shown: of a Secret, the values are rows of `+` (S165, I8).
    public var withoutSecrets: KubeObject {
        guard groupVersionKind.group.isEmpty, kind == "Secret" else { return self }
        var shown: KubeObject? = self
        var nothing: KubeObject?
        SecretMask.hide(&shown, &nothing)
        return shown ?? self
    }
}
