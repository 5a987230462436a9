extension JSONValue {
    /// Whether both are the same JSON value; strings compare by their bytes, members in whatever order.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.string(let left), .string(let right)): left.isSameText(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        case (.null, _), (.bool, _), (.int, _), (.double, _), (.string, _), (.array, _), (.object, _): false
        }
    }
}

extension JSONObject.Member {
    /// Whether both have the same name, by its bytes, and the same value.
    public static func == (left: JSONObject.Member, right: JSONObject.Member) -> Bool {
        left.key.isSameText(as: right.key) && left.value == right.value
    }
}

extension JSONObject: Hashable {
    /// Whether both have the same members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        for (index, member) in left.members.enumerated() {
            guard member.key.isSameText(as: right.members[index].key) else {
                return left.members.dropFirst(index).hasSameMembers(as: right.members.dropFirst(index))
            }
            guard member.value == right.members[index].value else { return false }
        }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        // Order must not count, so the members' own hashes are added up.
        var sum = 0
        for member in members { sum &+= member.hashValue }
        hasher.combine(sum)
    }
}

extension ArraySlice<JSONObject.Member> {
    /// Whether both have the same members, of which no name is there twice.
    fileprivate func hasSameMembers(as others: ArraySlice<JSONObject.Member>) -> Bool {
        guard count > JSONNameSet.capacity else { return allSatisfy(others.contains) }
        var values = Dictionary<ExactText, JSONValue>(minimumCapacity: count)
        for other in others { values[ExactText(text: other.key)] = other.value }
        return allSatisfy { values[ExactText(text: $0.key)] == $0.value }
    }
}
