import KubeCore

/// How a sync leaves alone what does not count (S109).
extension IgnoredFields {
    /// Who else looks after a field.
    enum Care {
        /// Server-side apply: what another manager owns is left out of the manifest, and stays as it is with its
        /// owner. Not so for managers whose fields we take over.
        case owners(exceptFor: Set<String>)
        /// The manifest replaces what is there, so it must have everything itself.
        case nobody
    }

    /// A manifest that changes nothing of what does not count.
    ///
    /// What nobody else owns is sent with its live value: left out, it would go. What is not there in the cluster is
    /// not sent either.
    ///
    /// - Parameters:
    ///   - target: What is wanted.
    ///   - live: The object as it is.
    ///   - care: Who else looks after what is left out.
    /// - Returns: What is to be sent.
    /// - Rule: S109.
    func kept(in target: KubeObject, from live: KubeObject, _ care: Care) -> KubeObject {
        var json = JSONValue.object(target.json)
        let current = JSONValue.object(live.json)
        for pointer in pointers { json = keep(pointer, in: json, from: current, live, care) }
        switch care {
        case .owners(let taken):
            let others = live.fields { managers.contains($0.manager) && !taken.contains($0.manager) }
            json = json.removing(others) ?? [:]
            let own = live.fields { managers.contains($0.manager) && taken.contains($0.manager) }
            json = json.taking(own.subtracting(others), from: current)
        case .nobody:
            json = json.taking(live.fields { managers.contains($0.manager) }, from: current)
        }
        var kept = KubeObject(json.object ?? JSONObject())
        kept["status"] = nil
        return kept
    }

    private func keep(
        _ pointer: JSONPointer, in json: JSONValue, from current: JSONValue, _ live: KubeObject, _ care: Care
    ) -> JSONValue {
        guard let value = current[pointer] else { return json.removing(pointer) }
        guard case .owners(let taken) = care else { return json.setting(pointer, to: value) }
        let others = live.fields { $0.manager != Tracking.fieldManager && !taken.contains($0.manager) }
        if others.isSoleField(pointer, in: current) { return json.removing(pointer) }
        let own = live.appliedFields(of: Tracking.fieldManager)?.fields ?? FieldSet()
        guard json[pointer] != nil || own.covers(pointer, in: current) else { return json }
        return json.setting(pointer, to: value)
    }
}

extension FieldSet {
    /// Whether the set has the very place, and nothing below it; keys of elements are no such places, for without them
    /// an element is none.
    fileprivate func isSoleField(_ pointer: JSONPointer, in value: JSONValue) -> Bool {
        let steps = steps(to: pointer, in: value)
        let node = below(steps)
        guard steps.count == pointer.steps.count, node.isMember, node.children.isEmpty else { return false }
        guard case .field(let name)? = steps.last, case .key(let key)? = steps.dropLast().last else {
            return true
        }
        return key[name] == nil
    }

    /// Whether the set has the place, something below it, or as a whole something that it is in.
    fileprivate func covers(_ pointer: JSONPointer, in value: JSONValue) -> Bool {
        let steps = steps(to: pointer, in: value)
        let node = below(steps)
        return steps.count == pointer.steps.count ? !node.isEmpty : node.isMember && node.children.isEmpty
    }
}

extension JSONValue {
    /// The value with the fields of a set as they are in another.
    fileprivate func taking(_ fields: FieldSet, from other: JSONValue) -> JSONValue {
        guard !fields.children.isEmpty else { return fields.isMember ? other : self }
        switch (self, other) {
        case (.object(var members), .object(let others)):
            for (step, below) in fields.children {
                guard case .field(let name) = step, let value = others[name] else { continue }
                if let own = members[name] {
                    members[name] = own.taking(below, from: value)
                } else if below.children.isEmpty {
                    members[name] = value
                }
            }
            return .object(members)
        case (.array(let elements), .array(let others)):
            return .array(
                elements.map { element in
                    guard let step = fields.step(to: element), case .key = step,
                        let match = others.first(where: { fields.step(to: $0) == step })
                    else { return element }
                    return element.taking(fields[step], from: match)
                })
        default:
            return self
        }
    }
}
