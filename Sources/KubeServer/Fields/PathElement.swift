import KubeCore

/// One step on the way to a field, as `managedFields` spell it.
enum PathElement: Hashable, Sendable {
    /// A member of an object.
    case field(String)
    /// An element of a list, by the members that make its identity, in the order of their names.
    case key([KeyMember])
    /// An element of a set, by its value.
    case value(JSONValue)
    /// An element of a list without identity.
    case index(Int)

    /// A member that identifies an element of a list.
    struct KeyMember: Hashable, Sendable {
        var name: String
        var value: JSONValue
    }
}

extension PathElement: Comparable {
    static func < (left: PathElement, right: PathElement) -> Bool {
        switch (left, right) {
        case (.field(let one), .field(let other)): one < other
        case (.key(let one), .key(let other)): precedes(one, other)
        case (.value(let one), .value(let other)): order(one, other) < 0
        case (.index(let one), .index(let other)): one < other
        case (.field, _), (.key, .value), (.key, .index), (.value, .index): true
        case (_, .field), (.value, .key), (.index, .key), (.index, .value): false
        }
    }

    private static func precedes(_ left: [KeyMember], _ right: [KeyMember]) -> Bool {
        for (one, other) in zip(left, right) {
            if one.name != other.name { return one.name < other.name }
            let order = order(one.value, other.value)
            if order != 0 { return order < 0 }
        }
        return left.count < right.count
    }

    /// Numbers before texts before truth values; below zero if `left` comes first.
    private static func order(_ left: JSONValue, _ right: JSONValue) -> Int {
        switch (left, right) {
        case (.int(let one), .int(let other)): return one < other ? -1 : (one == other ? 0 : 1)
        case (.string(let one), .string(let other)): return one < other ? -1 : (one == other ? 0 : 1)
        default: break
        }
        if left == right { return 0 }
        let ranks = (rank(left), rank(right))
        if ranks.0 != ranks.1 { return ranks.0 < ranks.1 ? -1 : 1 }
        return left.text < right.text ? -1 : 1
    }

    private static func rank(_ value: JSONValue) -> Int {
        switch value {
        case .double: 0
        case .int: 1
        case .string: 2
        case .bool: 3
        case .array: 4
        case .object: 5
        case .null: 6
        }
    }
}

extension PathElement: CustomStringConvertible {
    /// As it stands in messages: `.spec`, `[name="web"]`, `[="a"]`, `[3]`.
    var description: String {
        switch self {
        case .field(let name): ".\(name)"
        case .key(let members):
            "[" + members.map { "\($0.name)=\($0.value.text)" }.joined(separator: ",") + "]"
        case .value(let value): "[=\(value.text)]"
        case .index(let index): "[\(index)]"
        }
    }

    /// As a member's name in `fieldsV1`: `f:spec`, `k:{"name":"web"}`, `v:"a"`, `i:3`.
    var serialized: String {
        switch self {
        case .field(let name): "f:\(name)"
        case .key(let members):
            "k:"
                + JSONValue.object(
                    JSONObject(
                        uniqueMembers: members.map { JSONObject.Member(key: $0.name, value: $0.value) })
                ).text
        case .value(let value): "v:\(value.text)"
        case .index(let index): "i:\(index)"
        }
    }

    /// Reads ``serialized``; `nil` if it is not one.
    init?(serialized text: String) {
        let rest = String(text.dropFirst(2))
        switch text.prefix(2) {
        case "f:":
            self = .field(rest)
        case "v:":
            // What cannot be read cannot be owned: the caller treats the whole set as unreadable.
            guard let value = try? JSONValue(parsing: rest) else { return nil }
            self = .value(value)
        case "k:":
            // As above.
            guard let value = try? JSONValue(parsing: rest), let members = value.object else { return nil }
            self = .key(members.map { KeyMember(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name })
        case "i:":
            guard let index = Int(rest) else { return nil }
            self = .index(index)
        default:
            return nil
        }
    }
}
