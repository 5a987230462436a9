/// The collections that every API server has.
enum BuiltInResources {
    /// All of them, in the order of discovery.
    static let all: [Resource] = rows.map(\.resource)

    private struct Row {
        struct Version {
            var name: String
            var shape: String
            var hash: String
            var subresources: Set<Subresource>

            init(_ name: String, _ shape: String, _ hash: String, _ subresources: Set<Subresource> = []) {
                self.name = name
                self.shape = shape
                self.hash = hash
                self.subresources = subresources
            }
        }

        var resource: Resource

        init(
            _ group: String, _ plural: String, _ kind: String, isNamespaced: Bool = true,
            short: [String] = [],
            categories: [String] = [], deletesCollections: Bool = true, isQuestion: Bool = false,
            _ versions: [Version]
        ) {
            var verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
            if !deletesCollections { verbs.removeAll { $0 == "deletecollection" } }
            if isQuestion { verbs = ["create"] }
            resource = Resource(
                group: group, plural: plural, singular: "", kind: kind, listKind: "\(kind)List",
                shortNames: short,
                categories: categories, isNamespaced: isNamespaced, verbs: verbs,
                versions: versions.map {
                    ResourceVersion(
                        name: $0.name, shape: ShapeTable.builtIn.shape($0.shape),
                        subresources: $0.subresources,
                        storageHash: $0.hash)
                },
                storageVersion: group == "autoscaling" ? "v2beta2" : versions[0].name)
        }
    }

    private static let rows = [
        Row(
            "", "configmaps", "ConfigMap", short: ["cm"],
            [
                .init("v1", "core/v1.ConfigMap", "qFsyl6wFWjQ=")
            ]),
        Row(
            "", "endpoints", "Endpoints", short: ["ep"],
            [
                .init("v1", "core/v1.Endpoints", "fWeeMqaN/OA=")
            ]),
        Row(
            "", "events", "Event", short: ["ev"],
            [
                .init("v1", "core/v1.Event", "r2yiGXH7wu8=")
            ]),
        Row(
            "", "limitranges", "LimitRange", short: ["limits"],
            [
                .init("v1", "core/v1.LimitRange", "EBKMFVe6cwo=")
            ]),
        Row(
            "", "namespaces", "Namespace", isNamespaced: false, short: ["ns"], deletesCollections: false,
            [
                .init("v1", "core/v1.Namespace", "Q3oi5N2YM8M=", [.finalize, .status])
            ]),
        Row(
            "", "nodes", "Node", isNamespaced: false, short: ["no"],
            [
                .init("v1", "core/v1.Node", "XwShjMxG9Fs=", [.status])
            ]),
        Row(
            "", "persistentvolumeclaims", "PersistentVolumeClaim", short: ["pvc"],
            [
                .init("v1", "core/v1.PersistentVolumeClaim", "QWTyNDq0dC4=", [.status])
            ]),
        Row(
            "", "persistentvolumes", "PersistentVolume", isNamespaced: false, short: ["pv"],
            [
                .init("v1", "core/v1.PersistentVolume", "HN/zwEC+JgM=", [.status])
            ]),
        Row(
            "", "pods", "Pod", short: ["po"], categories: ["all"],
            [
                .init(
                    "v1", "core/v1.Pod", "xPOwRZ+Yhw8=",
                    [.attach, .binding, .eviction, .exec, .log, .portforward, .status])
            ]),
        Row(
            "", "podtemplates", "PodTemplate",
            [
                .init("v1", "core/v1.PodTemplate", "LIXB2x4IFpk=")
            ]),
        Row(
            "", "replicationcontrollers", "ReplicationController", short: ["rc"], categories: ["all"],
            [
                .init("v1", "core/v1.ReplicationController", "Jond2If31h0=", [.scale, .status])
            ]),
        Row(
            "", "resourcequotas", "ResourceQuota", short: ["quota"],
            [
                .init("v1", "core/v1.ResourceQuota", "8uhSgffRX6w=", [.status])
            ]),
        Row(
            "", "secrets", "Secret",
            [
                .init("v1", "core/v1.Secret", "S6u1pOWzb84=")
            ]),
        Row(
            "", "serviceaccounts", "ServiceAccount", short: ["sa"],
            [
                .init("v1", "core/v1.ServiceAccount", "pbx9ZvyFpBE=")
            ]),
        Row(
            "", "services", "Service", short: ["svc"], categories: ["all"], deletesCollections: false,
            [
                .init("v1", "core/v1.Service", "0/CO1lhkEBI=", [.status])
            ]),
        Row(
            "apps", "controllerrevisions", "ControllerRevision",
            [
                .init("v1", "apps/v1.ControllerRevision", "85nkx63pcBU=")
            ]),
        Row(
            "apps", "daemonsets", "DaemonSet", short: ["ds"], categories: ["all"],
            [
                .init("v1", "apps/v1.DaemonSet", "dd7pWHUlMKQ=", [.status])
            ]),
        Row(
            "apps", "deployments", "Deployment", short: ["deploy"], categories: ["all"],
            [
                .init("v1", "apps/v1.Deployment", "8aSe+NMegvE=", [.scale, .status])
            ]),
        Row(
            "apps", "replicasets", "ReplicaSet", short: ["rs"], categories: ["all"],
            [
                .init("v1", "apps/v1.ReplicaSet", "P1RzHs8/mWQ=", [.scale, .status])
            ]),
        Row(
            "apps", "statefulsets", "StatefulSet", short: ["sts"], categories: ["all"],
            [
                .init("v1", "apps/v1.StatefulSet", "H+vl74LkKdo=", [.scale, .status])
            ]),
        Row(
            "batch", "jobs", "Job", categories: ["all"],
            [
                .init("v1", "batch/v1.Job", "mudhfqk/qZY=", [.status])
            ]),
        Row(
            "batch", "cronjobs", "CronJob", short: ["cj"], categories: ["all"],
            [
                .init("v1beta1", "batch/v1beta1.CronJob", "h/JlFAZkyyY=", [.status]),
                .init("v1", "batch/v1beta1.CronJob", "h/JlFAZkyyY=", [.status]),
            ]),
        Row(
            "authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview", isQuestion: true,
            [
                .init("v1", "authorization/v1.LocalSubjectAccessReview", "")
            ]),
        Row(
            "authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview",
            isNamespaced: false,
            isQuestion: true,
            [
                .init("v1", "authorization/v1.SelfSubjectAccessReview", "")
            ]),
        Row(
            "authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", isNamespaced: false,
            isQuestion: true,
            [
                .init("v1", "authorization/v1.SelfSubjectRulesReview", "")
            ]),
        Row(
            "authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", isNamespaced: false,
            isQuestion: true,
            [
                .init("v1", "authorization/v1.SubjectAccessReview", "")
            ]),
        Row(
            "rbac.authorization.k8s.io", "clusterrolebindings", "ClusterRoleBinding", isNamespaced: false,
            [
                .init("v1", "rbac/v1.ClusterRoleBinding", "48tpQ8gZHFc=")
            ]),
        Row(
            "rbac.authorization.k8s.io", "clusterroles", "ClusterRole", isNamespaced: false,
            [
                .init("v1", "rbac/v1.ClusterRole", "bYE5ZWDrJ44=")
            ]),
        Row(
            "rbac.authorization.k8s.io", "rolebindings", "RoleBinding",
            [
                .init("v1", "rbac/v1.RoleBinding", "eGsCzGH6b1g=")
            ]),
        Row(
            "rbac.authorization.k8s.io", "roles", "Role",
            [
                .init("v1", "rbac/v1.Role", "7FuwZcIIItM=")
            ]),
        Row(
            "networking.k8s.io", "ingressclasses", "IngressClass", isNamespaced: false,
            [
                .init("v1", "networking/v1.IngressClass", "6upRfBq0FOI=")
            ]),
        Row(
            "networking.k8s.io", "ingresses", "Ingress", short: ["ing"],
            [
                .init("v1", "networking/v1.Ingress", "ZOAfGflaKd0=", [.status])
            ]),
        Row(
            "networking.k8s.io", "networkpolicies", "NetworkPolicy", short: ["netpol"],
            [
                .init("v1", "networking/v1.NetworkPolicy", "YpfwF18m1G8=")
            ]),
        Row(
            "policy", "poddisruptionbudgets", "PodDisruptionBudget", short: ["pdb"],
            [
                .init("v1beta1", "policy/v1beta1.PodDisruptionBudget", "6BGBu0kpHtk=", [.status]),
                .init("v1", "policy/v1beta1.PodDisruptionBudget", "6BGBu0kpHtk=", [.status]),
            ]),
        Row(
            "policy", "podsecuritypolicies", "PodSecurityPolicy", isNamespaced: false, short: ["psp"],
            [
                .init("v1beta1", "policy/v1beta1.PodSecurityPolicy", "khBLobUXkqA=")
            ]),
        Row(
            "autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler", short: ["hpa"],
            categories: ["all"],
            [
                .init("v1", "autoscaling/v1.HorizontalPodAutoscaler", "oQlkt7f5j/A=", [.status]),
                .init("v2beta2", "autoscaling/v2beta2.HorizontalPodAutoscaler", "oQlkt7f5j/A=", [.status]),
                .init("v2", "autoscaling/v2beta2.HorizontalPodAutoscaler", "oQlkt7f5j/A=", [.status]),
            ]),
        Row(
            "storage.k8s.io", "csidrivers", "CSIDriver", isNamespaced: false,
            [
                .init("v1", "storage/v1.CSIDriver", "Z7aeXSiaYTw=")
            ]),
        Row(
            "storage.k8s.io", "csinodes", "CSINode", isNamespaced: false,
            [
                .init("v1", "storage/v1.CSINode", "Pe62DkZtjuo=")
            ]),
        Row(
            "storage.k8s.io", "storageclasses", "StorageClass", isNamespaced: false, short: ["sc"],
            [
                .init("v1", "storage/v1.StorageClass", "K+m6uJwbjGY=")
            ]),
        Row(
            "storage.k8s.io", "volumeattachments", "VolumeAttachment", isNamespaced: false,
            [
                .init("v1", "storage/v1.VolumeAttachment", "tJx/ezt6UDU=", [.status])
            ]),
        Row(
            "scheduling.k8s.io", "priorityclasses", "PriorityClass", isNamespaced: false, short: ["pc"],
            [
                .init("v1", "scheduling/v1.PriorityClass", "1QwjyaZjj3Y=")
            ]),
        Row(
            "coordination.k8s.io", "leases", "Lease",
            [
                .init("v1", "coordination/v1.Lease", "/sY7hl8ol1U=")
            ]),
        Row(
            "discovery.k8s.io", "endpointslices", "EndpointSlice",
            [
                .init("v1beta1", "discovery/v1beta1.EndpointSlice", "Nx3SIv6I0mE="),
                .init("v1", "discovery/v1beta1.EndpointSlice", "Nx3SIv6I0mE="),
            ]),
        Row(
            "apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition",
            isNamespaced: false, short: ["crd", "crds"], categories: ["api-extensions"],
            [
                .init("v1", "apiextensions/v1.CustomResourceDefinition", "jfWCUB31mvA=", [.status])
            ]),
        Row(
            "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration",
            isNamespaced: false, categories: ["api-extensions"],
            [
                .init("v1", "admissionregistration/v1.MutatingWebhookConfiguration", "yxW1cpLtfp8=")
            ]),
        Row(
            "admissionregistration.k8s.io", "validatingwebhookconfigurations",
            "ValidatingWebhookConfiguration", isNamespaced: false, categories: ["api-extensions"],
            [
                .init("v1", "admissionregistration/v1.ValidatingWebhookConfiguration", "P9NhrezfnWE=")
            ]),
        Row(
            "apiregistration.k8s.io", "apiservices", "APIService", isNamespaced: false,
            categories: ["api-extensions"],
            [
                .init("v1", "apiregistration/v1.APIService", "C+s2HXXP47k=", [.status])
            ]),
        Row(
            "events.k8s.io", "events", "Event", short: ["ev"],
            [
                .init("v1", "events/v1.Event", "r2yiGXH7wu8=")
            ]),
    ]
}
