extension JSONValue {
    /// What this is, for messages that do not show it.
    public var nounPhrase: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .int, .double: "a number"
        case .string: "text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
