public import KubeCore

/// The user's own rules for the health of kinds, which come before the built-in ones (S167).
///
/// ```yaml
/// - kind: example.com/Database
///   rules:
///     - {condition: Failed, health: Degraded}
///     - {field: status.phase, in: [Creating, Resizing], health: Progressing}
///     - {condition: Ready, status: "True", health: Healthy}
///   otherwise: Progressing
///   message: status.message
/// ```
///
/// The first rule that fits decides. A status of an earlier generation is Progressing whatever the rules say (I5).
public struct HealthRules: Hashable, Sendable {
    private var kinds: [GroupKind: KindRules] = [:]

    public init() {}

    /// Reads rules as they stand in a file.
    ///
    /// - Parameter list: A list with one entry a kind.
    /// - Throws: ``RuleFailure`` that says which entry and member is wrong.
    public init(_ list: JSONValue) throws(RuleFailure) {
        guard let entries = list.array else {
            throw RuleFailure(place: "", problem: "not a list of kinds")
        }
        for (index, entry) in entries.enumerated() {
            let members = try RuleMembers(entry, place: "entry \(index + 1)")
            let rules = try KindRules(members)
            guard kinds.updateValue(rules, forKey: rules.kind) == nil else {
                throw members.failure("kind", "\(rules.kind) has rules already")
            }
        }
    }

    /// Whether the user has written rules for that kind.
    func hasRules(for kind: GroupKind) -> Bool { kinds[kind] != nil }

    /// Judges an object by the rules for its kind; `nil` if there are none.
    func health(of object: KubeObject) -> Health? {
        kinds[object.groupVersionKind.groupKind].map { $0.health(of: object) }
    }
}

/// The rules for one kind.
struct KindRules: Hashable {
    /// One row: what is looked at, and what follows if it fits.
    struct Row: Hashable {
        var test: HealthTest
        var health: Health.Status
    }

    var kind: GroupKind
    var rows: [Row]
    var otherwise: Health.Status
    /// The field that tells a person more; empty for none.
    var message: [String]

    func health(of object: KubeObject) -> Health {
        guard !object.hasStaleStatus else {
            return Health(.progressing, "Waiting for the controller to observe the last change")
        }
        let told = message.isEmpty ? "" : object.json[path: message]?.string ?? ""
        for row in rows {
            guard let fit = row.test.fit(object) else { continue }
            return Health(row.health, told.isEmpty ? fit.message : told)
        }
        return Health(otherwise, told)
    }
}

/// What a row looks at.
enum HealthTest: Hashable {
    /// A condition of that type and status.
    case condition(type: String, status: String)
    /// A field that has one of these values.
    case field(path: [String], values: [JSONValue])
    /// A field that is there, or is not.
    case presence(path: [String], isThere: Bool)

    /// That a test fits, and what it has to say.
    struct Fit {
        var message = ""
    }

    /// `nil` if it does not fit.
    func fit(_ object: KubeObject) -> Fit? {
        switch self {
        case .condition(let type, let status):
            let found = object.conditions.first { $0.type == type }
            // A condition that is not there is as one of which nothing is known.
            guard (found?.truth.rawValue ?? "Unknown") == status else { return nil }
            return Fit(message: found.map { $0.message.isEmpty ? $0.reason : $0.message } ?? "")
        case .field(let path, let values):
            return object.json[path: path].map(values.contains) == true ? Fit() : nil
        case .presence(let path, let isThere):
            let value = object.json[path: path] ?? .null
            return value.isNull != isThere ? Fit() : nil
        }
    }
}
