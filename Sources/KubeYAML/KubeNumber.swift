import KubeCore

/// A float on its way through Go's JSON into Kubernetes' values.
enum KubeNumber {
    /// A number that Go prints without point and exponent is read back as an integer.
    ///
    /// It prints the shortest digits and fills up with zeros, so 2⁶² as a float becomes 4611686018427388000.
    static func json(_ value: Double) -> JSONValue {
        if value.magnitude < 0x1p53 { return Int64(exactly: value).map { .int($0) } ?? .double(value) }
        guard value.magnitude < 1e21, let digits = ShortestDigits(value).wholeNumber,
            let integer = Int64((value < 0 ? "-" : "") + digits)
        else { return .double(value) }
        return .int(integer)
    }

    /// A value read from JSON with its whole numbers made integers.
    static func normalized(_ value: JSONValue) -> JSONValue {
        hasFloat(value) ? replaced(value) : value
    }

    private static func hasFloat(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .int, .string: false
        case .double: true
        case .array(let elements): elements.contains(where: hasFloat)
        case .object(let members): members.members.contains { hasFloat($0.value) }
        }
    }

    private static func replaced(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .int, .string: value
        case .double(let number): json(number)
        case .array(let elements): .array(elements.map(replaced))
        case .object(let members):
            .object(
                JSONObject(
                    uniqueMembers: members.members.map {
                        JSONObject.Member(key: $0.key, value: replaced($0.value))
                    }))
        }
    }
}
