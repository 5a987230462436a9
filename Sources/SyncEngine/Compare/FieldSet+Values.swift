import KubeCore

/// A set beside the values whose paths it has.
extension JSONValue {
    /// The value without the fields of a set; `nil` if nothing is left of it.
    ///
    /// What has something below it in the set goes when all of that has gone, and an element of a list also when only
    /// its key is left.
    ///
    /// - Parameters:
    ///   - fields: What to remove.
    ///   - isWhole: Whether what is itself in the set goes with everything in it, be that in the set or not.
    /// - Returns: What is left; `nil` if that is nothing.
    func removing(_ fields: FieldSet, wholly isWhole: Bool = false) -> JSONValue? {
        if fields.isMember, isWhole || fields.children.isEmpty { return Optional<JSONValue>.none }
        switch self {
        case .object(let members):
            let kept = members.members.compactMap { member -> JSONObject.Member? in
                let below = fields[.field(member.key)]
                guard !below.isEmpty else { return member }
                return member.value.removing(below, wholly: isWhole).map {
                    JSONObject.Member(key: member.key, value: $0)
                }
            }
            guard !kept.isEmpty || members.isEmpty else { return Optional<JSONValue>.none }
            return .object(JSONObject(uniqueMembers: kept))
        case .array(let elements):
            let kept = elements.compactMap { $0.removingElement(fields, wholly: isWhole) }
            guard !kept.isEmpty || elements.isEmpty else { return Optional<JSONValue>.none }
            return .array(kept)
        case .null, .bool, .int, .double, .string:
            return self
        }
    }

    /// The same for an element, by the set of its list.
    private func removingElement(_ list: FieldSet, wholly isWhole: Bool) -> JSONValue? {
        guard let step = list.step(to: self) else { return self }
        let below = list[step]
        guard case .key(let key) = step, !below.children.isEmpty, !(isWhole && below.isMember) else {
            return below.isMember ? Optional<JSONValue>.none : self
        }
        guard let members = object else { return self }
        var inner = below
        for name in key.keys { inner[.field(name)] = FieldSet() }
        let rest = JSONValue.object(members).removing(inner, wholly: isWhole)?.object ?? JSONObject()
        let isKeyAlone = rest.members.allSatisfy { key[$0.key] != nil }
        if isKeyAlone, below.isMember { return Optional<JSONValue>.none }
        var kept = rest
        for member in key where kept[member.key] == nil { kept[member.key] = member.value }
        return .object(kept)
    }
}

extension FieldSet {
    /// The step that leads to an element of a list; `nil` if the set has none.
    func step(to element: JSONValue) -> Step? {
        if children[.value(element)] != nil { return .value(element) }
        guard let members = element.object else { return nil }
        return children.keys.first { step in
            guard case .key(let key) = step else { return false }
            return key.members.allSatisfy { members[$0.key] == $0.value }
        }
    }

    /// The steps to a place in an object, named as this set names them, as far as it knows them.
    ///
    /// - Parameters:
    ///   - pointer: The place, with elements by their numbers.
    ///   - value: The object in which they are counted.
    /// - Returns: The steps; fewer than the pointer has, if the set has nothing there or owns the way to it as a whole.
    func steps(to pointer: JSONPointer, in value: JSONValue) -> [Step] {
        var (node, value) = (self, value)
        var steps: [Step] = []
        for name in pointer.steps {
            guard let next = value[JSONPointer([name])] else { return steps }
            let step: Step?
            if value.array != nil { step = node.step(to: next) } else { step = .field(name) }
            guard let step, let below = node.children[step] else { return steps }
            steps.append(step)
            (node, value) = (below, next)
        }
        return steps
    }

    /// What the set has at the end of a path, and below.
    func below(_ steps: some Sequence<Step>) -> FieldSet { steps.reduce(self) { $0[$1] } }

    /// The set without what is at the end of a path, and below.
    func removing(at steps: some Collection<Step>) -> FieldSet {
        guard let step = steps.first else { return FieldSet() }
        var copy = self
        copy[step] = copy[step].removing(at: steps.dropFirst())
        return copy
    }
}
