import KubeCore

/// The types of the API as an OpenAPI document of version 2 defines them.
enum OpenAPIDefinitions {
    static let quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity"

    /// The built-in types, by their names; without the kinds that they are served as.
    static let builtIn: [(name: String, schema: JSONObject)] = {
        let described: JSONObject = [
            "type": "string", "description": "A number with a suffix, such as 500m, 1.5Gi or 2e3.",
        ]
        return ShapeTable.builtIn.structures.map { (name(of: $0), schema(of: $0)) } + [(quantity, described)]
    }()

    /// `io.k8s.api.apps.v1.Deployment`.
    static func name(of structure: StructShape) -> String {
        let name = structure.name.replacing("/", with: ".")
        let roots = [
            "meta": "io.k8s.apimachinery.pkg.apis.",
            "apiextensions": "io.k8s.apiextensions-apiserver.pkg.apis.",
            "apiregistration": "io.k8s.kube-aggregator.pkg.apis.",
        ]
        let package = name.prefix { $0 != "." }
        return (roots[String(package)] ?? "io.k8s.api.") + name
    }

    static func schema(of structure: StructShape) -> JSONObject {
        var schema: JSONObject = ["type": "object"]
        let required = structure.fields.filter { isRequired($0, in: structure) }
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0.name) }) }
        var properties: [JSONObject.Member] = []
        for field in structure.fields {
            properties.append(JSONObject.Member(key: field.name, value: .object(property(field))))
        }
        if !properties.isEmpty { schema["properties"] = .object(JSONObject(uniqueMembers: properties)) }
        return schema
    }

    /// What the API's sources write always, people have to give, with these exceptions.
    private static func isRequired(_ field: StructField, in structure: StructShape) -> Bool {
        switch field.presence {
        case .always, .orNull: !optional.contains("\(structure.name).\(field.name)")
        case .unlessZero, .ifGiven: false
        }
    }

    private static func property(_ field: StructField) -> JSONObject {
        var schema = schema(of: field.shape)
        if case .list(_, let identity) = field.shape, field.patch.mergeKey == nil {
            switch identity {
            case .atomic: break
            case .set: schema["x-kubernetes-list-type"] = "set"
            case .keys(let keys):
                schema["x-kubernetes-list-map-keys"] = .array(keys.map { .string($0) })
                schema["x-kubernetes-list-type"] = "map"
            }
        }
        var strategies: [String] = []
        if field.patch.retainsKeys { strategies.append("retainKeys") }
        if let key = field.patch.mergeKey {
            if !key.isEmpty { schema["x-kubernetes-patch-merge-key"] = .string(key) }
            strategies.insert("merge", at: 0)
        }
        if !strategies.isEmpty {
            schema["x-kubernetes-patch-strategy"] = .string(strategies.joined(separator: ","))
        }
        return schema
    }

    private static func schema(of shape: Shape) -> JSONObject {
        switch shape {
        case .string, .duration: ["type": "string"]
        case .boolean: ["type": "boolean"]
        case .int32: ["type": "integer", "format": "int32"]
        case .int64: ["type": "integer", "format": "int64"]
        case .double: ["type": "number", "format": "double"]
        case .bytes: ["type": "string", "format": "byte"]
        case .time, .microTime: ["type": "string", "format": "date-time"]
        case .quantity: ["$ref": .string("#/definitions/\(quantity)")]
        case .intOrString: ["type": "string", "format": "int-or-string"]
        // Without a type: anything.
        case .any, .open: [:]
        case .list(let element, _): ["type": "array", "items": .object(schema(of: element))]
        case .map(let element): ["type": "object", "additionalProperties": .object(schema(of: element))]
        case .builtIn, .structure:
            shape.structure.map { ["$ref": .string("#/definitions/\(name(of: $0))")] } ?? [:]
        }
    }
}

extension OpenAPIDefinitions {
    /// Always written, and yet nothing that people have to give.
    fileprivate static let optional: Set<String> = [
        "apiextensions/v1.CustomResourceDefinitionStatus.acceptedNames",
        "apiextensions/v1.CustomResourceDefinitionStatus.conditions",
        "apiextensions/v1.CustomResourceDefinitionStatus.storedVersions",
        "autoscaling/v2beta2.HorizontalPodAutoscalerStatus.currentMetrics",
        "core/v1.AzureFilePersistentVolumeSource.secretNamespace", "core/v1.Event.reportingComponent",
        "core/v1.Event.reportingInstance", "core/v1.ProjectedVolumeSource.sources",
        "core/v1.TypedLocalObjectReference.apiGroup", "discovery/v1beta1.EndpointSlice.ports",
        "rbac/v1.ClusterRole.rules", "rbac/v1.Role.rules", "storage/v1.CSINodeDriver.topologyKeys",
    ]
}
