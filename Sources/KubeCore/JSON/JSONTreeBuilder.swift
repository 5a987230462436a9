/// Makes a tree of the tokens of a checked text.
///
/// It recurses: the scanner has bounded the depth.
struct JSONTreeBuilder: ~Copyable {
    private var index: Int
    /// Whether the whole text is; strings of it need no further look then.
    private let isASCII: Bool

    init(at index: Int = 0, isASCII: Bool) {
        self.index = index
        self.isASCII = isASCII
    }

    mutating func value(_ bytes: Span<UInt8>, _ tokens: Span<JSONToken>) -> JSONValue {
        let token = tokens[index]
        index &+= 1
        switch token.kind {
        case .null: return .null
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .int: return .int(bytes.integer(token.range) ?? 0)
        case .double: return .double(bytes.double(token.range))
        case .plainString: return .string(bytes.string(token.range, isASCII: isASCII))
        case .escapedString: return .string(bytes.unescaped(token.range))
        case .array: return .array(elements(bytes, tokens, end: token.reach))
        case .object: return .object(members(bytes, tokens, end: token.reach))
        }
    }

    private mutating func elements(
        _ bytes: Span<UInt8>, _ tokens: Span<JSONToken>, end: Int
    ) -> [JSONValue] {
        [JSONValue](capacity: tokens.siblings(from: index, to: end)) { elements in
            while index < end { elements.append(value(bytes, tokens)) }
        }
    }

    private mutating func members(
        _ bytes: Span<UInt8>, _ tokens: Span<JSONToken>, end: Int
    ) -> JSONObject {
        let count = tokens.siblings(from: index, to: end) / 2
        guard count <= JSONNameSet.capacity else { return manyMembers(bytes, tokens, count: count, end: end) }
        var names = JSONNameSet()
        var members: [JSONObject.Member] = []
        members.reserveCapacity(count)
        while index < end {
            let (key, fingerprint) = name(bytes, tokens)
            let value = value(bytes, tokens)
            if let earlier = names.insert(key, fingerprint: fingerprint, behind: members) {
                members[earlier].value = value
            } else {
                members.append(JSONObject.Member(key: key, value: value))
            }
        }
        return JSONObject(uniqueMembers: members)
    }

    private mutating func manyMembers(
        _ bytes: Span<UInt8>, _ tokens: Span<JSONToken>, count: Int, end: Int
    ) -> JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(count)
        var places = Dictionary<ExactText, Int>(minimumCapacity: count)
        while index < end {
            let key = name(bytes, tokens).text
            let value = value(bytes, tokens)
            if let earlier = places[ExactText(text: key)] {
                members[earlier].value = value
            } else {
                places[ExactText(text: key)] = members.count
                members.append(JSONObject.Member(key: key, value: value))
            }
        }
        return JSONObject(uniqueMembers: members)
    }

    private mutating func name(
        _ bytes: Span<UInt8>, _ tokens: Span<JSONToken>
    ) -> (text: String, fingerprint: UInt64) {
        let token = tokens[index]
        index &+= 1
        if token.kind == .plainString {
            return (bytes.string(token.range, isASCII: isASCII), bytes.fingerprint(token.range))
        }
        let text = bytes.unescaped(token.range)
        let decoded = text.utf8Span.span
        return (text, decoded.fingerprint(decoded.indices))
    }
}

extension Span<JSONToken> {
    /// How many values follow each other, names counted as values.
    func siblings(from start: Int, to end: Int) -> Int {
        var count = 0
        var index = start
        while index < end {
            index = self.index(after: index)
            count &+= 1
        }
        return count
    }

    /// The index of the token behind a value and all that is in it.
    @inline(__always)
    func index(after index: Int) -> Int {
        let token = self[index]
        return token.isContainer ? token.reach : index &+ 1
    }
}
