import KubeCore

extension KubeObject {
    /// Fills in the protocol where lists of ports are merged by it (D3).
    mutating func fillInProtocols() {
        let kind = groupVersionKind.groupKind
        if kind == GroupKind(group: "", kind: "Service") {
            self["spec", "ports"] = self["spec", "ports"]?.withProtocols
        }
        guard let path = Self.podSpecPaths[kind], var spec = json[path: path]?.object else { return }
        for list in ["containers", "initContainers", "ephemeralContainers"] {
            guard let containers = spec[list]?.array else { continue }
            spec[list] = .array(containers.map(\.withPortProtocols))
        }
        json[path: path] = .object(spec)
    }

    /// Where the built-in kinds that run Pods say what a Pod is.
    private static let podSpecPaths: [GroupKind: [String]] = {
        let template = ["spec", "template", "spec"]
        var paths: [GroupKind: [String]] = [
            GroupKind(group: "", kind: "Pod"): ["spec"],
            GroupKind(group: "", kind: "PodTemplate"): ["template", "spec"],
            GroupKind(group: "", kind: "ReplicationController"): template,
            GroupKind(group: "batch", kind: "Job"): template,
            GroupKind(group: "batch", kind: "CronJob"): ["spec", "jobTemplate"] + template,
        ]
        for group in ["apps", "extensions"] {
            for kind in ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"] {
                paths[GroupKind(group: group, kind: kind)] = template
            }
        }
        return paths
    }()
}

extension JSONValue {
    /// A container whose ports all have a protocol.
    fileprivate var withPortProtocols: JSONValue {
        guard var container = object, let ports = container["ports"] else { return self }
        container["ports"] = ports.withProtocols
        return .object(container)
    }

    /// A list of ports that all have a protocol.
    fileprivate var withProtocols: JSONValue {
        guard let ports = array else { return self }
        return .array(
            ports.map { port in
                guard var members = port.object, members["protocol"] == nil else { return port }
                members["protocol"] = "TCP"
                return .object(members)
            })
    }
}
