import KubeCore

/// What a CustomResourceDefinition makes the server serve.
enum CustomDefinition {
    static let cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io"

    /// The collection that a definition describes.
    static func resource(_ definition: JSONObject) -> Resource? {
        guard let group = definition.text("spec", "group"),
            let plural = definition.text("spec", "names", "plural"),
            let kind = definition.text("spec", "names", "kind")
        else { return nil }
        func list(_ name: String) -> [String] {
            definition[path: ["spec", "names", name]]?.array?.compactMap(\.string) ?? []
        }
        let versions = definition[path: ["spec", "versions"]]?.array ?? []
        return Resource(
            group: group, plural: plural,
            singular: definition.text("spec", "names", "singular") ?? kind.lowercased(),
            kind: kind, listKind: definition.text("spec", "names", "listKind") ?? "\(kind)List",
            shortNames: list("shortNames"), categories: list("categories"),
            isNamespaced: definition.text("spec", "scope") == "Namespaced",
            verbs: ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
            versions: versions.map(version),
            storageVersion: versions.first { $0["storage"] == true }?["name"]?.string ?? "", isCustom: true)
    }

    private static func version(_ json: JSONValue) -> ResourceVersion {
        let schema = CustomSchema(json[path: ["schema", "openAPIV3Schema"]] ?? ["type": "object"])
        var subresources: Set<Subresource> = []
        if json[path: ["subresources", "status"]] != nil { subresources.insert(.status) }
        let scale = json[path: ["subresources", "scale"]]
        if scale != nil { subresources.insert(.scale) }
        return ResourceVersion(
            name: json["name"]?.string ?? "", shape: schema.rootShape, subresources: subresources,
            isServed: json["served"] == true, schema: schema, scale: scale,
            columns: json["additionalPrinterColumns"]?.array ?? [])
    }

    static func defaults(_ definition: inout JSONObject) {
        guard let kind = definition.text("spec", "names", "kind") else { return }
        if (definition.text("spec", "names", "singular") ?? "").isEmpty {
            definition[path: ["spec", "names", "singular"]] = .string(kind.lowercased())
        }
        if (definition.text("spec", "names", "listKind") ?? "").isEmpty {
            definition[path: ["spec", "names", "listKind"]] = .string("\(kind)List")
        }
        definition.setDefault("spec", "conversion", to: ["strategy": "None"])
    }

    static func prepareCreate(_ definition: inout JSONObject) {
        let stored = (definition[path: ["spec", "versions"]]?.array ?? []).filter { $0["storage"] == true }
            .compactMap { $0["name"] }
        definition["status"] = [
            "conditions": [], "acceptedNames": ["plural": "", "kind": ""], "storedVersions": .array(stored),
        ]
    }

    /// The status once the names are taken and the resource is served.
    static func establish(_ definition: inout JSONObject, at now: Timestamp) {
        var conditions = definition[path: ["status", "conditions"]]?.array ?? []
        for (type, reason, message) in [
            ("NamesAccepted", "NoConflicts", "no conflicts found"),
            ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ] where !conditions.contains(where: { $0["type"] == .string(type) }) {
            conditions.append(
                [
                    "type": .string(type), "status": "True", "lastTransitionTime": .string(now.text),
                    "reason": .string(reason), "message": .string(message),
                ])
        }
        definition[path: ["status", "conditions"]] = .array(conditions)
        definition[path: ["status", "acceptedNames"]] = definition[path: ["spec", "names"]]
        var stored = definition[path: ["status", "storedVersions"]]?.array ?? []
        for version in definition[path: ["spec", "versions"]]?.array ?? [] where version["storage"] == true {
            if let name = version["name"], !stored.contains(name) { stored.append(name) }
        }
        definition[path: ["status", "storedVersions"]] = .array(stored)
    }

    /// Instances go first: a definition that is to be deleted waits for them.
    static func beginDeletion(_ definition: inout JSONObject, at now: Timestamp) {
        definition.setFinalizers(definition.finalizers + [cleanupFinalizer])
        Workloads.setCondition(
            &definition, "Terminating", true, "InstanceDeletionPending",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", at: now)
    }

    static func problems(_ definition: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let group = definition.text("spec", "group") ?? ""
        let plural = definition.text("spec", "names", "plural") ?? ""
        let name = definition.metadata("name")?.string ?? ""
        if name != "\(plural).\(group)" {
            problems.append(
                .invalid("metadata.name", name.quoted, "must be spec.names.plural+\".\"+spec.group"))
        }
        if group.isEmpty { problems.append(.required("spec.group")) }
        let scope = definition.text("spec", "scope") ?? ""
        if scope.isEmpty {
            problems.append(.required("spec.scope"))
        } else if scope != "Cluster", scope != "Namespaced" {
            problems.append(.unsupported("spec.scope", scope.quoted, ["Cluster", "Namespaced"]))
        }
        let versions = definition[path: ["spec", "versions"]]?.array ?? []
        if versions.filter({ $0["storage"] == true }).count != 1 {
            problems.append(
                .invalid(
                    "spec.versions", goVersions(versions),
                    "must have exactly one version marked as storage version"))
        }
        for (index, version) in versions.enumerated() {
            guard let schema = version[path: ["schema", "openAPIV3Schema"]] else {
                problems.append(
                    .required("spec.versions[\(index)].schema.openAPIV3Schema", "schemas are required"))
                continue
            }
            problems += structureProblems(schema, "spec.validation.openAPIV3Schema")
        }
        for (field, value) in [("plural", plural), ("kind", definition.text("spec", "names", "kind") ?? "")]
        where value.isEmpty {
            problems.append(.required("spec.names.\(field)"))
        }
        return problems
    }

    private static func goVersions(_ versions: [JSONValue]) -> String {
        JSONValue.array(versions).text
    }

    /// Every place of a schema says its type, so that it is known which members are unknown.
    private static func structureProblems(_ schema: JSONValue, _ place: String) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let isFree =
            schema["x-kubernetes-preserve-unknown-fields"] == true
            || schema["x-kubernetes-int-or-string"] == true
        if schema["type"] == nil, !isFree {
            problems.append(
                .required(
                    "\(place).type",
                    place.hasSuffix("openAPIV3Schema")
                        ? "must not be empty at the root" : "must not be empty for specified object fields"))
        }
        for member in schema["properties"]?.object?.members ?? [] where member.key != "metadata" {
            problems += structureProblems(member.value, "\(place).properties[\(member.key)]")
        }
        if let items = schema["items"] { problems += structureProblems(items, "\(place).items") }
        if let inner = schema["additionalProperties"], inner.object != nil {
            problems += structureProblems(inner, "\(place).additionalProperties")
        }
        return problems
    }
}
