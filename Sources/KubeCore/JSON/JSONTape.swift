/// A JSON text with the places of its values: the form for objects that are only compared.
///
/// Eight bytes a value on top of the text, no memory for each value, and made several times faster than a tree.
/// What is read often or changed is a ``JSONValue``, which ``Node/value`` makes of any part.
public struct JSONTape: Sendable {
    let bytes: [UInt8]
    let tokens: [JSONToken]
    let isASCII: Bool

    /// Checks a JSON text and keeps it; the bytes are shared with the caller's array.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - limits: What is too much.
    ///   - isKept: Whether to spend a copy on taking no more memory than needed. `false` for a tape that is dropped
    ///     as soon as it is read.
    /// - Throws: What is wrong and where, also if a limit is exceeded.
    public init(
        parsing bytes: [UInt8], limits: JSONLimits = JSONLimits(), isKept: Bool = true
    ) throws(JSONParseFailure) {
        var room: [JSONToken] = []
        isASCII = try JSONScanner.scan(bytes.span, limits: limits, into: &room)
        self.bytes = bytes
        tokens = isKept ? Array(exactly: room) : room
    }

    /// The whole document.
    public var root: Node { Node(tape: self, index: 0) }
}

extension Array {
    /// A copy without spare room.
    init(exactly other: borrowing [Element]) {
        let span = other.span
        self.init(capacity: span.count) { room in
            for index in span.indices { room.append(span[index]) }
        }
    }
}

// MARK: - Places

extension JSONTape {
    /// The index of the token behind a value and all that is in it.
    @inline(__always)
    func index(after index: Int) -> Int { tokens.span.index(after: index) }

    /// The value of a member; of two with one name the later one's.
    func index(of name: String, in object: Int) -> Int? {
        guard tokens[object].kind == .object else { return nil }
        var found: Int?
        for member in members(of: object) where isText(member.name, name) { found = member.value }
        return found
    }

    /// The string at an index, decoded.
    @inline(__always)
    func text(at index: Int) -> String {
        let token = tokens[index]
        return token.kind == .plainString
            ? bytes.span.string(token.range, isASCII: isASCII) : bytes.span.unescaped(token.range)
    }

    /// Whether a string stands at an index that is, decoded, this text.
    @inline(__always)
    func isText(_ index: Int, _ text: String) -> Bool {
        let token = tokens[index]
        switch token.kind {
        case .plainString: return token.reach == text.utf8.count && bytes.span.holds(text, at: token.start)
        case .escapedString: return self.text(at: index).isSameText(as: text)
        case .null, .true, .false, .int, .double, .array, .object: return false
        }
    }

    /// The places of an object's members; none if it is no object.
    @inline(__always)
    func members(of object: Int) -> JSONTapeMembers {
        let token = tokens[object]
        return JSONTapeMembers(
            tape: self, place: object + 1, end: token.kind == .object ? token.reach : object)
    }

    /// The places of an array's elements; none if it is no array.
    @inline(__always)
    func elements(of array: Int) -> JSONTapeElements {
        let token = tokens[array]
        return JSONTapeElements(tape: self, place: array + 1, end: token.kind == .array ? token.reach : array)
    }
}

/// Where a member's name and value are on a tape.
struct JSONTapeMember {
    var name: Int
    var value: Int { name &+ 1 }
}

/// The places of an object's members.
struct JSONTapeMembers: Sequence, IteratorProtocol {
    let tape: JSONTape
    var place: Int
    let end: Int

    @inline(__always)
    mutating func next() -> JSONTapeMember? {
        guard place < end else { return nil }
        defer { place = tape.index(after: place &+ 1) }
        return JSONTapeMember(name: place)
    }
}

/// The places of an array's elements.
struct JSONTapeElements: Sequence, IteratorProtocol {
    let tape: JSONTape
    var place: Int
    let end: Int

    @inline(__always)
    mutating func next() -> Int? {
        guard place < end else { return nil }
        defer { place = tape.index(after: place) }
        return place
    }
}
