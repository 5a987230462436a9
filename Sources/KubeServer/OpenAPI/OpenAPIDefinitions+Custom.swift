import KubeCore

/// The types of custom resources.
extension OpenAPIDefinitions {
    /// `com.example.v1.Widget`.
    static func name(ofCustom resource: Resource, _ version: String) -> String {
        let domain = resource.group.split(separator: ".").reversed().joined(separator: ".")
        return "\(domain).\(version).\(resource.kind)"
    }

    static func schema(ofCustom schema: CustomSchema) -> JSONObject {
        var result = plain(.object(schema.checks))
        guard schema.checks["type"] != nil, result["properties"] != nil || !schema.keepsUnknown else {
            return result
        }
        var properties = result["properties"]?.object ?? JSONObject()
        properties["apiVersion"] = ["type": "string"]
        properties["kind"] = ["type": "string"]
        properties["metadata"] = [
            "$ref": "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
        ]
        result["properties"] = .object(properties)
        return result
    }

    /// A schema of version 3 with what version 2 knows of it; where that would say less than is allowed, nothing.
    private static func plain(_ json: JSONValue) -> JSONObject {
        var result = JSONObject()
        for name in ["description", "format", "type"] { result[name] = json[name] }
        let keepsUnknown = json["x-kubernetes-preserve-unknown-fields"] == true
        if json["nullable"] == true || json["x-kubernetes-int-or-string"] == true {
            result["type"] = Optional<JSONValue>.none
            return result
        }
        if keepsUnknown {
            result["x-kubernetes-preserve-unknown-fields"] = true
            return result
        }
        result["required"] = json["required"]
        if let items = json["items"] { result["items"] = .object(plain(items)) }
        if let others = json["additionalProperties"], others.object != nil {
            result["additionalProperties"] = .object(plain(others))
        }
        if let properties = json["properties"]?.object {
            result["properties"] = .object(
                JSONObject(properties.members.map { ($0.key, .object(plain($0.value))) }))
        }
        return result
    }
}
