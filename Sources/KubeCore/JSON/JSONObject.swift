/// The members of a JSON object, in the order in which they were written.
///
/// A flat array: objects of an API are small, and a hash table of strings costs three times the memory. Two objects
/// are equal if they have the same members, in whatever order.
public struct JSONObject: Sendable {
    /// One name and its value.
    public struct Member: Hashable, Sendable {
        public var key: String
        public var value: JSONValue

        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    public private(set) var members: [Member]

    public init() {
        members = []
    }

    /// Takes members as they are; of two with one name the later one stays.
    public init(_ pairs: some Sequence<(String, JSONValue)>) {
        var editor = JSONObjectEditor(JSONObject())
        for (key, value) in pairs { editor[key] = value }
        members = editor.object.members
    }

    /// Takes members of which the caller knows that no name is there twice.
    public init(uniqueMembers: [Member]) {
        members = uniqueMembers
    }

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }
    public var keys: some Sequence<String> { members.lazy.map(\.key) }

    /// Reads, replaces, appends or (with `nil`) removes a member.
    public subscript(_ key: String) -> JSONValue? {
        get { members.first { $0.key.isSameText(as: key) }?.value }
        set {
            guard let index = members.firstIndex(where: { $0.key.isSameText(as: key) }) else {
                if let newValue { members.append(Member(key: key, value: newValue)) }
                return
            }
            if let newValue {
                members[index].value = newValue
            } else {
                members.remove(at: index)
            }
        }
    }

    /// Changes a member's value where it is.
    mutating func withValue<Failure: Error>(
        at index: Int, _ change: (inout JSONValue) throws(Failure) -> Void
    ) throws(Failure) {
        try change(&members[index].value)
    }

    /// Reads or writes a nested member; writing makes the objects on the way, and `nil` removes only the last.
    public subscript(path path: [String]) -> JSONValue? {
        get { JSONValue.object(self)[path: path] }
        set {
            guard let first = path.first else { return }
            guard path.count > 1 else {
                self[first] = newValue
                return
            }
            if newValue == nil, self[first]?.object == nil { return }
            var inner = self[first]?.object ?? JSONObject()
            inner[path: Array(path.dropFirst())] = newValue
            self[first] = .object(inner)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}

extension JSONObject: Sequence {
    public func makeIterator() -> some IteratorProtocol<Member> { members.makeIterator() }
}
