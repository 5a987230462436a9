import KubeCore

extension ServerState {
    /// `/openapi/v2`, as protobuf or JSON.
    func openAPI(_ request: HTTPRequest) -> HTTPResponse {
        let document = OpenAPIDocument(registry).json
        let accept = request.headers.first { $0.name.lowercased() == "accept" }?.value ?? ""
        guard accept.contains("application/com.github.proto-openapi.spec.v2@v1.0+protobuf") else {
            return .json(document)
        }
        // Not by its name: that has a character which clients do not accept in a media type.
        return HTTPResponse(
            status: 200, headers: [HTTPHeader("Content-Type", "application/octet-stream")],
            body: OpenAPIProtobuf.bytes(of: document))
    }
}

/// The OpenAPI document of what a server serves: the types, and of each collection the path by which clients learn
/// whether it knows dry runs.
///
/// As much as kubectl needs for `apply`, `diff`, `explain` and its own validation; there are no descriptions.
struct OpenAPIDocument {
    private let resources: [Resource]

    init(_ registry: Registry) {
        resources = registry.resources.values.sorted {
            ($0.group, $0.plural) < ($1.group, $1.plural)
        }
    }

    var json: JSONValue {
        [
            "swagger": "2.0",
            "info": ["title": "Kubernetes", "version": Registry.version["gitVersion"] ?? ""],
            "paths": .object(paths), "definitions": .object(definitions),
        ]
    }

    // MARK: - Definitions

    private var definitions: JSONObject {
        let kinds = kinds
        var members = OpenAPIDefinitions.builtIn.map { definition in
            var schema = definition.schema
            if let served = kinds[definition.name] {
                schema["x-kubernetes-group-version-kind"] = .array(served)
            }
            return JSONObject.Member(key: definition.name, value: .object(schema))
        }
        for resource in resources {
            for version in resource.versions where version.isServed {
                guard let custom = version.schema else { continue }
                var schema = OpenAPIDefinitions.schema(ofCustom: custom)
                schema["x-kubernetes-group-version-kind"] = [Self.kind(resource, version)]
                let name = OpenAPIDefinitions.name(ofCustom: resource, version.name)
                members.append(JSONObject.Member(key: name, value: .object(schema)))
            }
        }
        return JSONObject(uniqueMembers: members.sorted { $0.key < $1.key })
    }

    /// By the names of definitions, the kinds that are served in this form.
    private var kinds: [String: [JSONValue]] {
        var kinds: [String: [JSONValue]] = [:]
        for resource in resources where !resource.isCustom {
            for version in resource.versions {
                guard let structure = version.shape.structure else { continue }
                kinds[OpenAPIDefinitions.name(of: structure), default: []].append(
                    Self.kind(resource, version))
            }
        }
        return kinds
    }

    private static func kind(_ resource: Resource, _ version: ResourceVersion) -> JSONValue {
        ["group": .string(resource.group), "version": .string(version.name), "kind": .string(resource.kind)]
    }

    // MARK: - Paths

    private var paths: JSONObject {
        var members: [JSONObject.Member] = []
        for resource in resources where resource.verbs.contains("patch") {
            for version in resource.versions where version.isServed {
                let root = resource.group.isEmpty ? "/api" : "/apis/\(resource.group)"
                let place = resource.isNamespaced ? "/namespaces/{namespace}" : ""
                members.append(
                    JSONObject.Member(
                        key: "\(root)/\(version.name)\(place)/\(resource.plural)/{name}",
                        value: ["patch": Self.patch(Self.kind(resource, version))]))
            }
        }
        return JSONObject(uniqueMembers: members)
    }

    private static func patch(_ kind: JSONValue) -> JSONValue {
        [
            "consumes": [
                "application/json-patch+json", "application/merge-patch+json",
                "application/strategic-merge-patch+json", "application/apply-patch+yaml",
            ],
            "produces": ["application/json"],
            "parameters": [
                ["name": "dryRun", "in": "query", "type": "string"],
                ["name": "fieldManager", "in": "query", "type": "string"],
                ["name": "force", "in": "query", "type": "boolean"],
            ],
            "responses": ["200": ["description": "OK"]],
            "x-kubernetes-action": "patch", "x-kubernetes-group-version-kind": kind,
        ]
    }
}
