import KubeCore

extension KindRules {
    static let builtIn: [GroupKind: KindRules] = Dictionary(
        uniqueKeysWithValues: [core, apps, batch, others].joined().map { pair in
            (GroupKind(pair.0), pair.1)
        })

    private typealias Pair = (String, KindRules)

    private static let core: [Pair] = [
        (
            "ConfigMap",
            KindRules(validate: ConfigRules.configMapProblems, validateUpdate: ConfigRules.immutableProblems)
        ),
        (
            "Secret",
            KindRules(
                defaults: ConfigRules.secretDefaults, validate: ConfigRules.secretProblems,
                validateUpdate: ConfigRules.secretUpdateProblems)
        ),
        (
            "Namespace",
            KindRules(
                answersDeleted: true, name: .label,
                defaults: { $0.setDefault("status", "phase", to: "Active") },
                prepareCreate: NamespaceRules.prepareCreate, prepareUpdate: NamespaceRules.prepareUpdate)
        ),
        (
            "Service",
            KindRules(
                updatesUnconditionally: false, name: .service, defaults: ServiceRules.defaults,
                prepareCreate: ServiceRules.prepareCreate, prepareUpdate: ServiceRules.prepareUpdate,
                validate: ServiceRules.problems, validateUpdate: ServiceRules.updateProblems)
        ),
        (
            "Pod",
            KindRules(
                answersDeleted: true, endsGracefully: true, defaults: PodRules.defaults,
                prepareCreate: PodRules.prepareCreate, validate: PodRules.problems,
                validateUpdate: PodRules.updateProblems)
        ),
        (
            "ReplicationController",
            KindRules(
                hasGeneration: true, propagation: .orphan,
                defaults: WorkloadRules.replicationControllerDefaults,
                validate: WorkloadRules.replicationControllerProblems)
        ),
        (
            "PodTemplate",
            KindRules(answersDeleted: true, defaults: { PodRules.templateDefaults(&$0, ["template"]) })
        ),
        (
            "PersistentVolumeClaim",
            KindRules(
                answersDeleted: true, defaults: StorageRules.claimDefaults,
                prepareCreate: StorageRules.prepareClaim, validate: StorageRules.claimProblems,
                validateUpdate: StorageRules.claimUpdateProblems)
        ),
        (
            "PersistentVolume",
            KindRules(
                answersDeleted: true, defaults: StorageRules.volumeDefaults,
                prepareCreate: StorageRules.prepareVolume)
        ),
        ("ServiceAccount", KindRules(answersDeleted: true)),
        ("Endpoints", KindRules(createsOnUpdate: true, defaults: ServiceRules.endpointsDefaults)),
        ("LimitRange", KindRules(createsOnUpdate: true, defaults: ConfigRules.limitRangeDefaults)),
        ("ResourceQuota", KindRules(answersDeleted: true)),
        ("Event", KindRules(createsOnUpdate: true)),
        ("Node", KindRules(prepareCreate: { _ in })),
    ]

    private static let apps: [Pair] = [
        (
            "apps/Deployment",
            KindRules(
                hasGeneration: true, defaults: WorkloadRules.deploymentDefaults,
                validate: WorkloadRules.deploymentProblems,
                validateUpdate: WorkloadRules.selectorUpdateProblems)
        ),
        (
            "apps/StatefulSet",
            KindRules(
                hasGeneration: true, defaults: WorkloadRules.statefulSetDefaults,
                validate: WorkloadRules.statefulSetProblems,
                validateUpdate: WorkloadRules.statefulSetUpdateProblems)
        ),
        (
            "apps/DaemonSet",
            KindRules(
                hasGeneration: true, defaults: WorkloadRules.daemonSetDefaults,
                prepareCreate: WorkloadRules.prepareDaemonSet,
                prepareUpdate: WorkloadRules.prepareDaemonSetUpdate,
                validate: WorkloadRules.daemonSetProblems,
                validateUpdate: WorkloadRules.selectorUpdateProblems)
        ),
        (
            "apps/ReplicaSet",
            KindRules(
                hasGeneration: true, defaults: WorkloadRules.replicaSetDefaults,
                validate: WorkloadRules.replicaSetProblems,
                validateUpdate: WorkloadRules.selectorUpdateProblems)
        ),
        ("apps/ControllerRevision", KindRules(validateUpdate: WorkloadRules.revisionUpdateProblems)),
    ]

    private static let batch: [Pair] = [
        (
            "batch/Job",
            KindRules(
                propagation: .orphan, defaults: JobRules.jobDefaults, prepareCreate: JobRules.prepareJob,
                validate: JobRules.jobProblems, validateUpdate: JobRules.jobUpdateProblems)
        ),
        ("batch/CronJob", KindRules(defaults: JobRules.cronJobDefaults, validate: JobRules.cronJobProblems)),
    ]

    private static let rbac = "rbac.authorization.k8s.io"

    private static let others: [Pair] = [
        (
            "\(rbac)/Role",
            KindRules(
                createsOnUpdate: true, name: .path, prepareCreate: AccessRules.dropEmptyRules,
                prepareUpdate: { role, _ in AccessRules.dropEmptyRules(&role) },
                validate: AccessRules.roleProblems)
        ),
        (
            "\(rbac)/ClusterRole",
            KindRules(
                createsOnUpdate: true, name: .path, prepareCreate: AccessRules.dropEmptyRules,
                prepareUpdate: { role, _ in AccessRules.dropEmptyRules(&role) },
                validate: AccessRules.clusterRoleProblems)
        ),
        (
            "\(rbac)/RoleBinding",
            KindRules(
                createsOnUpdate: true, name: .path, defaults: AccessRules.bindingDefaults,
                validate: AccessRules.roleBindingProblems, validateUpdate: AccessRules.bindingUpdateProblems)
        ),
        (
            "\(rbac)/ClusterRoleBinding",
            KindRules(
                createsOnUpdate: true, name: .path, defaults: AccessRules.bindingDefaults,
                validate: AccessRules.clusterRoleBindingProblems,
                validateUpdate: AccessRules.bindingUpdateProblems)
        ),
        (
            "networking.k8s.io/Ingress",
            KindRules(hasGeneration: true, validate: NetworkRules.ingressProblems)
        ),
        ("networking.k8s.io/IngressClass", KindRules(hasGeneration: true)),
        (
            "networking.k8s.io/NetworkPolicy",
            KindRules(hasGeneration: true, defaults: NetworkRules.policyDefaults)
        ),
        (
            "policy/PodDisruptionBudget",
            KindRules(
                hasGeneration: true, updatesUnconditionally: false,
                prepareCreate: { $0["status"] = Self.emptyBudgetStatus })
        ),
        ("policy/PodSecurityPolicy", KindRules(answersDeleted: true)),
        (
            "autoscaling/HorizontalPodAutoscaler",
            KindRules(
                defaults: ScalingRules.defaults, prepareCreate: ScalingRules.prepareCreate,
                validate: ScalingRules.problems)
        ),
        (
            "storage.k8s.io/StorageClass",
            KindRules(
                answersDeleted: true, defaults: StorageRules.classDefaults,
                validate: StorageRules.classProblems,
                validateUpdate: StorageRules.classUpdateProblems)
        ),
        (
            "storage.k8s.io/CSIDriver",
            KindRules(
                updatesUnconditionally: false, answersDeleted: true, defaults: StorageRules.driverDefaults)
        ),
        ("storage.k8s.io/CSINode", KindRules(updatesUnconditionally: false, answersDeleted: true)),
        ("storage.k8s.io/VolumeAttachment", KindRules(updatesUnconditionally: false, answersDeleted: true)),
        (
            "scheduling.k8s.io/PriorityClass",
            KindRules(
                hasGeneration: true, generationMembers: [],
                defaults: { $0.setDefault("preemptionPolicy", to: "PreemptLowerPriority") },
                validateUpdate: ConfigRules.priorityUpdateProblems)
        ),
        ("coordination.k8s.io/Lease", KindRules(createsOnUpdate: true, updatesUnconditionally: false)),
        (
            "discovery.k8s.io/EndpointSlice",
            KindRules(
                hasGeneration: true, generationMembers: ["endpoints", "ports"],
                defaults: NetworkRules.sliceDefaults)
        ),
        (
            "admissionregistration.k8s.io/MutatingWebhookConfiguration",
            KindRules(
                hasGeneration: true, generationMembers: ["webhooks"], updatesUnconditionally: false,
                defaults: { AccessRules.webhookDefaults(&$0, isMutating: true) })
        ),
        (
            "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
            KindRules(
                hasGeneration: true, generationMembers: ["webhooks"], updatesUnconditionally: false,
                defaults: { AccessRules.webhookDefaults(&$0, isMutating: false) })
        ),
        (
            "apiregistration.k8s.io/APIService",
            KindRules(
                updatesUnconditionally: false,
                defaults: {
                    if $0[path: ["spec", "service"]] != nil {
                        $0.setDefault("spec", "service", "port", to: 443)
                    }
                })
        ),
        ("events.k8s.io/Event", KindRules(createsOnUpdate: true)),
        (
            "apiextensions.k8s.io/CustomResourceDefinition",
            KindRules(
                hasGeneration: true, updatesUnconditionally: false, defaults: CustomDefinition.defaults,
                prepareCreate: CustomDefinition.prepareCreate, validate: CustomDefinition.problems)
        ),
    ]

    private static let emptyBudgetStatus: JSONValue = [
        "disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0,
    ]
}

extension GroupKind {
    /// From `apps/Deployment` or `Pod`.
    fileprivate init(_ text: String) {
        let parts = text.split(separator: "/").map(String.init)
        self.init(group: parts.count == 2 ? parts[0] : "", kind: parts.last ?? "")
    }
}
