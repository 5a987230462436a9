extension ShapeTable {
    /// The types of the core group, one a line; ``ShapeTable`` says how to read them.
    static let coreTypes = """
        core/v1.AWSElasticBlockStoreVolumeSource volumeID:s fsType?s partition?i readOnly?b
        core/v1.Affinity nodeAffinity*core/v1.NodeAffinity podAffinity*core/v1.PodAffinity \
        podAntiAffinity*core/v1.PodAntiAffinity
        core/v1.AttachedVolume name:s devicePath:s
        core/v1.AzureDiskVolumeSource diskName:s diskURI:s cachingMode*s fsType*s readOnly*b kind*s
        core/v1.AzureFilePersistentVolumeSource secretName:s shareName:s readOnly?b secretNamespace^s
        core/v1.AzureFileVolumeSource secretName:s shareName:s readOnly?b
        core/v1.Binding kind?s apiVersion?s metadata?meta/v1.ObjectMeta target:core/v1.ObjectReference
        core/v1.CSIPersistentVolumeSource driver:s volumeHandle:s readOnly?b fsType?s volumeAttributes?{s \
        controllerPublishSecretRef*core/v1.SecretReference nodeStageSecretRef*core/v1.SecretReference \
        nodePublishSecretRef*core/v1.SecretReference controllerExpandSecretRef*core/v1.SecretReference
        core/v1.CSIVolumeSource driver:s readOnly*b fsType*s volumeAttributes?{s \
        nodePublishSecretRef*core/v1.LocalObjectReference
        core/v1.Capabilities add?[s drop?[s
        core/v1.CephFSPersistentVolumeSource monitors:[s path?s user?s secretFile?s \
        secretRef*core/v1.SecretReference readOnly?b
        core/v1.CephFSVolumeSource monitors:[s path?s user?s secretFile?s \
        secretRef*core/v1.LocalObjectReference readOnly?b
        core/v1.CinderPersistentVolumeSource volumeID:s fsType?s readOnly?b \
        secretRef*core/v1.SecretReference
        core/v1.CinderVolumeSource volumeID:s fsType?s readOnly?b secretRef*core/v1.LocalObjectReference
        core/v1.ClientIPConfig timeoutSeconds*i
        core/v1.ConfigMap kind?s apiVersion?s metadata?meta/v1.ObjectMeta immutable*b data?{s \
        binaryData?{y
        core/v1.ConfigMapEnvSource name?s optional*b
        core/v1.ConfigMapKeySelector name?s key:s optional*b
        core/v1.ConfigMapNodeConfigSource namespace:s name:s uid?s resourceVersion?s kubeletConfigKey:s
        core/v1.ConfigMapProjection name?s items?[core/v1.KeyToPath optional*b
        core/v1.ConfigMapVolumeSource name?s items?[core/v1.KeyToPath defaultMode*i optional*b
        core/v1.Container name:s image?s command?[s args?[s workingDir?s \
        ports?[core/v1.ContainerPort@containerPort,protocol~containerPort envFrom?[core/v1.EnvFromSource \
        env?[core/v1.EnvVar@name~name resources?core/v1.ResourceRequirements \
        volumeMounts?[core/v1.VolumeMount@mountPath~mountPath \
        volumeDevices?[core/v1.VolumeDevice@devicePath~devicePath livenessProbe*core/v1.Probe \
        readinessProbe*core/v1.Probe startupProbe*core/v1.Probe lifecycle*core/v1.Lifecycle \
        terminationMessagePath?s terminationMessagePolicy?s imagePullPolicy?s \
        securityContext*core/v1.SecurityContext stdin?b stdinOnce?b tty?b
        core/v1.ContainerImage names:[s sizeBytes?l
        core/v1.ContainerPort name?s hostPort?i containerPort:i protocol?s hostIP?s
        core/v1.ContainerState waiting*core/v1.ContainerStateWaiting running*core/v1.ContainerStateRunning \
        terminated*core/v1.ContainerStateTerminated
        core/v1.ContainerStateRunning startedAt?t
        core/v1.ContainerStateTerminated exitCode:i signal?i reason?s message?s startedAt?t finishedAt?t \
        containerID?s
        core/v1.ContainerStateWaiting reason?s message?s
        core/v1.ContainerStatus name:s state?core/v1.ContainerState lastState?core/v1.ContainerState \
        ready:b restartCount:i image:s imageID:s containerID?s started*b
        core/v1.DaemonEndpoint Port:i
        core/v1.DownwardAPIProjection items?[core/v1.DownwardAPIVolumeFile
        core/v1.DownwardAPIVolumeFile path:s fieldRef*core/v1.ObjectFieldSelector \
        resourceFieldRef*core/v1.ResourceFieldSelector mode*i
        core/v1.DownwardAPIVolumeSource items?[core/v1.DownwardAPIVolumeFile defaultMode*i
        core/v1.EmptyDirVolumeSource medium?s sizeLimit*q
        core/v1.EndpointAddress ip:s hostname?s nodeName*s targetRef*core/v1.ObjectReference
        core/v1.EndpointPort name?s port:i protocol?s appProtocol*s
        core/v1.EndpointSubset addresses?[core/v1.EndpointAddress \
        notReadyAddresses?[core/v1.EndpointAddress ports?[core/v1.EndpointPort
        core/v1.Endpoints kind?s apiVersion?s metadata?meta/v1.ObjectMeta subsets?[core/v1.EndpointSubset
        core/v1.EnvFromSource prefix?s configMapRef*core/v1.ConfigMapEnvSource \
        secretRef*core/v1.SecretEnvSource
        core/v1.EnvVar name:s value?s valueFrom*core/v1.EnvVarSource
        core/v1.EnvVarSource fieldRef*core/v1.ObjectFieldSelector \
        resourceFieldRef*core/v1.ResourceFieldSelector configMapKeyRef*core/v1.ConfigMapKeySelector \
        secretKeyRef*core/v1.SecretKeySelector
        core/v1.EphemeralContainer name:s image?s command?[s args?[s workingDir?s \
        ports?[core/v1.ContainerPort envFrom?[core/v1.EnvFromSource env?[core/v1.EnvVar@name~name \
        resources?core/v1.ResourceRequirements volumeMounts?[core/v1.VolumeMount@mountPath~mountPath \
        volumeDevices?[core/v1.VolumeDevice@devicePath~devicePath livenessProbe*core/v1.Probe \
        readinessProbe*core/v1.Probe startupProbe*core/v1.Probe lifecycle*core/v1.Lifecycle \
        terminationMessagePath?s terminationMessagePolicy?s imagePullPolicy?s \
        securityContext*core/v1.SecurityContext stdin?b stdinOnce?b tty?b targetContainerName?s
        core/v1.EphemeralVolumeSource volumeClaimTemplate*core/v1.PersistentVolumeClaimTemplate readOnly?b
        core/v1.Event kind?s apiVersion?s metadata:meta/v1.ObjectMeta \
        involvedObject:core/v1.ObjectReference reason?s message?s source?core/v1.EventSource \
        firstTimestamp?t lastTimestamp?t count?i type?s eventTime?u series*core/v1.EventSeries action?s \
        related*core/v1.ObjectReference reportingComponent:s reportingInstance:s
        core/v1.EventSeries count?i lastObservedTime?u
        core/v1.EventSource component?s host?s
        core/v1.ExecAction command?[s
        core/v1.FCVolumeSource targetWWNs?[s lun*i fsType?s readOnly?b wwids?[s
        core/v1.FlexPersistentVolumeSource driver:s fsType?s secretRef*core/v1.SecretReference readOnly?b \
        options?{s
        core/v1.FlexVolumeSource driver:s fsType?s secretRef*core/v1.LocalObjectReference readOnly?b \
        options?{s
        core/v1.FlockerVolumeSource datasetName?s datasetUUID?s
        core/v1.GCEPersistentDiskVolumeSource pdName:s fsType?s partition?i readOnly?b
        core/v1.GitRepoVolumeSource repository:s revision?s directory?s
        core/v1.GlusterfsPersistentVolumeSource endpoints:s path:s readOnly?b endpointsNamespace*s
        core/v1.GlusterfsVolumeSource endpoints:s path:s readOnly?b
        core/v1.HTTPGetAction path?s port:o host?s scheme?s httpHeaders?[core/v1.HTTPHeader
        core/v1.HTTPHeader name:s value:s
        core/v1.Handler exec*core/v1.ExecAction httpGet*core/v1.HTTPGetAction \
        tcpSocket*core/v1.TCPSocketAction
        core/v1.HostAlias ip?s hostnames?[s
        core/v1.HostPathVolumeSource path:s type*s
        core/v1.ISCSIPersistentVolumeSource targetPortal:s iqn:s lun:i iscsiInterface?s fsType?s \
        readOnly?b portals?[s chapAuthDiscovery?b chapAuthSession?b secretRef*core/v1.SecretReference \
        initiatorName*s
        core/v1.ISCSIVolumeSource targetPortal:s iqn:s lun:i iscsiInterface?s fsType?s readOnly?b \
        portals?[s chapAuthDiscovery?b chapAuthSession?b secretRef*core/v1.LocalObjectReference \
        initiatorName*s
        core/v1.KeyToPath key:s path:s mode*i
        core/v1.Lifecycle postStart*core/v1.Handler preStop*core/v1.Handler
        core/v1.LimitRange kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?core/v1.LimitRangeSpec
        core/v1.LimitRangeItem type:s max?{q min?{q default?{q defaultRequest?{q maxLimitRequestRatio?{q
        core/v1.LimitRangeSpec limits:[core/v1.LimitRangeItem
        core/v1.LoadBalancerIngress ip?s hostname?s ports?[core/v1.PortStatus
        core/v1.LoadBalancerStatus ingress?[core/v1.LoadBalancerIngress
        core/v1.LocalObjectReference name?s
        core/v1.LocalVolumeSource path:s fsType*s
        core/v1.NFSVolumeSource server:s path:s readOnly?b
        core/v1.Namespace kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?core/v1.NamespaceSpec \
        status?core/v1.NamespaceStatus
        core/v1.NamespaceCondition type:s status:s lastTransitionTime?t reason?s message?s
        core/v1.NamespaceSpec finalizers?[s
        core/v1.NamespaceStatus phase?s conditions?[core/v1.NamespaceCondition@type~type
        core/v1.Node kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?core/v1.NodeSpec \
        status?core/v1.NodeStatus
        core/v1.NodeAddress type:s address:s
        core/v1.NodeAffinity requiredDuringSchedulingIgnoredDuringExecution*core/v1.NodeSelector \
        preferredDuringSchedulingIgnoredDuringExecution?[core/v1.PreferredSchedulingTerm
        core/v1.NodeCondition type:s status:s lastHeartbeatTime?t lastTransitionTime?t reason?s message?s
        core/v1.NodeConfigSource configMap*core/v1.ConfigMapNodeConfigSource
        core/v1.NodeConfigStatus assigned*core/v1.NodeConfigSource active*core/v1.NodeConfigSource \
        lastKnownGood*core/v1.NodeConfigSource error?s
        core/v1.NodeDaemonEndpoints kubeletEndpoint?core/v1.DaemonEndpoint
        core/v1.NodeSelector nodeSelectorTerms:[core/v1.NodeSelectorTerm
        core/v1.NodeSelectorRequirement key:s operator:s values?[s
        core/v1.NodeSelectorTerm matchExpressions?[core/v1.NodeSelectorRequirement \
        matchFields?[core/v1.NodeSelectorRequirement
        core/v1.NodeSpec podCIDR?s podCIDRs?[s@~ providerID?s unschedulable?b taints?[core/v1.Taint \
        configSource*core/v1.NodeConfigSource externalID?s
        core/v1.NodeStatus capacity?{q allocatable?{q phase?s conditions?[core/v1.NodeCondition@type~type \
        addresses?[core/v1.NodeAddress@type~type daemonEndpoints?core/v1.NodeDaemonEndpoints \
        nodeInfo?core/v1.NodeSystemInfo images?[core/v1.ContainerImage volumesInUse?[s \
        volumesAttached?[core/v1.AttachedVolume config*core/v1.NodeConfigStatus
        core/v1.NodeSystemInfo machineID:s systemUUID:s bootID:s kernelVersion:s osImage:s \
        containerRuntimeVersion:s kubeletVersion:s kubeProxyVersion:s operatingSystem:s architecture:s
        core/v1.ObjectFieldSelector apiVersion?s fieldPath:s
        core/v1.ObjectReference kind?s namespace?s name?s uid?s apiVersion?s resourceVersion?s fieldPath?s
        core/v1.PersistentVolume kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?core/v1.PersistentVolumeSpec status?core/v1.PersistentVolumeStatus
        core/v1.PersistentVolumeClaim kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?core/v1.PersistentVolumeClaimSpec status?core/v1.PersistentVolumeClaimStatus
        core/v1.PersistentVolumeClaimCondition type:s status:s lastProbeTime?t lastTransitionTime?t \
        reason?s message?s
        core/v1.PersistentVolumeClaimSpec accessModes?[s selector*meta/v1.LabelSelector \
        resources?core/v1.ResourceRequirements volumeName?s storageClassName*s volumeMode*s \
        dataSource*core/v1.TypedLocalObjectReference
        core/v1.PersistentVolumeClaimStatus phase?s accessModes?[s capacity?{q \
        conditions?[core/v1.PersistentVolumeClaimCondition@type~type
        core/v1.PersistentVolumeClaimTemplate metadata?meta/v1.ObjectMeta \
        spec:core/v1.PersistentVolumeClaimSpec
        core/v1.PersistentVolumeClaimVolumeSource claimName:s readOnly?b
        core/v1.PersistentVolumeSpec capacity?{q gcePersistentDisk*core/v1.GCEPersistentDiskVolumeSource \
        awsElasticBlockStore*core/v1.AWSElasticBlockStoreVolumeSource \
        hostPath*core/v1.HostPathVolumeSource glusterfs*core/v1.GlusterfsPersistentVolumeSource \
        nfs*core/v1.NFSVolumeSource rbd*core/v1.RBDPersistentVolumeSource \
        iscsi*core/v1.ISCSIPersistentVolumeSource cinder*core/v1.CinderPersistentVolumeSource \
        cephfs*core/v1.CephFSPersistentVolumeSource fc*core/v1.FCVolumeSource \
        flocker*core/v1.FlockerVolumeSource flexVolume*core/v1.FlexPersistentVolumeSource \
        azureFile*core/v1.AzureFilePersistentVolumeSource \
        vsphereVolume*core/v1.VsphereVirtualDiskVolumeSource quobyte*core/v1.QuobyteVolumeSource \
        azureDisk*core/v1.AzureDiskVolumeSource \
        photonPersistentDisk*core/v1.PhotonPersistentDiskVolumeSource \
        portworxVolume*core/v1.PortworxVolumeSource scaleIO*core/v1.ScaleIOPersistentVolumeSource \
        local*core/v1.LocalVolumeSource storageos*core/v1.StorageOSPersistentVolumeSource \
        csi*core/v1.CSIPersistentVolumeSource accessModes?[s claimRef*core/v1.ObjectReference \
        persistentVolumeReclaimPolicy?s storageClassName?s mountOptions?[s volumeMode*s \
        nodeAffinity*core/v1.VolumeNodeAffinity
        core/v1.PersistentVolumeStatus phase?s message?s reason?s
        core/v1.PhotonPersistentDiskVolumeSource pdID:s fsType?s
        core/v1.Pod kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?core/v1.PodSpec \
        status?core/v1.PodStatus
        core/v1.PodAffinity requiredDuringSchedulingIgnoredDuringExecution?[core/v1.PodAffinityTerm \
        preferredDuringSchedulingIgnoredDuringExecution?[core/v1.WeightedPodAffinityTerm
        core/v1.PodAffinityTerm labelSelector*meta/v1.LabelSelector namespaces?[s topologyKey:s
        core/v1.PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution?[core/v1.PodAffinityTerm \
        preferredDuringSchedulingIgnoredDuringExecution?[core/v1.WeightedPodAffinityTerm
        core/v1.PodCondition type:s status:s lastProbeTime?t lastTransitionTime?t reason?s message?s
        core/v1.PodDNSConfig nameservers?[s searches?[s options?[core/v1.PodDNSConfigOption
        core/v1.PodDNSConfigOption name?s value*s
        core/v1.PodIP ip?s
        core/v1.PodReadinessGate conditionType:s
        core/v1.PodSecurityContext seLinuxOptions*core/v1.SELinuxOptions \
        windowsOptions*core/v1.WindowsSecurityContextOptions runAsUser*l runAsGroup*l runAsNonRoot*b \
        supplementalGroups?[l fsGroup*l sysctls?[core/v1.Sysctl fsGroupChangePolicy*s \
        seccompProfile*core/v1.SeccompProfile
        core/v1.PodSpec volumes?[core/v1.Volume@name~name! initContainers?[core/v1.Container@name~name \
        containers:[core/v1.Container@name~name ephemeralContainers?[core/v1.EphemeralContainer@name~name \
        restartPolicy?s terminationGracePeriodSeconds*l activeDeadlineSeconds*l dnsPolicy?s \
        nodeSelector?{s serviceAccountName?s serviceAccount?s automountServiceAccountToken*b nodeName?s \
        hostNetwork?b hostPID?b hostIPC?b shareProcessNamespace*b \
        securityContext*core/v1.PodSecurityContext \
        imagePullSecrets?[core/v1.LocalObjectReference@name~name hostname?s subdomain?s \
        affinity*core/v1.Affinity schedulerName?s tolerations?[core/v1.Toleration \
        hostAliases?[core/v1.HostAlias@ip~ip priorityClassName?s priority*i dnsConfig*core/v1.PodDNSConfig \
        readinessGates?[core/v1.PodReadinessGate runtimeClassName*s enableServiceLinks*b \
        preemptionPolicy*s overhead?{q \
        topologySpreadConstraints?[core/v1.TopologySpreadConstraint@topologyKey,whenUnsatisfiable~topologyKey \
        setHostnameAsFQDN*b
        core/v1.PodStatus phase?s conditions?[core/v1.PodCondition@type~type message?s reason?s \
        nominatedNodeName?s hostIP?s podIP?s podIPs?[core/v1.PodIP@ip~ip startTime*t \
        initContainerStatuses?[core/v1.ContainerStatus containerStatuses?[core/v1.ContainerStatus \
        qosClass?s ephemeralContainerStatuses?[core/v1.ContainerStatus
        core/v1.PodTemplate kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        template?core/v1.PodTemplateSpec
        core/v1.PodTemplateSpec metadata?meta/v1.ObjectMeta spec?core/v1.PodSpec
        core/v1.PortStatus port:i protocol:s error*s
        core/v1.PortworxVolumeSource volumeID:s fsType?s readOnly?b
        core/v1.PreferredSchedulingTerm weight:i preference:core/v1.NodeSelectorTerm
        core/v1.Probe exec*core/v1.ExecAction httpGet*core/v1.HTTPGetAction \
        tcpSocket*core/v1.TCPSocketAction initialDelaySeconds?i timeoutSeconds?i periodSeconds?i \
        successThreshold?i failureThreshold?i
        core/v1.ProjectedVolumeSource sources:[core/v1.VolumeProjection defaultMode*i
        core/v1.QuobyteVolumeSource registry:s volume:s readOnly?b user?s group?s tenant?s
        core/v1.RBDPersistentVolumeSource monitors:[s image:s fsType?s pool?s user?s keyring?s \
        secretRef*core/v1.SecretReference readOnly?b
        core/v1.RBDVolumeSource monitors:[s image:s fsType?s pool?s user?s keyring?s \
        secretRef*core/v1.LocalObjectReference readOnly?b
        core/v1.ReplicationController kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?core/v1.ReplicationControllerSpec status?core/v1.ReplicationControllerStatus
        core/v1.ReplicationControllerCondition type:s status:s lastTransitionTime?t reason?s message?s
        core/v1.ReplicationControllerSpec replicas*i minReadySeconds?i selector?{s \
        template*core/v1.PodTemplateSpec
        core/v1.ReplicationControllerStatus replicas:i fullyLabeledReplicas?i readyReplicas?i \
        availableReplicas?i observedGeneration?l \
        conditions?[core/v1.ReplicationControllerCondition@type~type
        core/v1.ResourceFieldSelector containerName?s resource:s divisor?q
        core/v1.ResourceQuota kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        spec?core/v1.ResourceQuotaSpec status?core/v1.ResourceQuotaStatus
        core/v1.ResourceQuotaSpec hard?{q scopes?[s scopeSelector*core/v1.ScopeSelector
        core/v1.ResourceQuotaStatus hard?{q used?{q
        core/v1.ResourceRequirements limits?{q requests?{q
        core/v1.SELinuxOptions user?s role?s type?s level?s
        core/v1.ScaleIOPersistentVolumeSource gateway:s system:s secretRef^core/v1.SecretReference \
        sslEnabled?b protectionDomain?s storagePool?s storageMode?s volumeName?s fsType?s readOnly?b
        core/v1.ScaleIOVolumeSource gateway:s system:s secretRef^core/v1.LocalObjectReference sslEnabled?b \
        protectionDomain?s storagePool?s storageMode?s volumeName?s fsType?s readOnly?b
        core/v1.ScopeSelector matchExpressions?[core/v1.ScopedResourceSelectorRequirement
        core/v1.ScopedResourceSelectorRequirement scopeName:s operator:s values?[s
        core/v1.SeccompProfile type:s localhostProfile*s
        core/v1.Secret kind?s apiVersion?s metadata?meta/v1.ObjectMeta immutable*b data?{y stringData?{s \
        type?s
        core/v1.SecretEnvSource name?s optional*b
        core/v1.SecretKeySelector name?s key:s optional*b
        core/v1.SecretProjection name?s items?[core/v1.KeyToPath optional*b
        core/v1.SecretReference name?s namespace?s
        core/v1.SecretVolumeSource secretName?s items?[core/v1.KeyToPath defaultMode*i optional*b
        core/v1.SecurityContext capabilities*core/v1.Capabilities privileged*b \
        seLinuxOptions*core/v1.SELinuxOptions windowsOptions*core/v1.WindowsSecurityContextOptions \
        runAsUser*l runAsGroup*l runAsNonRoot*b readOnlyRootFilesystem*b allowPrivilegeEscalation*b \
        procMount*s seccompProfile*core/v1.SeccompProfile
        core/v1.Service kind?s apiVersion?s metadata?meta/v1.ObjectMeta spec?core/v1.ServiceSpec \
        status?core/v1.ServiceStatus
        core/v1.ServiceAccount kind?s apiVersion?s metadata?meta/v1.ObjectMeta \
        secrets?[core/v1.ObjectReference@name~name imagePullSecrets?[core/v1.LocalObjectReference \
        automountServiceAccountToken*b
        core/v1.ServiceAccountTokenProjection audience?s expirationSeconds*l path:s
        core/v1.ServicePort name?s protocol?s appProtocol*s port:i targetPort?o nodePort?i
        core/v1.ServiceSpec ports?[core/v1.ServicePort@port,protocol~port selector?{s clusterIP?s \
        clusterIPs?[s type?s externalIPs?[s sessionAffinity?s loadBalancerIP?s loadBalancerSourceRanges?[s \
        externalName?s externalTrafficPolicy?s healthCheckNodePort?i publishNotReadyAddresses?b \
        sessionAffinityConfig*core/v1.SessionAffinityConfig topologyKeys?[s ipFamilies?[s ipFamilyPolicy*s \
        allocateLoadBalancerNodePorts*b
        core/v1.ServiceStatus loadBalancer?core/v1.LoadBalancerStatus \
        conditions?[meta/v1.Condition@type~type
        core/v1.SessionAffinityConfig clientIP*core/v1.ClientIPConfig
        core/v1.StorageOSPersistentVolumeSource volumeName?s volumeNamespace?s fsType?s readOnly?b \
        secretRef*core/v1.ObjectReference
        core/v1.StorageOSVolumeSource volumeName?s volumeNamespace?s fsType?s readOnly?b \
        secretRef*core/v1.LocalObjectReference
        core/v1.Sysctl name:s value:s
        core/v1.TCPSocketAction port:o host?s
        core/v1.Taint key:s value?s effect:s timeAdded*t
        core/v1.Toleration key?s operator?s value?s effect?s tolerationSeconds*l
        core/v1.TopologySelectorLabelRequirement key:s values:[s
        core/v1.TopologySelectorTerm matchLabelExpressions?[core/v1.TopologySelectorLabelRequirement
        core/v1.TopologySpreadConstraint maxSkew:i topologyKey:s whenUnsatisfiable:s \
        labelSelector*meta/v1.LabelSelector
        core/v1.TypedLocalObjectReference apiGroup^s kind:s name:s
        core/v1.Volume name:s hostPath*core/v1.HostPathVolumeSource emptyDir*core/v1.EmptyDirVolumeSource \
        gcePersistentDisk*core/v1.GCEPersistentDiskVolumeSource \
        awsElasticBlockStore*core/v1.AWSElasticBlockStoreVolumeSource gitRepo*core/v1.GitRepoVolumeSource \
        secret*core/v1.SecretVolumeSource nfs*core/v1.NFSVolumeSource iscsi*core/v1.ISCSIVolumeSource \
        glusterfs*core/v1.GlusterfsVolumeSource \
        persistentVolumeClaim*core/v1.PersistentVolumeClaimVolumeSource rbd*core/v1.RBDVolumeSource \
        flexVolume*core/v1.FlexVolumeSource cinder*core/v1.CinderVolumeSource \
        cephfs*core/v1.CephFSVolumeSource flocker*core/v1.FlockerVolumeSource \
        downwardAPI*core/v1.DownwardAPIVolumeSource fc*core/v1.FCVolumeSource \
        azureFile*core/v1.AzureFileVolumeSource configMap*core/v1.ConfigMapVolumeSource \
        vsphereVolume*core/v1.VsphereVirtualDiskVolumeSource quobyte*core/v1.QuobyteVolumeSource \
        azureDisk*core/v1.AzureDiskVolumeSource \
        photonPersistentDisk*core/v1.PhotonPersistentDiskVolumeSource \
        projected*core/v1.ProjectedVolumeSource portworxVolume*core/v1.PortworxVolumeSource \
        scaleIO*core/v1.ScaleIOVolumeSource storageos*core/v1.StorageOSVolumeSource \
        csi*core/v1.CSIVolumeSource ephemeral*core/v1.EphemeralVolumeSource
        core/v1.VolumeDevice name:s devicePath:s
        core/v1.VolumeMount name:s readOnly?b mountPath:s subPath?s mountPropagation*s subPathExpr?s
        core/v1.VolumeNodeAffinity required*core/v1.NodeSelector
        core/v1.VolumeProjection secret*core/v1.SecretProjection downwardAPI*core/v1.DownwardAPIProjection \
        configMap*core/v1.ConfigMapProjection serviceAccountToken*core/v1.ServiceAccountTokenProjection
        core/v1.VsphereVirtualDiskVolumeSource volumePath:s fsType?s storagePolicyName?s storagePolicyID?s
        core/v1.WeightedPodAffinityTerm weight:i podAffinityTerm:core/v1.PodAffinityTerm
        core/v1.WindowsSecurityContextOptions gmsaCredentialSpecName*s gmsaCredentialSpec*s \
        runAsUserName*s
        """
}
