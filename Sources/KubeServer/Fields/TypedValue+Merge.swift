import KubeCore

extension TypedValue {
    /// This value with what `other` sets put over it.
    ///
    /// Both are valid for the shape.
    func merging(_ other: JSONValue) throws(TypedFailure) -> TypedValue {
        TypedValue(value: try Self.merge(value, other, shape) ?? .null, shape: shape)
    }

    private static func merge(_ left: JSONValue?, _ right: JSONValue?, _ shape: Shape) throws(TypedFailure)
        -> JSONValue?
    {
        switch shape.parts(of: left, and: right) {
        case .whole:
            return right ?? left
        case .elements(let element, let identity):
            let (one, other) = (left?.array ?? [], right?.array ?? [])
            if one.isEmpty, other.isEmpty { return right ?? left }
            return .array(try merge(one, other, element, identity))
        case .members(let inner, _):
            let (one, other) = (left?.object ?? JSONObject(), right?.object ?? JSONObject())
            if one.isEmpty, other.isEmpty { return right ?? left }
            return .object(try merge(one, other, inner))
        }
    }

    /// Elements of the left in their places, then those that only the right has.
    private static func merge(
        _ left: [JSONValue], _ right: [JSONValue], _ element: Shape, _ identity: ListIdentity
    ) throws(TypedFailure) -> [JSONValue] {
        var incoming: [PathElement: JSONValue] = [:]
        var order: [PathElement] = []
        for (index, item) in right.enumerated() {
            let place = try PathElement(of: item, at: index, by: identity, element)
            if incoming.updateValue(item, forKey: place) == nil { order.append(place) }
        }
        var result: [JSONValue] = []
        for (index, item) in left.enumerated() {
            let place = try PathElement(of: item, at: index, by: identity, element)
            if let merged = try merge(item, incoming.removeValue(forKey: place), element) {
                result.append(merged)
            }
        }
        for place in order {
            guard let item = incoming[place], let merged = try merge(nil, item, element) else { continue }
            result.append(merged)
        }
        return result
    }

    private static func merge(
        _ left: JSONObject, _ right: JSONObject, _ inner: (String) -> Shape?
    ) throws(TypedFailure) -> JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(left.count + right.count)
        for member in left {
            let shape = inner(member.key) ?? .any
            guard let merged = try merge(member.value, right[member.key], shape) else { continue }
            members.append(.init(key: member.key, value: merged))
        }
        for member in right where left[member.key] == nil {
            guard let merged = try merge(nil, member.value, inner(member.key) ?? .any) else { continue }
            members.append(.init(key: member.key, value: merged))
        }
        return JSONObject(uniqueMembers: members)
    }
}

/// Which fields differ between two values.
struct FieldComparison: Equatable {
    /// Fields that only the new value has.
    var added = FieldSet()
    /// Fields that both have, with different values.
    var modified = FieldSet()
    /// Fields that only the old value has.
    var removed = FieldSet()

    var isSame: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }

    fileprivate enum Change { case added, modified, removed }

    /// Takes in what was found below a field.
    fileprivate mutating func insert(_ below: FieldComparison, _ change: Change?, at place: PathElement) {
        added.insert(below.added, below: place)
        modified.insert(below.modified, below: place)
        removed.insert(below.removed, below: place)
        switch change {
        case nil: break
        case .added: added.insert(place)
        case .modified: modified.insert(place)
        case .removed: removed.insert(place)
        }
    }
}

extension TypedValue {
    /// What `new` changes in this value.
    func comparison(with new: JSONValue) throws(TypedFailure) -> FieldComparison {
        try Self.compare(value, new, shape).below
    }

    private static func compare(
        _ old: JSONValue?, _ new: JSONValue?, _ shape: Shape
    ) throws(TypedFailure) -> (change: FieldComparison.Change?, below: FieldComparison) {
        var below = FieldComparison()
        // Most of an object does not change; what is equal has nothing below it either.
        if let old, let new, old == new { return (nil, below) }
        switch shape.parts(of: old, and: new) {
        case .whole:
            return (change(old, new), below)
        case .elements(let element, let identity):
            let (one, other) = (old?.array ?? [], new?.array ?? [])
            if one.isEmpty, other.isEmpty { return (change(old, new), below) }
            try compare(one, other, element, identity, into: &below)
        case .members(let inner, _):
            let (one, other) = (old?.object ?? JSONObject(), new?.object ?? JSONObject())
            if one.isEmpty, other.isEmpty { return (change(old, new), below) }
            for member in one {
                let (change, inside) = try compare(member.value, other[member.key], inner(member.key) ?? .any)
                below.insert(inside, change, at: .field(member.key))
            }
            for member in other where one[member.key] == nil {
                let (change, inside) = try compare(nil, member.value, inner(member.key) ?? .any)
                below.insert(inside, change, at: .field(member.key))
            }
        }
        return (old == nil ? .added : (new == nil ? .removed : nil), below)
    }

    private static func compare(
        _ old: [JSONValue], _ new: [JSONValue], _ element: Shape, _ identity: ListIdentity,
        into below: inout FieldComparison
    ) throws(TypedFailure) {
        var incoming: [PathElement: JSONValue] = [:]
        for (index, item) in new.enumerated() {
            incoming[try PathElement(of: item, at: index, by: identity, element)] = item
        }
        for (index, item) in old.enumerated() {
            let place = try PathElement(of: item, at: index, by: identity, element)
            let (change, inside) = try compare(item, incoming.removeValue(forKey: place), element)
            below.insert(inside, change, at: place)
        }
        for (place, item) in incoming {
            let (change, inside) = try compare(nil, item, element)
            below.insert(inside, change, at: place)
        }
    }

    private static func change(_ old: JSONValue?, _ new: JSONValue?) -> FieldComparison.Change? {
        guard let old else { return new == nil ? nil : .added }
        guard let new else { return .removed }
        return old == new ? nil : .modified
    }
}
