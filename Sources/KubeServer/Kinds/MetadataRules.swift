import KubeCore

/// What holds for the metadata of every object.
enum MetadataRules {
    /// What is wrong with the metadata of a new object.
    static func problems(of object: JSONObject, _ scope: RequestScope) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let metadata = object.metadata
        let rule = scope.rules.name
        if let prefix = metadata["generateName"]?.string, !prefix.isEmpty {
            // A generated name goes on after the prefix, so the prefix may end in a dash.
            let sample = prefix.last == "-" ? prefix.dropLast() + "a" : prefix[...]
            problems += NameSyntax.problems(of: String(sample), rule).map {
                .invalid("metadata.generateName", prefix.quoted, $0)
            }
        }
        let name = metadata["name"]?.string ?? ""
        if name.isEmpty {
            problems.append(.required("metadata.name", "name or generateName is required"))
        } else {
            problems += NameSyntax.problems(of: name, rule).map { .invalid("metadata.name", name.quoted, $0) }
        }
        return problems + labelProblems(metadata["labels"], "metadata.labels") + annotationProblems(metadata)
            + ownerProblems(metadata) + finalizerProblems(metadata, scope)
    }

    /// What is wrong with the metadata of a changed object.
    static func problems(of object: JSONObject, after live: JSONObject, _ scope: RequestScope)
        -> [FieldProblem]
    {
        var problems: [FieldProblem] = []
        let metadata = object.metadata
        let before = live.metadata
        for name in ["name", "namespace", "uid", "creationTimestamp"] where metadata[name] != before[name] {
            problems.append(
                .invalid("metadata.\(name)", goText(metadata[name]), "field is immutable"))
        }
        if live.isBeingDeleted {
            let added = object.finalizers.filter { !live.finalizers.contains($0) }
            if !added.isEmpty {
                let list = "[]string{" + added.map(\.quoted).joined(separator: ", ") + "}"
                problems.append(
                    .forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers \(list)"
                    ))
            }
        }
        // Built-in kinds check this twice, for all kinds and for their own; so do the answers.
        let isRepeated = !scope.resource.isCustom
        return problems + (isRepeated ? problems : []) + labelProblems(metadata["labels"], "metadata.labels")
            + annotationProblems(metadata) + ownerProblems(metadata) + finalizerProblems(metadata, scope)
    }

    static func labelProblems(_ labels: JSONValue?, _ field: String) -> [FieldProblem] {
        (labels?.object?.members ?? []).flatMap { label in
            NameSyntax.qualified(label.key).map { FieldProblem.invalid(field, label.key.quoted, $0) }
                + NameSyntax.labelValue(label.value.string ?? "").map {
                    FieldProblem.invalid(field, (label.value.string ?? "").quoted, $0)
                }
        }
    }

    /// All annotations of an object together, in bytes.
    private static let annotationLimit = 256 * 1024

    private static func annotationProblems(_ metadata: JSONObject) -> [FieldProblem] {
        let annotations = metadata["annotations"]?.object?.members ?? []
        var problems = annotations.flatMap { annotation in
            NameSyntax.qualified(annotation.key.lowercased()).map {
                FieldProblem.invalid("metadata.annotations", annotation.key.quoted, $0)
            }
        }
        let size = annotations.reduce(0) { $0 + $1.key.utf8.count + ($1.value.string?.utf8.count ?? 0) }
        if size > annotationLimit {
            problems.append(.tooLong("metadata.annotations", "", annotationLimit))
        }
        return problems
    }

    private static func finalizerProblems(_ metadata: JSONObject, _ scope: RequestScope) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let finalizers = metadata["finalizers"]?.array?.compactMap(\.string) ?? []
        for (index, finalizer) in finalizers.enumerated() {
            let place = "metadata.finalizers[\(index)]"
            problems += NameSyntax.qualified(finalizer).map {
                .invalid("metadata.finalizers", finalizer.quoted, $0)
            }
            // Only built-in kinds insist on a domain of its own in front.
            if problems.isEmpty, !scope.resource.isCustom, !finalizer.contains("/"),
                !["orphan", "foregroundDeletion", "kubernetes"].contains(finalizer)
            {
                problems.append(
                    .invalid(
                        place, finalizer.quoted,
                        "name is neither a standard finalizer name nor is it fully qualified"))
            }
        }
        if finalizers.contains("orphan"), finalizers.contains("foregroundDeletion") {
            problems.append(
                .invalid(
                    "metadata.finalizers",
                    "[]string{" + finalizers.map(\.quoted).joined(separator: ", ") + "}",
                    "finalizer orphan and foregroundDeletion cannot be both set"))
        }
        return problems
    }

    private static func ownerProblems(_ metadata: JSONObject) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        var controller: String?
        for owner in metadata["ownerReferences"]?.array ?? [] {
            let place = "metadata.ownerReferences"
            func text(_ name: String) -> String { owner[name]?.string ?? "" }
            if text("apiVersion").isEmpty {
                problems.append(.invalid("\(place).apiVersion", "\"\"", "version must not be empty"))
            }
            for (name, problem) in [
                ("kind", "kind must not be empty"), ("name", "name must not be empty"),
                ("uid", "uid must not be empty"),
            ] where text(name).isEmpty {
                problems.append(.invalid("\(place).\(name)", "\"\"", problem))
            }
            guard owner["controller"] == true else { continue }
            if let controller {
                problems.append(
                    .invalid(
                        place, "[]v1.OwnerReference",
                        "Only one reference can have Controller set to true. Found \"true\" in references for "
                            + "\(controller) and \(text("name"))"))
            }
            controller = text("name")
        }
        return problems
    }

    /// A value as messages print it.
    static func goText(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): text.quoted
        case nil: "\"\""
        case .null, .bool, .int, .double, .array, .object: value?.text ?? ""
        }
    }
}
