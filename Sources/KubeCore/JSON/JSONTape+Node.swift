extension JSONTape {
    /// One value of a tape. It keeps the whole tape alive.
    public struct Node: Sendable {
        let tape: JSONTape
        let index: Int

        init(tape: JSONTape, index: Int) {
            self.tape = tape
            self.index = index
        }

        var token: JSONToken { tape.tokens[index] }
    }
}

extension JSONTape.Node {
    /// The text, if this is a string.
    public var string: String? {
        switch token.kind {
        case .plainString, .escapedString: tape.text(at: index)
        case .null, .true, .false, .int, .double, .array, .object: nil
        }
    }

    /// The number, if this is an integer.
    public var int: Int64? { token.kind == .int ? tape.bytes.span.integer(token.range) : nil }

    /// The truth value, if this is one.
    public var bool: Bool? {
        switch token.kind {
        case .true: true
        case .false: false
        case .null, .int, .double, .plainString, .escapedString, .array, .object: nil
        }
    }

    /// Whether this is `null`.
    public var isNull: Bool { token.kind == .null }
    /// Whether this is an array.
    public var isArray: Bool { token.kind == .array }
    /// Whether this is an object.
    public var isObject: Bool { token.kind == .object }

    /// This value as a tree.
    public var value: JSONValue {
        var builder = JSONTreeBuilder(at: index, isASCII: tape.isASCII)
        return builder.value(tape.bytes.span, tape.tokens.span)
    }

    /// The member of that name; `nil` if there is none or this is not an object.
    public subscript(_ name: String) -> JSONTape.Node? {
        tape.index(of: name, in: index).map { JSONTape.Node(tape: tape, index: $0) }
    }

    /// The value at the end of a path of member names; `nil` where the path leaves the document.
    public subscript(path path: [String]) -> JSONTape.Node? {
        var index = index
        for name in path {
            guard let next = tape.index(of: name, in: index) else { return nil }
            index = next
        }
        return JSONTape.Node(tape: tape, index: index)
    }

    /// The elements in order; none if this is not an array.
    public var elements: some Sequence<JSONTape.Node> {
        tape.elements(of: index).lazy.map { [tape] in JSONTape.Node(tape: tape, index: $0) }
    }

    /// The members in order; none if this is not an object. A name that stands twice comes twice: the later counts.
    public var members: some Sequence<(name: String, value: JSONTape.Node)> {
        tape.members(of: index).lazy.map { [tape] in
            (name: tape.text(at: $0.name), value: JSONTape.Node(tape: tape, index: $0.value))
        }
    }
}
