import KubeCore

/// What is there before anyone asks: the namespaces and the address of the server itself.
extension ServerState {
    mutating func bootstrap() {
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            makeOwn("v1", "namespaces", ["metadata": ["name": .string(name)]], in: "")
        }
        makeOwn(
            "v1", "services",
            [
                "metadata": [
                    "name": "kubernetes", "labels": ["component": "apiserver", "provider": "kubernetes"],
                ],
                "spec": [
                    "clusterIP": "10.96.0.1", "type": "ClusterIP",
                    "ports": [["name": "https", "protocol": "TCP", "port": 443, "targetPort": 443]],
                ],
            ], in: "default")
        for (name, value) in [
            ("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000),
        ] as [(String, Int64)] {
            makeOwn(
                "scheduling.k8s.io/v1", "priorityclasses",
                ["metadata": ["name": .string(name)], "value": .int(value)], in: "")
        }
    }

    /// Makes an object for the server itself.
    ///
    /// - Returns: The object, or `nil` if it cannot be made: it is there, or its namespace is not.
    @discardableResult
    mutating func makeOwn(_ apiVersion: String, _ plural: String, _ object: JSONObject, in namespace: String)
        -> JSONObject?
    {
        guard var scope = ownScope(apiVersion, plural, namespace, "") else { return nil }
        scope.target.namespace = namespace
        // A refusal is an answer: what cannot be made now is tried again when things have changed.
        guard let normalized = try? scope.normalized(object),
            let empty = try? scope.emptyObject()
        else { return nil }
        let options = WriteOptions(manager: WriteOptions.serversOwnManager)
        let noted = scope.fieldManager.updating(empty, to: normalized, by: options.manager)
        return try? insert(noted, scope, options)
    }

    /// The scope of a write of the server's own.
    func ownScope(
        _ apiVersion: String, _ plural: String, _ namespace: String, _ name: String,
        _ subresource: String = ""
    ) -> RequestScope? {
        let kind = GroupVersionKind(apiVersion: apiVersion, kind: "")
        guard let resource = registry[GroupResource(group: kind.group, plural: plural)],
            let version = resource.version(kind.version)
        else { return nil }
        let path = kind.group.isEmpty ? ["api", kind.version] : ["apis", kind.group, kind.version]
        let place = namespace.isEmpty ? [plural] : ["namespaces", namespace, plural]
        guard
            let target = ResourceTarget(
                path + place + (name.isEmpty ? [] : [name]) + (subresource.isEmpty ? [] : [subresource]))
        else { return nil }
        return RequestScope(resource: resource, version: version, target: target, form: .whole, now: now)
    }
}
