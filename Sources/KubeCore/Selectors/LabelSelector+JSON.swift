extension LabelSelector {
    /// Reads a `LabelSelector` object, with `matchLabels` and `matchExpressions`.
    ///
    /// An empty object chooses everything. What no object at all means is the caller's to know: for most of the API,
    /// nothing.
    ///
    /// - Throws: What is wrong and where.
    public init(_ json: JSONObject) throws(SelectorFailure) {
        requirements = []
        for member in json where !member.value.isNull {
            switch member.key {
            case "matchLabels": requirements += try Self.labels(member.value)
            case "matchExpressions": requirements += try Self.expressions(member.value)
            default: throw SelectorFailure(.unknownMember, .member(member.key))
            }
        }
    }

    private static func labels(_ json: JSONValue) throws(SelectorFailure) -> [Requirement] {
        guard let labels = json.object else {
            throw SelectorFailure(.expected("an object"), .member("matchLabels"))
        }
        var requirements: [Requirement] = []
        for label in labels {
            let place = SelectorFailure.Place.member("matchLabels.\(label.key)")
            guard isName(label.key) else { throw SelectorFailure(.invalidName(label.key), place) }
            guard let value = label.value.string else { throw SelectorFailure(.expected("a string"), place) }
            guard isValue(value) else { throw SelectorFailure(.invalidValue(value), place) }
            requirements.append(Requirement(label.key, .equals(value)))
        }
        return requirements
    }

    private static func expressions(_ json: JSONValue) throws(SelectorFailure) -> [Requirement] {
        guard let expressions = json.array else {
            throw SelectorFailure(.expected("an array"), .member("matchExpressions"))
        }
        var requirements: [Requirement] = []
        for (index, expression) in expressions.enumerated() {
            requirements.append(try requirement(expression, at: "matchExpressions[\(index)]"))
        }
        return requirements
    }

    private static func requirement(_ json: JSONValue, at path: String) throws(SelectorFailure) -> Requirement
    {
        guard let object = json.object else { throw SelectorFailure(.expected("an object"), .member(path)) }
        for member in object where !["key", "operator", "values"].contains(member.key) {
            throw SelectorFailure(.unknownMember, .member("\(path).\(member.key)"))
        }
        guard let name = object["key"]?.string else {
            throw SelectorFailure(.expected("a label name"), .member("\(path).key"))
        }
        guard isName(name) else { throw SelectorFailure(.invalidName(name), .member("\(path).key")) }
        let values = try values(object["values"] ?? .null, at: "\(path).values")
        let needsValues: Bool
        let condition: Condition
        switch object["operator"]?.string ?? "" {
        case "In": (needsValues, condition) = (true, .isOne(of: values))
        case "NotIn": (needsValues, condition) = (true, .isNone(of: values))
        case "Exists": (needsValues, condition) = (false, .exists)
        case "DoesNotExist": (needsValues, condition) = (false, .absent)
        case let other: throw SelectorFailure(.unknownOperator(other), .member("\(path).operator"))
        }
        guard values.isEmpty != needsValues else {
            let wanted = needsValues ? "at least one value" : "no value, with this operator,"
            throw SelectorFailure(.expected(wanted), .member("\(path).values"))
        }
        return Requirement(name, condition)
    }

    private static func values(_ json: JSONValue, at path: String) throws(SelectorFailure) -> [String] {
        if json.isNull { return [] }
        guard let elements = json.array else {
            throw SelectorFailure(.expected("an array of strings"), .member(path))
        }
        var values: [String] = []
        for (index, element) in elements.enumerated() {
            let place = SelectorFailure.Place.member("\(path)[\(index)]")
            guard let value = element.string else { throw SelectorFailure(.expected("a string"), place) }
            guard isValue(value) else { throw SelectorFailure(.invalidValue(value), place) }
            values.append(value)
        }
        return values
    }
}
