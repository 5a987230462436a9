public import KubeCore

extension IgnoreRules {
    /// Reads a list as it stands in `spec.ignoreDifferences` of an Application.
    ///
    /// - Parameter list: With one entry a selection.
    /// - Throws: ``RuleFailure`` that says which entry and member is wrong, or not to be had here.
    public init(_ list: JSONValue) throws(RuleFailure) {
        guard let entries = list.array else {
            throw RuleFailure(place: "", problem: "not a list as in spec.ignoreDifferences")
        }
        rules = []
        for (index, entry) in entries.enumerated() {
            rules.append(try Rule(RuleMembers(entry, place: "entry \(index + 1)")))
        }
    }
}

extension IgnoreRules.Rule {
    private static let fields = "jsonPointers and managedFieldsManagers"

    fileprivate init(_ members: RuleMembers) throws(RuleFailure) {
        guard members["jqPathExpressions"] == nil else {
            throw members.failure(
                "jqPathExpressions", "is not supported; supported are \(Self.fields)")
        }
        try members.allow(["group", "kind", "name", "namespace", "jsonPointers", "managedFieldsManagers"])
        group = try Self.glob(members, "group")
        guard try members.text("kind") != nil else {
            throw members.failure("kind", "is missing; \"*\" stands for all")
        }
        kind = try Self.glob(members, "kind")
        name = try members.text("name") ?? ""
        namespace = try members.text("namespace") ?? ""
        pointers = []
        for text in try members.texts("jsonPointers") ?? [] {
            guard let pointer = JSONPointer(parsing: text), !pointer.steps.isEmpty else {
                throw members.failure("jsonPointers", "must be places as /spec/replicas; '\(text)' is none")
            }
            pointers.append(pointer)
        }
        managers = Set(try members.texts("managedFieldsManagers") ?? [])
        guard !managers.contains(Tracking.fieldManager) else {
            throw members.failure(
                "managedFieldsManagers",
                "cannot have \(Tracking.fieldManager): nothing would be left to compare")
        }
        guard !pointers.isEmpty || !managers.isEmpty else {
            throw members.failure("", "needs \(Self.fields), or one of them: what does not count")
        }
    }

    private static func glob(_ members: RuleMembers, _ name: String) throws(RuleFailure) -> Glob {
        // An empty group is the core group, and so is none.
        let pattern = members[name] == "" ? "" : try members.text(name) ?? ""
        do throws(GlobFailure) {
            return try Glob(pattern)
        } catch {
            throw members.failure(name, "'\(pattern)': \(error.problem)")
        }
    }
}
