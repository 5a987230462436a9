import KubeCore

/// A set of fields of an object, as a tree of path elements.
///
/// A field can be in the set without its children, and its children without it. Members and children are kept sorted,
/// so that all operations are one pass.
struct FieldSet: Hashable, Sendable {
    /// Fields at this level that belong to the set.
    private(set) var members: [PathElement] = []
    /// What of the set lies below the fields of this level; never empty sets.
    private(set) var children: [Child] = []

    struct Child: Hashable, Sendable {
        var element: PathElement
        var set: FieldSet
    }

    var isEmpty: Bool { members.isEmpty && children.isEmpty }

    func contains(_ element: PathElement) -> Bool {
        let place = members.partitionPoint { $0 < element }
        return place < members.count && members[place] == element
    }

    /// What of the set lies below a field.
    subscript(_ element: PathElement) -> FieldSet {
        let place = children.partitionPoint { $0.element < element }
        return place < children.count && children[place].element == element ? children[place].set : FieldSet()
    }

    mutating func insert(_ element: PathElement) {
        if let last = members.last, last < element {
            members.append(element)
            return
        }
        let place = members.partitionPoint { $0 < element }
        guard place == members.count || members[place] != element else { return }
        members.insert(element, at: place)
    }

    /// Adds everything in `set` below a field.
    mutating func insert(_ set: FieldSet, below element: PathElement) {
        guard !set.isEmpty else { return }
        let place = children.partitionPoint { $0.element < element }
        if place < children.count, children[place].element == element {
            children[place].set = children[place].set.union(set)
        } else {
            children.insert(Child(element: element, set: set), at: place)
        }
    }

    /// Adds the field at the end of a path of member names.
    mutating func insert(path: [String]) {
        guard let first = path.first else { return }
        guard path.count > 1 else {
            insert(.field(first))
            return
        }
        var below = FieldSet()
        below.insert(path: Array(path.dropFirst()))
        insert(below, below: .field(first))
    }
}

extension FieldSet {
    func union(_ other: FieldSet) -> FieldSet {
        if isEmpty { return other }
        var result = self
        for element in other.members { result.insert(element) }
        for child in other.children { result.insert(child.set, below: child.element) }
        return result
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        FieldSet(
            members: members.filter(other.contains),
            children: children.compactMap { child in
                let set = child.set.intersection(other[child.element])
                return set.isEmpty ? nil : Child(element: child.element, set: set)
            })
    }

    /// The fields that `other` does not have; a field goes without its children.
    func subtracting(_ other: FieldSet) -> FieldSet {
        if other.isEmpty { return self }
        return FieldSet(
            members: members.filter { !other.contains($0) },
            children: children.compactMap { child in
                let set = child.set.subtracting(other[child.element])
                return set.isEmpty ? nil : Child(element: child.element, set: set)
            })
    }

    /// Every field of the set as the text of its path, fields before what is below their neighbours.
    var paths: [String] { paths(after: "") }

    private func paths(after prefix: String) -> [String] {
        members.map { "\(prefix)\($0)" } + children.flatMap { $0.set.paths(after: "\(prefix)\($0.element)") }
    }
}

extension FieldSet {
    /// The set as `fieldsV1`.
    var json: JSONValue {
        var result: [JSONObject.Member] = []
        var rest = children[...]
        for element in members {
            while let child = rest.first, child.element < element {
                result.append(JSONObject.Member(key: child.element.serialized, value: child.set.json))
                rest.removeFirst()
            }
            var below = JSONValue.object(JSONObject())
            if let child = rest.first, child.element == element {
                let itself = JSONObject.Member(key: ".", value: .object(JSONObject()))
                let members = child.set.json.object?.members ?? []
                below = .object(JSONObject(uniqueMembers: [itself] + members))
                rest.removeFirst()
            }
            result.append(JSONObject.Member(key: element.serialized, value: below))
        }
        result += rest.map { JSONObject.Member(key: $0.element.serialized, value: $0.set.json) }
        return .object(JSONObject(uniqueMembers: result))
    }

    /// Reads `fieldsV1`; `nil` if it is malformed.
    init?(json: JSONValue) {
        guard let object = json.object else { return nil }
        for member in object where member.key != "." {
            guard let element = PathElement(serialized: member.key), let below = member.value.object,
                let set = FieldSet(json: member.value)
            else { return nil }
            if below.isEmpty || below["."] != nil { insert(element) }
            insert(set, below: element)
        }
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first place whose element does not come before what is looked for, in a sorted collection.
    func partitionPoint(_ comesBefore: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if comesBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
