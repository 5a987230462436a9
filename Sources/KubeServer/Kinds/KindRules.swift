import KubeCore

/// What is particular to a kind: how its objects are filled in, checked and changed.
struct KindRules: Sendable {
    /// Whether `metadata.generation` counts changes of what people wrote.
    var hasGeneration = false
    /// The members, besides metadata and status, whose change counts as a new generation; `nil` for `spec`.
    var generationMembers: [String]?
    /// Whether every member besides metadata and status counts.
    var countsEverything = false
    /// Whether an update of what is not there makes it.
    var createsOnUpdate = false
    /// Whether an update may leave out the resource version.
    var updatesUnconditionally = true
    /// Whether a deletion answers with the object instead of a `Status`.
    var answersDeleted = false
    /// What becomes of dependents if nobody says.
    var propagation: DeleteOptions.Propagation?
    /// Whether deletions wait for the object to end by itself.
    var endsGracefully = false
    var name = NameRule.subdomain
    var defaults: @Sendable (inout JSONObject) -> Void = { _ in }
    var prepareCreate: @Sendable (inout JSONObject) -> Void = { $0.dropStatus() }
    /// Changes the new object, which comes first.
    var prepareUpdate: @Sendable (inout JSONObject, JSONObject) -> Void = { _, _ in }
    var validate: @Sendable (JSONObject) -> [FieldProblem] = { _ in [] }
    /// The new object comes first.
    var validateUpdate: @Sendable (JSONObject, JSONObject) -> [FieldProblem] = { _, _ in [] }

    static func of(_ kind: GroupKind) -> KindRules { builtIn[kind] ?? KindRules() }

    /// For objects of a custom resource.
    static func custom(_ schema: CustomSchema) -> KindRules {
        KindRules(
            hasGeneration: true, countsEverything: true, updatesUnconditionally: false,
            prepareCreate: { _ in },
            validate: { schema.problems(of: $0) })
    }
}

extension KindRules {
    func problems(of object: JSONObject) -> [FieldProblem] { validate(object) }

    func problems(of object: JSONObject, after live: JSONObject) -> [FieldProblem] {
        validate(object) + validateUpdate(object, live)
    }

    func statusProblems(of object: JSONObject, after live: JSONObject) -> [FieldProblem] { [] }

    /// Whether the version has a status that only its subresource writes.
    func hasStatus(_ version: ResourceVersion) -> Bool { version.subresources.contains(.status) }

    func isSpecChanged(_ live: JSONObject, _ object: JSONObject) -> Bool {
        guard countsEverything else {
            return (generationMembers ?? ["spec"]).contains { live[$0] != object[$0] }
        }
        var (before, after) = (live, object)
        for name in ["metadata", "status"] {
            before[name] = nil
            after[name] = nil
        }
        return before != after
    }

    /// The metadata that a write of the status keeps.
    func metadata(_ given: JSONValue, forStatusOf live: JSONObject) -> JSONValue {
        guard var metadata = given.object else { return given }
        if live["apiVersion"] == "apps/v1" { metadata["labels"] = live.metadata("labels") }
        if countsEverything {
            // Of a custom object only its status, and who wrote it.
            var kept = live.metadata
            kept["managedFields"] = metadata["managedFields"]
            metadata = kept
        }
        return .object(metadata)
    }

    func defaultPropagation(_ object: JSONObject) -> DeleteOptions.Propagation? {
        let known = object.finalizers.contains { $0 == "orphan" || $0 == "foregroundDeletion" }
        return known ? nil : propagation
    }

    /// How long a deletion waits for the object to end.
    func gracePeriod(of object: JSONObject, asked: Int64?) -> Int64 {
        guard endsGracefully else { return 0 }
        if (object.text("spec", "nodeName") ?? "").isEmpty { return 0 }
        if ["Succeeded", "Failed"].contains(object.text("status", "phase")) { return 0 }
        return max(0, asked ?? object.number("spec", "terminationGracePeriodSeconds") ?? 30)
    }
}

/// What a kind's names may look like.
enum NameRule: Sendable {
    /// Lower case words with dashes, joined by dots.
    case subdomain
    /// One word of a subdomain.
    case label
    /// As a label, beginning with a letter.
    case service
    /// Anything that fits into a path.
    case path
}

extension JSONObject {
    /// Takes away a status that was given with a new object, if its kind has one.
    mutating func dropStatus() {
        if self["status"]?.object != nil { self["status"] = .object(JSONObject()) }
    }
}
