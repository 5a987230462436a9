import KubeCore

extension TypedValue {
    /// Every field that the value sets: what an applier of it owns.
    func fieldSet() throws(TypedFailure) -> FieldSet {
        try Self.fields(of: value, shape).below
    }

    /// What is set below a value, and whether the value itself counts as a field.
    private static func fields(
        of value: JSONValue, _ shape: Shape
    ) throws(TypedFailure) -> (isField: Bool, below: FieldSet) {
        var set = FieldSet()
        switch shape.parts(of: value) {
        case .whole:
            return (true, set)
        case .elements(let element, let identity):
            for (index, item) in (value.array ?? []).enumerated() {
                let place = try PathElement(of: item, at: index, by: identity, element)
                set.insert(try fields(of: item, element).below, below: place)
                set.insert(place)
            }
        case .members(let inner, let isDeclared):
            for member in value.object ?? JSONObject() {
                guard let shape = inner(member.key) else { continue }
                let (isField, below) = try fields(of: member.value, shape)
                set.insert(below, below: .field(member.key))
                if isField || !isDeclared(member.key) { set.insert(.field(member.key)) }
            }
        }
        return (false, set)
    }

    /// The value without the fields of a set.
    func removing(_ set: FieldSet) -> TypedValue {
        TypedValue(value: Self.removing(set, from: value, shape) ?? .null, shape: shape)
    }

    private static func removing(_ set: FieldSet, from value: JSONValue, _ shape: Shape) -> JSONValue? {
        switch shape.parts(of: value) {
        case .whole:
            return value
        case .elements(let element, let identity):
            var kept: [JSONValue] = []
            for (index, item) in (value.array ?? []).enumerated() {
                // Elements without identity were refused before; what has none is not in the set.
                guard let place = try? PathElement(of: item, at: index, by: identity, element) else {
                    continue
                }
                if set.contains(place) { continue }
                let below = set[place]
                kept.append(below.isEmpty ? item : removing(below, from: item, element) ?? .null)
            }
            return kept.isEmpty ? Optional<JSONValue>.none : .array(kept)
        case .members(let inner, _):
            var kept: [JSONObject.Member] = []
            for member in value.object ?? JSONObject() {
                let place = PathElement.field(member.key)
                if set.contains(place) { continue }
                let below = set[place]
                guard !below.isEmpty, let shape = inner(member.key) else {
                    kept.append(member)
                    continue
                }
                kept.append(
                    .init(key: member.key, value: removing(below, from: member.value, shape) ?? .null))
            }
            return kept.isEmpty ? Optional<JSONValue>.none : .object(JSONObject(uniqueMembers: kept))
        }
    }
}
