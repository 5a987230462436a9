import KubeCore

/// Reading of one kind's rules, with the place of everything that is wrong.
extension KindRules {
    init(_ members: RuleMembers) throws(HealthRuleFailure) {
        try members.allow(["kind", "rules", "otherwise", "message"])
        let name = try members.text("kind") ?? ""
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), let last = parts.last, !last.isEmpty else {
            throw members.failure("kind", "must be KIND or GROUP/KIND, as example.com/Database")
        }
        kind = GroupKind(group: parts.count == 2 ? parts[0] : "", kind: last)
        otherwise = try members.health("otherwise") ?? .progressing
        message = try members.path("message") ?? []
        guard let list = members["rules"]?.array, !list.isEmpty else {
            throw members.failure("rules", "must be a list with at least one rule")
        }
        rows = []
        for (index, rule) in list.enumerated() {
            rows.append(try Row(RuleMembers(rule, place: "\(members.place), rule \(index + 1)")))
        }
    }
}

extension KindRules.Row {
    fileprivate init(_ members: RuleMembers) throws(HealthRuleFailure) {
        guard let health = try members.health("health") else {
            throw members.failure("health", "is missing: \(RuleMembers.healths)")
        }
        self.health = health
        if let type = try members.text("condition") {
            try members.allow(["health", "condition", "status"])
            let status = try members.text("status") ?? "True"
            guard StatusCondition.Truth(rawValue: status) != nil else {
                throw members.failure("status", "must be \"True\", \"False\" or \"Unknown\", in quotes")
            }
            test = .condition(type: type, status: status)
        } else if let path = try members.path("field") {
            try members.allow(["health", "field", "is", "in", "exists"])
            test = try HealthTest(path, members)
        } else {
            throw members.failure("", "needs condition or field: what to look at")
        }
    }
}

extension HealthTest {
    fileprivate init(_ path: [String], _ members: RuleMembers) throws(HealthRuleFailure) {
        let given = ["is", "in", "exists"].filter { members[$0] != nil }
        guard given.count == 1 else {
            throw members.failure("field", "needs one of is, in and exists beside it")
        }
        if let value = members["is"] {
            self = .field(path: path, values: [value])
        } else if let value = members["in"] {
            guard let values = value.array, !values.isEmpty else {
                throw members.failure("in", "must be a list of values")
            }
            self = .field(path: path, values: values)
        } else {
            guard let isThere = members["exists"]?.bool else {
                throw members.failure("exists", "must be true or false")
            }
            self = .presence(path: path, isThere: isThere)
        }
    }
}

/// The members of an entry, read with complaints that say where.
struct RuleMembers {
    static let healths = "one of Healthy, Suspended, Progressing, Degraded and Unknown"

    private var members: JSONObject
    var place: String

    init(_ value: JSONValue, place: String) throws(HealthRuleFailure) {
        guard let members = value.object else {
            throw HealthRuleFailure(place: place, problem: "must be a mapping")
        }
        self.members = members
        self.place = place
    }

    subscript(_ name: String) -> JSONValue? { members[name] }

    func failure(_ name: String, _ problem: String) -> HealthRuleFailure {
        HealthRuleFailure(place: place, problem: name.isEmpty ? problem : "\(name) \(problem)")
    }

    /// A misspelt member would change a verdict without a word.
    func allow(_ names: Set<String>) throws(HealthRuleFailure) {
        guard let unknown = members.members.first(where: { !names.contains($0.key) }) else { return }
        throw failure(unknown.key, "is not known here; known are \(names.sorted().joined(separator: ", "))")
    }

    func text(_ name: String) throws(HealthRuleFailure) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string, !text.isEmpty else { throw failure(name, "must be a text, in quotes") }
        return text
    }

    /// A path of fields, as `status.phase`; a leading dot is as good.
    func path(_ name: String) throws(HealthRuleFailure) -> [String]? {
        guard let text = try text(name) else { return nil }
        let steps = text.drop { $0 == "." }.split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        guard !steps.contains(""), !text.contains("[") else {
            throw failure(name, "must be a path of fields, as status.phase")
        }
        return steps
    }

    func health(_ name: String) throws(HealthRuleFailure) -> Health.Status? {
        guard let text = try text(name) else { return nil }
        guard let status = Health.Status(rawValue: text), status != .missing else {
            throw failure(name, "must be \(Self.healths)")
        }
        return status
    }
}
