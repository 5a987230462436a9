package import KubeCore

/// The kinds that the tests themselves look at.
extension APIResource {
    package static let namespaces = kind("Namespace", "v1", "namespaces", isNamespaced: false)
    package static let pods = kind("Pod", "v1", "pods")
    package static let configMaps = kind("ConfigMap", "v1", "configmaps")
    package static let services = kind("Service", "v1", "services")
    package static let serviceAccounts = kind("ServiceAccount", "v1", "serviceaccounts")
    package static let deployments = kind("Deployment", "apps/v1", "deployments")
    package static let jobs = kind("Job", "batch/v1", "jobs")
    package static let secrets = kind("Secret", "v1", "secrets")

    private static func kind(
        _ kind: String, _ apiVersion: String, _ plural: String, isNamespaced: Bool = true
    ) -> APIResource {
        APIResource(
            kind: GroupVersionKind(apiVersion: apiVersion, kind: kind), plural: plural,
            isNamespaced: isNamespaced, verbs: [])
    }
}
