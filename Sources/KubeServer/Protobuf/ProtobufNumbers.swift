/// By which numbers the members of the built-in types go in protobuf.
enum ProtobufNumbers {
    /// The numbers of a type's members, in their order: a path of two where a member is in a message of its own that
    /// JSON does not show, none where it has no number.
    static func of(_ structure: StructShape) -> [[UInt64]] {
        if let known = exceptions[structure.name] { return known }
        var next: UInt64 = 0
        return structure.fields.map { field in
            // What an object is, is told around it.
            if isEnvelope(field.name, of: structure) { return [] }
            next += 1
            return [next]
        }
    }

    private static func isEnvelope(_ member: String, of structure: StructShape) -> Bool {
        ["kind", "apiVersion"].contains(member) && structure["metadata"] != nil
            && structure.fields.first?.name == "kind"
    }

    private static let exceptions: [String: [[UInt64]]] = Dictionary(
        text.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            let numbers = words.dropFirst().map { $0.split(separator: ".").compactMap { UInt64($0) } }
            return (words.first.map(String.init) ?? "", numbers)
        }, uniquingKeysWith: { first, _ in first })

    /// The types whose members are not simply numbered from 1.
    private static let text = """
        core/v1.ConfigMap - - 1 4 2 3
        core/v1.ConfigMapEnvSource 1.1 2
        core/v1.ConfigMapKeySelector 1.1 2 3
        core/v1.ConfigMapProjection 1.1 2 4
        core/v1.ConfigMapVolumeSource 1.1 2 3 4
        core/v1.Container 1 2 3 4 5 6 19 7 8 9 21 10 11 22 12 13 20 14 15 16 17 18
        core/v1.EndpointAddress 1 3 4 2
        core/v1.EphemeralContainer 1.1 1.2 1.3 1.4 1.5 1.6 1.19 1.7 1.8 1.9 1.21 1.10 1.11 1.22 1.12 \
        1.13 1.20 1.14 1.15 1.16 1.17 1.18 2
        core/v1.ISCSIPersistentVolumeSource 1 2 3 4 5 6 7 8 11 10 12
        core/v1.ISCSIVolumeSource 1 2 3 4 5 6 7 8 11 10 12
        core/v1.LoadBalancerIngress 1 2 4
        core/v1.NamespaceCondition 1 2 4 5 6
        core/v1.NodeConfigSource 2
        core/v1.NodeSpec 1 7 3 4 5 6 2
        core/v1.PersistentVolumeClaimSpec 1 4 2 3 5 6 7
        core/v1.PersistentVolumeSpec 1 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.13 2.14 \
        2.15 2.16 2.17 2.18 2.19 2.20 2.21 2.22 3 4 5 6 7 8 9
        core/v1.PodSecurityContext 1 8 2 6 3 4 5 7 9 10
        core/v1.PodSpec 1 20 2 34 3 4 5 6 7 8 9 21 10 11 12 13 27 14 15 16 17 18 19 22 23 24 25 26 28 \
        29 30 31 32 33 35
        core/v1.PodStatus 1 2 3 4 11 5 6 12 7 10 8 9 13
        core/v1.Probe 1.1 1.2 1.3 2 3 4 5 6
        core/v1.ReplicationControllerSpec 1 4 2 3
        core/v1.ReplicationControllerStatus 1 2 4 5 3 6
        core/v1.Secret - - 1 5 2 4 3
        core/v1.SecretEnvSource 1.1 2
        core/v1.SecretKeySelector 1.1 2 3
        core/v1.SecretProjection 1.1 2 4
        core/v1.SecurityContext 1 2 3 10 4 8 5 6 7 9 11
        core/v1.ServicePort 1 2 6 3 4 5
        core/v1.ServiceSpec 1 2 3 18 4 5 7 8 9 10 11 12 13 14 16 19 17 20
        core/v1.Volume 1 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.13 2.14 2.15 2.16 2.17 \
        2.18 2.19 2.20 2.21 2.22 2.23 2.26 2.24 2.25 2.27 2.28 2.29
        admissionregistration/v1.MutatingWebhook 1 2 3 4 9 5 11 6 7 8 10
        admissionregistration/v1.RuleWithOperations 1 2.1 2.2 2.3 2.4
        admissionregistration/v1.ValidatingWebhook 1 2 3 4 9 5 10 6 7 8
        admissionregistration/v1.WebhookClientConfig 3 1 2
        apiregistration/v1.APIServiceSpec 1 2 3 4 5 7 8
        apps/v1.DaemonSetSpec 1 2 3 4 6
        apps/v1.DeploymentCondition 1 2 6 7 4 5
        apps/v1.DeploymentSpec 1 2 3 4 5 6 7 9
        apps/v1.DeploymentStatus 1 2 3 7 4 5 6 8
        apps/v1.ReplicaSetSpec 1 4 2 3
        apps/v1.ReplicaSetStatus 1 2 4 5 3 6
        apps/v1.StatefulSetStatus 1 2 3 4 5 6 7 9 10
        authorization/v1.SubjectAccessReviewStatus 1 4 2 3
        autoscaling/v2beta2.HPAScalingRules 3 1 2
        autoscaling/v2beta2.MetricSpec 1 2 3 4 7 5
        autoscaling/v2beta2.MetricStatus 1 2 3 4 7 5
        batch/v1.JobSpec 1 2 3 7 4 5 6 8 10
        batch/v1beta1.CronJobStatus 1 4
        discovery/v1beta1.EndpointSlice - - 1 4 2 3
        meta/v1.ManagedFieldsEntry 1 2 3 4 6 7
        meta/v1.ObjectMeta 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 17
        meta/v1.OwnerReference 5 1 3 4 6 7
        networking/v1.HTTPIngressPath 1 3 2
        networking/v1.IngressBackend 4 3
        networking/v1.IngressRule 1 2.1
        networking/v1.IngressSpec 4 1 2 3
        policy/v1beta1.PodSecurityPolicySpec 1 2 3 4 5 6 7 8 9 10 11 22 12 13 14 15 16 17 18 23 19 20 \
        21 24
        """
}
