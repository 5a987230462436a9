extension JSONTape.Node: Equatable {
    /// Whether both are the same JSON value: members in whatever order, numbers and strings however they are written.
    public static func == (left: JSONTape.Node, right: JSONTape.Node) -> Bool {
        left.tape.isSame(left.index, as: right.index, in: right.tape)
    }

    /// Whether this is the value of a tree.
    public static func == (left: JSONTape.Node, right: JSONValue) -> Bool {
        left.tape.isSame(left.index, as: right)
    }
}

extension JSONTape {
    fileprivate func isSame(_ index: Int, as otherIndex: Int, in other: JSONTape) -> Bool {
        let token = tokens[index]
        let otherToken = other.tokens[otherIndex]
        switch (token.kind, otherToken.kind) {
        case (.null, .null), (.true, .true), (.false, .false): return true
        case (.int, .int):
            return bytes.span.integer(token.range) == other.bytes.span.integer(otherToken.range)
        case (.double, .double):
            return bytes.span.double(token.range) == other.bytes.span.double(otherToken.range)
        case (.plainString, .plainString):
            return token.reach == otherToken.reach
                && bytes.span.extracting(token.range).isSame(
                    as: other.bytes.span.extracting(otherToken.range))
        case (.plainString, .escapedString), (.escapedString, .plainString), (.escapedString, .escapedString):
            return text(at: index).isSameText(as: other.text(at: otherIndex))
        case (.array, .array): return areElementsSame(index, as: otherIndex, in: other)
        case (.object, .object): return areMembersSame(index, as: otherIndex, in: other)
        default: return false
        }
    }

    private func areElementsSame(_ index: Int, as otherIndex: Int, in other: JSONTape) -> Bool {
        let end = tokens[index].reach
        let otherEnd = other.tokens[otherIndex].reach
        var place = index + 1
        var otherPlace = otherIndex + 1
        while place < end, otherPlace < otherEnd {
            guard isSame(place, as: otherPlace, in: other) else { return false }
            place = self.index(after: place)
            otherPlace = other.index(after: otherPlace)
        }
        return place == end && otherPlace == otherEnd
    }

    /// One server writes the members of one kind in one order, so both are read side by side.
    private func areMembersSame(_ index: Int, as otherIndex: Int, in other: JSONTape) -> Bool {
        let end = tokens[index].reach
        let otherEnd = other.tokens[otherIndex].reach
        var areSame = true
        var place = index + 1
        var otherPlace = otherIndex + 1
        while place < end, otherPlace < otherEnd, isSame(place, as: otherPlace, in: other) {
            areSame = areSame && isSame(place + 1, as: otherPlace + 1, in: other)
            place = self.index(after: place + 1)
            otherPlace = other.index(after: otherPlace + 1)
        }
        let haveSameNames = place == end && otherPlace == otherEnd
        if haveSameNames, areSame || !hasRepeatedNames(index) { return areSame }
        // Another order, or a name that stands twice: rare enough for trees, which know about both.
        return Node(tape: self, index: index).value == Node(tape: other, index: otherIndex).value
    }

    fileprivate func isSame(_ index: Int, as value: JSONValue) -> Bool {
        let token = tokens[index]
        switch value {
        case .null: return token.kind == .null
        case .bool(let truth): return token.kind == (truth ? .true : .false)
        case .int(let number): return token.kind == .int && bytes.span.integer(token.range) == number
        case .double(let number): return token.kind == .double && bytes.span.double(token.range) == number
        case .string(let text): return isText(index, text)
        case .array(let elements): return token.kind == .array && areElements(index, elements)
        case .object(let object): return token.kind == .object && areMembers(index, object)
        }
    }

    private func areElements(_ index: Int, _ elements: [JSONValue]) -> Bool {
        let end = tokens[index].reach
        var place = index + 1
        for element in elements {
            guard place < end, isSame(place, as: element) else { return false }
            place = self.index(after: place)
        }
        return place == end
    }

    private func areMembers(_ index: Int, _ object: JSONObject) -> Bool {
        let end = tokens[index].reach
        var place = index + 1
        for member in object.members {
            guard place < end, isText(place, member.key) else {
                return Node(tape: self, index: index).value == .object(object)
            }
            // No name stands twice in a tree, so up to here none does on the tape; a later one might still count.
            guard isSame(place + 1, as: member.value) else {
                return hasRepeatedNames(index) && Node(tape: self, index: index).value == .object(object)
            }
            place = self.index(after: place + 1)
        }
        return place == end || Node(tape: self, index: index).value == .object(object)
    }

    private func hasRepeatedNames(_ index: Int) -> Bool {
        var names: Set<ExactText> = []
        var place = index + 1
        while place < tokens[index].reach {
            guard names.insert(ExactText(text: text(at: place))).inserted else { return true }
            place = self.index(after: place + 1)
        }
        return false
    }
}
