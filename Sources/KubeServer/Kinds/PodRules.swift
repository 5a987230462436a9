import KubeCore

/// Pods, and the templates from which they are made.
enum PodRules {
    static func defaults(_ pod: inout JSONObject) {
        pod.change(["spec"]) { spec in
            specDefaults(&spec)
            for list in ["containers", "initContainers"] { spec.changeEach([list], requestDefaults) }
            spec.setDefault("enableServiceLinks", to: true)
        }
        pod.setDefault("status", to: [:])
    }

    static func templateDefaults(_ object: inout JSONObject, _ path: [String]) {
        object.change(path + ["spec"], specDefaults)
    }

    private static func specDefaults(_ spec: inout JSONObject) {
        spec.setDefault("dnsPolicy", to: "ClusterFirst")
        spec.setDefault("restartPolicy", to: "Always")
        spec.setDefault("securityContext", to: [:])
        spec.setDefault("terminationGracePeriodSeconds", to: 30)
        spec.setDefault("schedulerName", to: "default-scheduler")
        let isHostNetwork = spec["hostNetwork"] == true
        for list in ["containers", "initContainers", "ephemeralContainers"] {
            spec.changeEach([list]) { containerDefaults(&$0, isHostNetwork: isHostNetwork) }
        }
        spec.changeEach(["volumes"], volumeDefaults)
        // The old name and the new one are kept equal.
        let account = spec["serviceAccountName"] ?? spec["serviceAccount"]
        if let account {
            spec["serviceAccountName"] = account
            spec["serviceAccount"] = account
        }
    }

    private static func containerDefaults(_ container: inout JSONObject, isHostNetwork: Bool) {
        container.setDefault(
            "imagePullPolicy", to: isLatest(container["image"]?.string ?? "") ? "Always" : "IfNotPresent")
        container.setDefault("terminationMessagePath", to: "/dev/termination-log")
        container.setDefault("terminationMessagePolicy", to: "File")
        container.changeEach(["ports"]) { port in
            port.setDefault("protocol", to: "TCP")
            if isHostNetwork, let number = port["containerPort"] { port.setDefault("hostPort", to: number) }
        }
        container.changeEach(["env"]) { variable in
            variable.change(["valueFrom", "fieldRef"]) { $0.setDefault("apiVersion", to: "v1") }
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            container.change([probe], probeDefaults)
        }
        for hook in ["postStart", "preStop"] {
            container.change(["lifecycle", hook, "httpGet"], requestTargetDefaults)
        }
    }

    private static func probeDefaults(_ probe: inout JSONObject) {
        for (name, value) in [
            ("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3),
        ] as [(String, Int64)] {
            probe.setDefault(name, to: .int(value))
        }
        probe.change(["httpGet"], requestTargetDefaults)
    }

    private static func requestTargetDefaults(_ request: inout JSONObject) {
        request.setDefault("path", to: "/")
        request.setDefault("scheme", to: "HTTP")
    }

    /// What is limited and not requested is requested as much as it is limited.
    private static func requestDefaults(_ container: inout JSONObject) {
        guard let limits = container[path: ["resources", "limits"]]?.object else { return }
        for limit in limits { container.setDefault("resources", "requests", limit.key, to: limit.value) }
    }

    private static func volumeDefaults(_ volume: inout JSONObject) {
        if volume.count == 1 { volume["emptyDir"] = [:] }
        for source in ["secret", "configMap", "downwardAPI", "projected"] {
            volume.change([source]) { $0.setDefault("defaultMode", to: 420) }
        }
        volume.change(["hostPath"]) { $0.setDefault("type", to: "") }
        volume.change(["iscsi"]) { $0.setDefault("iscsiInterface", to: "default") }
        for list in [["downwardAPI", "items"], ["projected", "sources"]] {
            volume.changeEach(list) { item in
                item.change(["fieldRef"]) { $0.setDefault("apiVersion", to: "v1") }
                item.change(["serviceAccountToken"]) { $0.setDefault("expirationSeconds", to: 3600) }
                item.changeEach(["downwardAPI", "items"]) { inner in
                    inner.change(["fieldRef"]) { $0.setDefault("apiVersion", to: "v1") }
                }
            }
        }
    }

    /// Whether an image is named without a tag or digest, or with the tag that moves.
    private static func isLatest(_ image: String) -> Bool {
        if image.contains("@") { return false }
        let last = image.split(separator: "/").last ?? ""
        guard let colon = last.firstIndex(of: ":") else { return true }
        return last[last.index(after: colon)...] == "latest"
    }

    static func prepareCreate(_ pod: inout JSONObject) {
        pod["status"] = ["phase": "Pending", "qosClass": .string(serviceClass(pod))]
        pod.setDefault("spec", "serviceAccountName", to: "default")
        pod.setDefault("spec", "serviceAccount", to: pod[path: ["spec", "serviceAccountName"]] ?? "default")
        pod.setDefault("spec", "priority", to: 0)
        pod.setDefault("spec", "preemptionPolicy", to: "PreemptLowerPriority")
        addTolerations(&pod)
    }

    /// Pods stay five minutes on a node that does not answer.
    private static func addTolerations(_ pod: inout JSONObject) {
        var tolerations = pod[path: ["spec", "tolerations"]]?.array ?? []
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            let isCovered = tolerations.contains { toleration in
                let known = toleration["key"]?.string ?? ""
                let effect = toleration["effect"]?.string ?? ""
                return (known.isEmpty || known == key) && (effect.isEmpty || effect == "NoExecute")
            }
            if isCovered { continue }
            tolerations.append(
                ["key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300])
        }
        pod[path: ["spec", "tolerations"]] = .array(tolerations)
    }

    private static func serviceClass(_ pod: JSONObject) -> String {
        let containers =
            (pod[path: ["spec", "containers"]]?.array ?? [])
            + (pod[path: ["spec", "initContainers"]]?.array ?? [])
        var isBestEffort = true
        var isGuaranteed = true
        for container in containers {
            let limits = container[path: ["resources", "limits"]]?.object ?? JSONObject()
            let requests = container[path: ["resources", "requests"]]?.object ?? JSONObject()
            for name in ["cpu", "memory"] {
                if limits[name] != nil || requests[name] != nil { isBestEffort = false }
                if limits[name] == nil || (requests[name] ?? limits[name]) != limits[name] {
                    isGuaranteed = false
                }
            }
        }
        return isBestEffort ? "BestEffort" : (isGuaranteed ? "Guaranteed" : "Burstable")
    }
}
