/// A JSON document as a tree: the form for objects that are being built or changed.
///
/// Objects that are only watched are kept as ``ObjectSkim``, objects that are only compared as ``JSONTape``;
/// both cost a fraction of a tree. Integers that fit 64 bits and other numbers are kept apart, as Kubernetes does.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// The text, if this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, if this is an integer.
    public var int: Int64? {
        if case .int(let number) = self { number } else { nil }
    }

    /// The truth value, if this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, if this is an object.
    public var object: JSONObject? {
        if case .object(let members) = self { members } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The member of that name; `nil` if there is none or this is not an object.
    public subscript(_ key: String) -> JSONValue? { object?[key] }

    /// The value at the end of a path of member names; `nil` where the path leaves the tree.
    public subscript(path path: [String]) -> JSONValue? {
        var value = self
        for key in path {
            guard let next = value[key] else { return nil }
            value = next
        }
        return value
    }
}

/// Literals, for what is written in code.
///
/// Beware of `nil`: next to another `JSONValue`, as in `isGone ? nil : value`, it is a JSON null, also where an
/// optional is assigned. Alone, as in `object["a"] = nil`, it is no value at all.
// Not by `nil`: where an optional is meant, JSON's null would be taken without a word.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
}
