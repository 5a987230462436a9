extension ShapeTable {
    /// The types of all groups but the core group, one a line; ``ShapeTable`` says how to read them.
    static let groupsTypes = """
        admissionregistration/v1.MutatingWebhook name:s \
        clientConfig:admissionregistration/v1.WebhookClientConfig \
        rules?[admissionregistration/v1.RuleWithOperations failurePolicy*s matchPolicy*s \
        namespaceSelector*meta/v1.LabelSelector objectSelector*meta/v1.LabelSelector sideEffects^s \
        timeoutSeconds*i admissionReviewVersions:[s reinvocationPolicy*s
        admissionregistration/v1.MutatingWebhookConfiguration kind?s apiVersion?s \
        metadata?meta/v1.ObjectMeta webhooks?[admissionregistration/v1.MutatingWebhook@name~name
        admissionregistration/v1.RuleWithOperations operations?[s apiGroups?[s apiVersions?[s resources?[s \
        scope*s
        admissionregistration/v1.ServiceReference namespace:s name:s path*s port*i
        admissionregistration/v1.ValidatingWebhook name:s \
        clientConfig:admissionregistration/v1.WebhookClientConfig \
        rules?[admissionregistration/v1.RuleWithOperations failurePolicy*s matchPolicy*s \
        namespaceSelector*meta/v1.LabelSelector objectSelector*meta/v1.LabelSelector sideEffects^s \
        timeoutSeconds*i admissionReviewVersions:[s
        admissionregistration/v1.ValidatingWebhookConfiguration kind?s apiVersion?s \
        metadata?meta/v1.ObjectMeta webhooks?[admissionregistration/v1.ValidatingWebhook@name~name
        admissionregistration/v1.WebhookClientConfig url*s \
        service*admissionregistration/v1.ServiceReference caBundle?y
        apiextensions/v1.CustomResourceColumnDefinition name:s type:s format?s description?s priority?i \
        jsonPath:s
        apiextensions/v1.CustomResourceConversion strategy:s webhook*apiextensions/v1.WebhookConversion
        apiextensions/v1.CustomResourceDefinition kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec:apiextensions/v1.CustomResourceDefinitionSpec \
        status?apiextensions/v1.CustomResourceDefinitionStatus
        apiextensions/v1.CustomResourceDefinitionCondition type:s status:s lastTransitionTime?t reason?s \
        message?s
        apiextensions/v1.CustomResourceDefinitionNames plural:s singular?s shortNames?[s kind:s listKind?s \
        categories?[s
        apiextensions/v1.CustomResourceDefinitionSpec group:s \
        names:apiextensions/v1.CustomResourceDefinitionNames scope:s \
        versions:[apiextensions/v1.CustomResourceDefinitionVersion \
        conversion*apiextensions/v1.CustomResourceConversion preserveUnknownFields?b
        apiextensions/v1.CustomResourceDefinitionStatus \
        conditions:[apiextensions/v1.CustomResourceDefinitionCondition \
        acceptedNames:apiextensions/v1.CustomResourceDefinitionNames storedVersions:[s
        apiextensions/v1.CustomResourceDefinitionVersion name:s served:b storage:b deprecated?b \
        deprecationWarning*s schema*apiextensions/v1.CustomResourceValidation \
        subresources*apiextensions/v1.CustomResourceSubresources \
        additionalPrinterColumns?[apiextensions/v1.CustomResourceColumnDefinition
        apiextensions/v1.CustomResourceSubresourceScale specReplicasPath:s statusReplicasPath:s \
        labelSelectorPath*s
        apiextensions/v1.CustomResourceSubresourceStatus
        apiextensions/v1.CustomResourceSubresources \
        status*apiextensions/v1.CustomResourceSubresourceStatus \
        scale*apiextensions/v1.CustomResourceSubresourceScale
        apiextensions/v1.CustomResourceValidation openAPIV3Schema*apiextensions/v1.JSONSchemaProps
        apiextensions/v1.ExternalDocumentation description?s url?s
        apiextensions/v1.JSONSchemaProps id?s $schema?s $ref*s description?s type?s format?s title?s \
        default*j maximum*d exclusiveMaximum?b minimum*d exclusiveMinimum?b maxLength*l minLength*l \
        pattern?s maxItems*l minItems*l uniqueItems?b multipleOf*d enum?[j maxProperties*l minProperties*l \
        required?[s items*OrArray allOf?[apiextensions/v1.JSONSchemaProps \
        oneOf?[apiextensions/v1.JSONSchemaProps anyOf?[apiextensions/v1.JSONSchemaProps \
        not*apiextensions/v1.JSONSchemaProps properties?{apiextensions/v1.JSONSchemaProps \
        additionalProperties*OrBool patternProperties?{apiextensions/v1.JSONSchemaProps \
        dependencies?{OrStringArray additionalItems*OrBool definitions?{apiextensions/v1.JSONSchemaProps \
        externalDocs*apiextensions/v1.ExternalDocumentation example*j nullable?b \
        x-kubernetes-preserve-unknown-fields*b x-kubernetes-embedded-resource?b \
        x-kubernetes-int-or-string?b x-kubernetes-list-map-keys?[s x-kubernetes-list-type*s \
        x-kubernetes-map-type*s
        apiextensions/v1.ServiceReference namespace:s name:s path*s port*i
        apiextensions/v1.WebhookClientConfig url*s service*apiextensions/v1.ServiceReference caBundle?y
        apiextensions/v1.WebhookConversion clientConfig*apiextensions/v1.WebhookClientConfig \
        conversionReviewVersions:[s
        apiregistration/v1.APIService kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?apiregistration/v1.APIServiceSpec status?apiregistration/v1.APIServiceStatus
        apiregistration/v1.APIServiceCondition type:s status:s lastTransitionTime?t reason?s message?s
        apiregistration/v1.APIServiceSpec service*apiregistration/v1.ServiceReference group?s version?s \
        insecureSkipTLSVerify?b caBundle?y groupPriorityMinimum:i versionPriority:i
        apiregistration/v1.APIServiceStatus conditions?[apiregistration/v1.APIServiceCondition@type~type
        apiregistration/v1.ServiceReference namespace?s name?s port*i
        apps/v1.ControllerRevision kind?s apiVersion?s metadata?meta/v1.ObjectMeta data?j revision:l
        apps/v1.DaemonSet kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?apps/v1.DaemonSetSpec \
        status?apps/v1.DaemonSetStatus
        apps/v1.DaemonSetCondition type:s status:s lastTransitionTime?t reason?s message?s
        apps/v1.DaemonSetSpec selector^meta/v1.LabelSelector template:core/v1.PodTemplateSpec \
        updateStrategy?apps/v1.DaemonSetUpdateStrategy minReadySeconds?i revisionHistoryLimit*i
        apps/v1.DaemonSetStatus currentNumberScheduled:i numberMisscheduled:i desiredNumberScheduled:i \
        numberReady:i observedGeneration?l updatedNumberScheduled?i numberAvailable?i numberUnavailable?i \
        collisionCount*i conditions?[apps/v1.DaemonSetCondition@type~type
        apps/v1.DaemonSetUpdateStrategy type?s rollingUpdate*apps/v1.RollingUpdateDaemonSet
        apps/v1.Deployment kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?apps/v1.DeploymentSpec \
        status?apps/v1.DeploymentStatus
        apps/v1.DeploymentCondition type:s status:s lastUpdateTime?t lastTransitionTime?t reason?s \
        message?s
        apps/v1.DeploymentSpec replicas*i selector^meta/v1.LabelSelector template:core/v1.PodTemplateSpec \
        strategy?apps/v1.DeploymentStrategy! minReadySeconds?i revisionHistoryLimit*i paused?b \
        progressDeadlineSeconds*i
        apps/v1.DeploymentStatus observedGeneration?l replicas?i updatedReplicas?i readyReplicas?i \
        availableReplicas?i unavailableReplicas?i conditions?[apps/v1.DeploymentCondition@type~type \
        collisionCount*i
        apps/v1.DeploymentStrategy type?s rollingUpdate*apps/v1.RollingUpdateDeployment
        apps/v1.ReplicaSet kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?apps/v1.ReplicaSetSpec \
        status?apps/v1.ReplicaSetStatus
        apps/v1.ReplicaSetCondition type:s status:s lastTransitionTime?t reason?s message?s
        apps/v1.ReplicaSetSpec replicas*i minReadySeconds?i selector^meta/v1.LabelSelector \
        template?core/v1.PodTemplateSpec
        apps/v1.ReplicaSetStatus replicas:i fullyLabeledReplicas?i readyReplicas?i availableReplicas?i \
        observedGeneration?l conditions?[apps/v1.ReplicaSetCondition@type~type
        apps/v1.RollingUpdateDaemonSet maxUnavailable*o
        apps/v1.RollingUpdateDeployment maxUnavailable*o maxSurge*o
        apps/v1.RollingUpdateStatefulSetStrategy partition*i
        apps/v1.StatefulSet kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?apps/v1.StatefulSetSpec \
        status?apps/v1.StatefulSetStatus
        apps/v1.StatefulSetCondition type:s status:s lastTransitionTime?t reason?s message?s
        apps/v1.StatefulSetSpec replicas*i selector^meta/v1.LabelSelector template:core/v1.PodTemplateSpec \
        volumeClaimTemplates?[core/v1.PersistentVolumeClaim serviceName:s podManagementPolicy?s \
        updateStrategy?apps/v1.StatefulSetUpdateStrategy revisionHistoryLimit*i
        apps/v1.StatefulSetStatus observedGeneration?l replicas:i readyReplicas?i currentReplicas?i \
        updatedReplicas?i currentRevision?s updateRevision?s collisionCount*i \
        conditions?[apps/v1.StatefulSetCondition@type~type
        apps/v1.StatefulSetUpdateStrategy type?s rollingUpdate*apps/v1.RollingUpdateStatefulSetStrategy
        authorization/v1.LocalSubjectAccessReview kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec:authorization/v1.SubjectAccessReviewSpec status?authorization/v1.SubjectAccessReviewStatus
        authorization/v1.NonResourceAttributes path?s verb?s
        authorization/v1.NonResourceRule verbs:[s nonResourceURLs?[s
        authorization/v1.ResourceAttributes namespace?s verb?s group?s version?s resource?s subresource?s \
        name?s
        authorization/v1.ResourceRule verbs:[s apiGroups?[s resources?[s resourceNames?[s
        authorization/v1.SelfSubjectAccessReview kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec:authorization/v1.SelfSubjectAccessReviewSpec status?authorization/v1.SubjectAccessReviewStatus
        authorization/v1.SelfSubjectAccessReviewSpec \
        resourceAttributes*authorization/v1.ResourceAttributes \
        nonResourceAttributes*authorization/v1.NonResourceAttributes
        authorization/v1.SelfSubjectRulesReview kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec:authorization/v1.SelfSubjectRulesReviewSpec status?authorization/v1.SubjectRulesReviewStatus
        authorization/v1.SelfSubjectRulesReviewSpec namespace?s
        authorization/v1.SubjectAccessReview kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec:authorization/v1.SubjectAccessReviewSpec status?authorization/v1.SubjectAccessReviewStatus
        authorization/v1.SubjectAccessReviewSpec resourceAttributes*authorization/v1.ResourceAttributes \
        nonResourceAttributes*authorization/v1.NonResourceAttributes user?s groups?[s extra?{[s uid?s
        authorization/v1.SubjectAccessReviewStatus allowed:b denied?b reason?s evaluationError?s
        authorization/v1.SubjectRulesReviewStatus resourceRules:[authorization/v1.ResourceRule \
        nonResourceRules:[authorization/v1.NonResourceRule incomplete:b evaluationError?s
        autoscaling/v1.CrossVersionObjectReference kind:s name:s apiVersion?s
        autoscaling/v1.HorizontalPodAutoscaler kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?autoscaling/v1.HorizontalPodAutoscalerSpec \
        status?autoscaling/v1.HorizontalPodAutoscalerStatus
        autoscaling/v1.HorizontalPodAutoscalerSpec \
        scaleTargetRef:autoscaling/v1.CrossVersionObjectReference minReplicas*i maxReplicas:i \
        targetCPUUtilizationPercentage*i
        autoscaling/v1.HorizontalPodAutoscalerStatus observedGeneration*l lastScaleTime*t \
        currentReplicas:i desiredReplicas:i currentCPUUtilizationPercentage*i
        autoscaling/v1.Scale kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?autoscaling/v1.ScaleSpec \
        status?autoscaling/v1.ScaleStatus
        autoscaling/v1.ScaleSpec replicas?i
        autoscaling/v1.ScaleStatus replicas:i selector?s
        autoscaling/v2beta2.ContainerResourceMetricSource name:s target:autoscaling/v2beta2.MetricTarget \
        container:s
        autoscaling/v2beta2.ContainerResourceMetricStatus name:s \
        current:autoscaling/v2beta2.MetricValueStatus container:s
        autoscaling/v2beta2.CrossVersionObjectReference kind:s name:s apiVersion?s
        autoscaling/v2beta2.ExternalMetricSource metric:autoscaling/v2beta2.MetricIdentifier \
        target:autoscaling/v2beta2.MetricTarget
        autoscaling/v2beta2.ExternalMetricStatus metric:autoscaling/v2beta2.MetricIdentifier \
        current:autoscaling/v2beta2.MetricValueStatus
        autoscaling/v2beta2.HPAScalingPolicy type:s value:i periodSeconds:i
        autoscaling/v2beta2.HPAScalingRules stabilizationWindowSeconds*i selectPolicy*s \
        policies?[autoscaling/v2beta2.HPAScalingPolicy
        autoscaling/v2beta2.HorizontalPodAutoscaler kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?autoscaling/v2beta2.HorizontalPodAutoscalerSpec \
        status?autoscaling/v2beta2.HorizontalPodAutoscalerStatus
        autoscaling/v2beta2.HorizontalPodAutoscalerBehavior scaleUp*autoscaling/v2beta2.HPAScalingRules \
        scaleDown*autoscaling/v2beta2.HPAScalingRules
        autoscaling/v2beta2.HorizontalPodAutoscalerCondition type:s status:s lastTransitionTime?t reason?s \
        message?s
        autoscaling/v2beta2.HorizontalPodAutoscalerSpec \
        scaleTargetRef:autoscaling/v2beta2.CrossVersionObjectReference minReplicas*i maxReplicas:i \
        metrics?[autoscaling/v2beta2.MetricSpec \
        behavior*autoscaling/v2beta2.HorizontalPodAutoscalerBehavior
        autoscaling/v2beta2.HorizontalPodAutoscalerStatus observedGeneration*l lastScaleTime*t \
        currentReplicas:i desiredReplicas:i currentMetrics:[autoscaling/v2beta2.MetricStatus \
        conditions:[autoscaling/v2beta2.HorizontalPodAutoscalerCondition
        autoscaling/v2beta2.MetricIdentifier name:s selector*meta/v1.LabelSelector
        autoscaling/v2beta2.MetricSpec type:s object*autoscaling/v2beta2.ObjectMetricSource \
        pods*autoscaling/v2beta2.PodsMetricSource resource*autoscaling/v2beta2.ResourceMetricSource \
        containerResource*autoscaling/v2beta2.ContainerResourceMetricSource \
        external*autoscaling/v2beta2.ExternalMetricSource
        autoscaling/v2beta2.MetricStatus type:s object*autoscaling/v2beta2.ObjectMetricStatus \
        pods*autoscaling/v2beta2.PodsMetricStatus resource*autoscaling/v2beta2.ResourceMetricStatus \
        containerResource*autoscaling/v2beta2.ContainerResourceMetricStatus \
        external*autoscaling/v2beta2.ExternalMetricStatus
        autoscaling/v2beta2.MetricTarget type:s value*q averageValue*q averageUtilization*i
        autoscaling/v2beta2.MetricValueStatus value*q averageValue*q averageUtilization*i
        autoscaling/v2beta2.ObjectMetricSource \
        describedObject:autoscaling/v2beta2.CrossVersionObjectReference \
        target:autoscaling/v2beta2.MetricTarget metric:autoscaling/v2beta2.MetricIdentifier
        autoscaling/v2beta2.ObjectMetricStatus metric:autoscaling/v2beta2.MetricIdentifier \
        current:autoscaling/v2beta2.MetricValueStatus \
        describedObject:autoscaling/v2beta2.CrossVersionObjectReference
        autoscaling/v2beta2.PodsMetricSource metric:autoscaling/v2beta2.MetricIdentifier \
        target:autoscaling/v2beta2.MetricTarget
        autoscaling/v2beta2.PodsMetricStatus metric:autoscaling/v2beta2.MetricIdentifier \
        current:autoscaling/v2beta2.MetricValueStatus
        autoscaling/v2beta2.ResourceMetricSource name:s target:autoscaling/v2beta2.MetricTarget
        autoscaling/v2beta2.ResourceMetricStatus name:s current:autoscaling/v2beta2.MetricValueStatus
        batch/v1.Job kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?batch/v1.JobSpec \
        status?batch/v1.JobStatus
        batch/v1.JobCondition type:s status:s lastProbeTime?t lastTransitionTime?t reason?s message?s
        batch/v1.JobSpec parallelism*i completions*i activeDeadlineSeconds*l backoffLimit*i \
        selector*meta/v1.LabelSelector manualSelector*b template:core/v1.PodTemplateSpec \
        ttlSecondsAfterFinished*i suspend*b
        batch/v1.JobStatus conditions?[batch/v1.JobCondition@type~type startTime*t completionTime*t \
        active?i succeeded?i failed?i
        batch/v1beta1.CronJob kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?batch/v1beta1.CronJobSpec status?batch/v1beta1.CronJobStatus
        batch/v1beta1.CronJobSpec schedule:s startingDeadlineSeconds*l concurrencyPolicy?s suspend*b \
        jobTemplate:batch/v1beta1.JobTemplateSpec successfulJobsHistoryLimit*i failedJobsHistoryLimit*i
        batch/v1beta1.CronJobStatus active?[core/v1.ObjectReference lastScheduleTime*t
        batch/v1beta1.JobTemplateSpec metadata?meta/v1.ObjectMeta spec?batch/v1.JobSpec
        coordination/v1.Lease kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?coordination/v1.LeaseSpec
        coordination/v1.LeaseSpec holderIdentity*s leaseDurationSeconds*i acquireTime*u renewTime*u \
        leaseTransitions*i
        discovery/v1beta1.Endpoint addresses:[s@ conditions?discovery/v1beta1.EndpointConditions \
        hostname*s targetRef*core/v1.ObjectReference topology?{s nodeName*s
        discovery/v1beta1.EndpointConditions ready*b serving*b terminating*b
        discovery/v1beta1.EndpointPort name*s protocol*s port*i appProtocol*s
        discovery/v1beta1.EndpointSlice kind?s apiVersion?s metadata?meta/v1.ObjectMeta addressType:s \
        endpoints:[discovery/v1beta1.Endpoint ports:[discovery/v1beta1.EndpointPort
        events/v1.Event kind?s apiVersion?s metadata:meta/v1.ObjectMeta eventTime:u \
        series*events/v1.EventSeries reportingController?s reportingInstance?s action?s reason?s \
        regarding?core/v1.ObjectReference related*core/v1.ObjectReference note?s type?s \
        deprecatedSource?core/v1.EventSource deprecatedFirstTimestamp?t deprecatedLastTimestamp?t \
        deprecatedCount?i
        events/v1.EventSeries count:i lastObservedTime:u
        meta/v1.Condition type:s status:s observedGeneration?l lastTransitionTime:t reason:s message:s
        meta/v1.DeleteOptions kind?s apiVersion?s gracePeriodSeconds*l preconditions*meta/v1.Preconditions \
        orphanDependents*b propagationPolicy*s dryRun?[s
        meta/v1.LabelSelector! matchLabels?{s matchExpressions?[meta/v1.LabelSelectorRequirement
        meta/v1.LabelSelectorRequirement key:s~key operator:s values?[s
        meta/v1.ManagedFieldsEntry manager?s operation?s apiVersion?s time*t fieldsType?s fieldsV1*j
        meta/v1.ObjectMeta name?s generateName?s namespace?s selfLink?s uid?s resourceVersion?s \
        generation?l creationTimestamp?t deletionTimestamp*t deletionGracePeriodSeconds*l labels?{s \
        annotations?{s ownerReferences?[meta/v1.OwnerReference@uid~uid finalizers?[s@~ clusterName?s \
        managedFields?[meta/v1.ManagedFieldsEntry
        meta/v1.OwnerReference apiVersion:s kind:s name:s uid:s controller*b blockOwnerDeletion*b
        meta/v1.Preconditions uid*s resourceVersion*s
        networking/v1.HTTPIngressPath path?s pathType*s backend:networking/v1.IngressBackend
        networking/v1.HTTPIngressRuleValue paths:[networking/v1.HTTPIngressPath
        networking/v1.IPBlock cidr:s except?[s
        networking/v1.Ingress kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?networking/v1.IngressSpec status?networking/v1.IngressStatus
        networking/v1.IngressBackend service*networking/v1.IngressServiceBackend \
        resource*core/v1.TypedLocalObjectReference
        networking/v1.IngressClass kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?networking/v1.IngressClassSpec
        networking/v1.IngressClassSpec controller?s parameters*core/v1.TypedLocalObjectReference
        networking/v1.IngressRule host?s http*networking/v1.HTTPIngressRuleValue
        networking/v1.IngressServiceBackend name:s port?networking/v1.ServiceBackendPort
        networking/v1.IngressSpec ingressClassName*s defaultBackend*networking/v1.IngressBackend \
        tls?[networking/v1.IngressTLS rules?[networking/v1.IngressRule
        networking/v1.IngressStatus loadBalancer?core/v1.LoadBalancerStatus
        networking/v1.IngressTLS hosts?[s secretName?s
        networking/v1.NetworkPolicy kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?networking/v1.NetworkPolicySpec
        networking/v1.NetworkPolicyEgressRule ports?[networking/v1.NetworkPolicyPort \
        to?[networking/v1.NetworkPolicyPeer
        networking/v1.NetworkPolicyIngressRule ports?[networking/v1.NetworkPolicyPort \
        from?[networking/v1.NetworkPolicyPeer
        networking/v1.NetworkPolicyPeer podSelector*meta/v1.LabelSelector \
        namespaceSelector*meta/v1.LabelSelector ipBlock*networking/v1.IPBlock
        networking/v1.NetworkPolicyPort protocol*s port*o
        networking/v1.NetworkPolicySpec podSelector:meta/v1.LabelSelector \
        ingress?[networking/v1.NetworkPolicyIngressRule egress?[networking/v1.NetworkPolicyEgressRule \
        policyTypes?[s
        networking/v1.ServiceBackendPort name?s number?i
        policy/v1beta1.AllowedCSIDriver name:s
        policy/v1beta1.AllowedFlexVolume driver:s
        policy/v1beta1.AllowedHostPath pathPrefix?s readOnly?b
        policy/v1beta1.Eviction kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        deleteOptions*meta/v1.DeleteOptions
        policy/v1beta1.FSGroupStrategyOptions rule?s ranges?[policy/v1beta1.IDRange
        policy/v1beta1.HostPortRange min:i max:i
        policy/v1beta1.IDRange min:l max:l
        policy/v1beta1.PodDisruptionBudget kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?policy/v1beta1.PodDisruptionBudgetSpec status?policy/v1beta1.PodDisruptionBudgetStatus
        policy/v1beta1.PodDisruptionBudgetSpec minAvailable*o selector*meta/v1.LabelSelector \
        maxUnavailable*o
        policy/v1beta1.PodDisruptionBudgetStatus observedGeneration?l disruptedPods?{t \
        disruptionsAllowed:i currentHealthy:i desiredHealthy:i expectedPods:i
        policy/v1beta1.PodSecurityPolicy kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?policy/v1beta1.PodSecurityPolicySpec
        policy/v1beta1.PodSecurityPolicySpec privileged?b defaultAddCapabilities?[s \
        requiredDropCapabilities?[s allowedCapabilities?[s volumes?[s hostNetwork?b \
        hostPorts?[policy/v1beta1.HostPortRange hostPID?b hostIPC?b \
        seLinux:policy/v1beta1.SELinuxStrategyOptions runAsUser:policy/v1beta1.RunAsUserStrategyOptions \
        runAsGroup*policy/v1beta1.RunAsGroupStrategyOptions \
        supplementalGroups:policy/v1beta1.SupplementalGroupsStrategyOptions \
        fsGroup:policy/v1beta1.FSGroupStrategyOptions readOnlyRootFilesystem?b \
        defaultAllowPrivilegeEscalation*b allowPrivilegeEscalation*b \
        allowedHostPaths?[policy/v1beta1.AllowedHostPath \
        allowedFlexVolumes?[policy/v1beta1.AllowedFlexVolume \
        allowedCSIDrivers?[policy/v1beta1.AllowedCSIDriver allowedUnsafeSysctls?[s forbiddenSysctls?[s \
        allowedProcMountTypes?[s runtimeClass*policy/v1beta1.RuntimeClassStrategyOptions
        policy/v1beta1.RunAsGroupStrategyOptions rule:s ranges?[policy/v1beta1.IDRange
        policy/v1beta1.RunAsUserStrategyOptions rule:s ranges?[policy/v1beta1.IDRange
        policy/v1beta1.RuntimeClassStrategyOptions allowedRuntimeClassNames:[s defaultRuntimeClassName*s
        policy/v1beta1.SELinuxStrategyOptions rule:s seLinuxOptions*core/v1.SELinuxOptions
        policy/v1beta1.SupplementalGroupsStrategyOptions rule?s ranges?[policy/v1beta1.IDRange
        rbac/v1.AggregationRule clusterRoleSelectors?[meta/v1.LabelSelector
        rbac/v1.ClusterRole kind?s apiVersion?s metadata?meta/v1.ObjectMeta rules:[rbac/v1.PolicyRule \
        aggregationRule*rbac/v1.AggregationRule
        rbac/v1.ClusterRoleBinding kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        subjects?[rbac/v1.Subject roleRef:rbac/v1.RoleRef
        rbac/v1.PolicyRule verbs:[s apiGroups?[s resources?[s resourceNames?[s nonResourceURLs?[s
        rbac/v1.Role kind?s apiVersion?s metadata?meta/v1.ObjectMeta rules:[rbac/v1.PolicyRule
        rbac/v1.RoleBinding kind?s apiVersion?s metadata?meta/v1.ObjectMeta subjects?[rbac/v1.Subject \
        roleRef:rbac/v1.RoleRef
        rbac/v1.RoleRef apiGroup:s kind:s name:s
        rbac/v1.Subject kind:s apiGroup?s name:s namespace?s
        scheduling/v1.PriorityClass kind?s apiVersion?s metadata?meta/v1.ObjectMeta value:i \
        globalDefault?b description?s preemptionPolicy*s
        storage/v1.CSIDriver kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec:storage/v1.CSIDriverSpec
        storage/v1.CSIDriverSpec attachRequired*b podInfoOnMount*b volumeLifecycleModes?[s@ \
        storageCapacity*b fsGroupPolicy*s tokenRequests?[storage/v1.TokenRequest requiresRepublish*b
        storage/v1.CSINode kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec:storage/v1.CSINodeSpec
        storage/v1.CSINodeDriver name:s nodeID:s topologyKeys:[s \
        allocatable*storage/v1.VolumeNodeResources
        storage/v1.CSINodeSpec drivers:[storage/v1.CSINodeDriver@name~name
        storage/v1.StorageClass kind?s apiVersion?s metadata?meta/v1.ObjectMeta provisioner:s \
        parameters?{s reclaimPolicy*s mountOptions?[s allowVolumeExpansion*b volumeBindingMode*s \
        allowedTopologies?[core/v1.TopologySelectorTerm
        storage/v1.TokenRequest audience:s expirationSeconds*l
        storage/v1.VolumeAttachment kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec:storage/v1.VolumeAttachmentSpec status?storage/v1.VolumeAttachmentStatus
        storage/v1.VolumeAttachmentSource persistentVolumeName*s \
        inlineVolumeSpec*core/v1.PersistentVolumeSpec
        storage/v1.VolumeAttachmentSpec attacher:s source:storage/v1.VolumeAttachmentSource nodeName:s
        storage/v1.VolumeAttachmentStatus attached:b attachmentMetadata?{s \
        attachError*storage/v1.VolumeError detachError*storage/v1.VolumeError
        storage/v1.VolumeError time?t message?s
        storage/v1.VolumeNodeResources count*i
        """
}
