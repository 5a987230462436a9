import KubeCore
import SyncEngine

/// The kinds that the scenarios' API server serves.
struct ScenarioKinds {
    private(set) var catalog = KindCatalog()

    init() {
        for (apiVersion, kinds) in ScenarioKinds.usual {
            for kind in kinds {
                add(GroupVersionKind(apiVersion: apiVersion, kind: kind))
            }
        }
    }

    /// Adds a kind as `apiResources` of a scenario lists it.
    mutating func add(listed resource: JSONValue) {
        let kind = GroupVersionKind(
            apiVersion: resource["groupVersion"]?.string ?? "", kind: resource["kind"]?.string ?? "")
        add(kind, isNamespaced: resource["namespaced"]?.bool ?? true)
    }

    /// Adds what a CustomResourceDefinition defines; served as soon as it is there.
    mutating func add(definition object: KubeObject) {
        guard object.kind == "CustomResourceDefinition", let group = object["spec", "group"]?.string,
            let kind = object["spec", "names", "kind"]?.string
        else { return }
        for version in object["spec", "versions"]?.array ?? [] {
            let name = version["name"]?.string ?? ""
            add(
                GroupVersionKind(group: group, version: name, kind: kind),
                isNamespaced: object["spec", "scope"]?.string != "Cluster")
        }
    }

    /// What a sync is told of the kinds that its manifests name.
    func catalog(of wanted: some Sequence<GroupVersionKind>) -> KindCatalog {
        var told = KindCatalog()
        for kind in wanted {
            if let known = catalog.resources[kind] {
                told.add(known)
            } else {
                told.addUnknown(
                    kind, reason: "the API server does not serve kind \(kind.kind) in \(kind.apiVersion)")
            }
        }
        return told
    }

    private mutating func add(_ kind: GroupVersionKind, isNamespaced: Bool? = nil) {
        catalog.add(
            APIResource(
                kind: kind, plural: kind.kind.lowercased() + "s",
                isNamespaced: isNamespaced ?? !ObjectReference.clusterScoped.contains(kind.kind),
                verbs: ["get", "list", "watch", "create", "patch", "update", "delete"]))
    }

    private static let usual = [
        "v1": [
            "Pod", "Service", "ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim",
            "ResourceQuota", "LimitRange", "Namespace", "PersistentVolume",
        ],
        "apps/v1": ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"],
        "batch/v1": ["Job", "CronJob"],
        "networking.k8s.io/v1": ["Ingress", "NetworkPolicy"],
        "policy/v1": ["PodDisruptionBudget"],
        "rbac.authorization.k8s.io/v1": ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"],
        "apiextensions.k8s.io/v1": ["CustomResourceDefinition"],
        "argoproj.io/v1alpha1": ["Workflow"],
    ]
}
