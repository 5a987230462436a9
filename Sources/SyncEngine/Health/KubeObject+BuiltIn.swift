import KubeCore

extension KubeObject {
    /// Whether the kind comes with Kubernetes, so that its fields and the server's defaults are known.
    ///
    /// Its groups have no dot, or are one of a few: custom kinds may live below `k8s.io`, too.
    var isOfBuiltInGroup: Bool {
        let group = groupVersionKind.group
        return !group.contains(".") || Self.builtInGroups.contains(group)
    }

    private static let builtInGroups: Set<String> = [
        "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io",
        "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
        "storagemigration.k8s.io",
    ]
}
