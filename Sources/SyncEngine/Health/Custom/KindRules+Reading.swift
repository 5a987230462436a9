import KubeCore

/// Reading of one kind's rules, with the place of everything that is wrong.
extension KindRules {
    init(_ members: RuleMembers) throws(RuleFailure) {
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
    fileprivate init(_ members: RuleMembers) throws(RuleFailure) {
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
    fileprivate init(_ path: [String], _ members: RuleMembers) throws(RuleFailure) {
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

extension RuleMembers {
    fileprivate static let healths = "one of Healthy, Suspended, Progressing, Degraded and Unknown"

    fileprivate func health(_ name: String) throws(RuleFailure) -> Health.Status? {
        guard let text = try text(name) else { return nil }
        guard let status = Health.Status(rawValue: text), status != .missing else {
            throw failure(name, "must be \(Self.healths)")
        }
        return status
    }
}
