import KubeCore

/// Volumes, claims, classes and drivers.
enum StorageRules {
    static func claimDefaults(_ claim: inout JSONObject) {
        claim.setDefault("status", "phase", to: "Pending")
        claim.setDefault("spec", "volumeMode", to: "Filesystem")
    }

    static func prepareClaim(_ claim: inout JSONObject) {
        claim["status"] = ["phase": "Pending"]
        protect(&claim, "kubernetes.io/pvc-protection")
    }

    static func prepareVolume(_ volume: inout JSONObject) {
        volume["status"] = ["phase": "Pending"]
        protect(&volume, "kubernetes.io/pv-protection")
    }

    private static func protect(_ object: inout JSONObject, _ finalizer: String) {
        if !object.finalizers.contains(finalizer) { object.setFinalizers(object.finalizers + [finalizer]) }
    }

    static func claimProblems(_ claim: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let modes = claim[path: ["spec", "accessModes"]]?.array?.compactMap(\.string) ?? []
        if modes.isEmpty {
            problems.append(.required("spec.accessModes", "at least 1 access mode is required"))
        }
        for mode in modes where !["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"].contains(mode) {
            problems.append(
                .unsupported(
                    "spec.accessModes", mode.quoted, ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce"]))
        }
        if claim[path: ["spec", "resources", "requests", "storage"]] == nil {
            problems.append(.required("spec.resources[storage]"))
        }
        return problems
    }

    static func claimUpdateProblems(_ claim: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        var after = claim["spec"]?.object ?? JSONObject()
        let before = live["spec"]?.object ?? JSONObject()
        after[path: ["resources", "requests"]] = before[path: ["resources", "requests"]]
        if before["volumeName"] == nil { after["volumeName"] = nil }
        guard after != before else { return [] }
        return [
            .forbidden(
                "spec",
                "spec is immutable after creation except resources.requests for bound claims")
        ]
    }

    static func volumeDefaults(_ volume: inout JSONObject) {
        volume.setDefault("status", "phase", to: "Pending")
        volume.setDefault("spec", "persistentVolumeReclaimPolicy", to: "Retain")
        volume.setDefault("spec", "volumeMode", to: "Filesystem")
        volume.change(["spec", "hostPath"]) { $0.setDefault("type", to: "") }
    }

    static func classDefaults(_ object: inout JSONObject) {
        object.setDefault("reclaimPolicy", to: "Delete")
        object.setDefault("volumeBindingMode", to: "Immediate")
    }

    static func classProblems(_ object: JSONObject) -> [FieldProblem] {
        (object["provisioner"]?.string ?? "").isEmpty ? [.required("provisioner")] : []
    }

    static func classUpdateProblems(_ object: JSONObject, _ live: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if object["parameters"] != live["parameters"] {
            problems.append(.forbidden("parameters", "updates to parameters are forbidden."))
        }
        if object["provisioner"] != live["provisioner"] {
            problems.append(.forbidden("provisioner", "updates to provisioner are forbidden."))
        }
        if object["reclaimPolicy"] != live["reclaimPolicy"] {
            problems.append(.forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden."))
        }
        if object["volumeBindingMode"] != live["volumeBindingMode"] {
            problems.append(
                .invalid(
                    "volumeBindingMode", object["volumeBindingMode"]?.text ?? "null", "field is immutable"))
        }
        return problems
    }

    static func driverDefaults(_ object: inout JSONObject) {
        object.setDefault("spec", "attachRequired", to: true)
        object.setDefault("spec", "podInfoOnMount", to: false)
        object.setDefault("spec", "volumeLifecycleModes", to: ["Persistent"])
        object.setDefault("spec", "fsGroupPolicy", to: "ReadWriteOnceWithFSType")
    }
}
