public import KubeCore

/// What a server-side apply would make of an object, as far as can be told without the server: by the owners of its
/// fields. Defaults that come back and what admission does, only the server knows.
struct LocalApply {
    var manager: String
    /// Managers whose fields become ours by the apply (S101).
    var takenOver: Set<String>

    /// The object after the apply.
    ///
    /// - Parameters:
    ///   - desired: The manifest as it is sent.
    ///   - live: The object as it is.
    /// - Returns: The live object with the manifest's fields, and without ours that the manifest has no more.
    func result(of desired: KubeObject, on live: KubeObject) -> KubeObject {
        let named = JSONValue.object(desired.json)
        let lost = live.fields(where: isOurs).notNamed(in: named)
            .exclusive(of: live.fields { !isOurs($0) })
        let all = live.fields { _ in true }
        let rest = JSONValue.object(live.json).removing(lost, wholly: true) ?? [:]
        return KubeObject(rest.merged(with: named, all).object ?? live.json)
    }

    private func isOurs(_ entry: ManagedFields) -> Bool {
        entry.subresource.isEmpty && entry.operation == .apply && entry.manager == manager
            || entry.isTakenOver(from: takenOver, by: manager)
    }
}

extension KubeObject {
    /// What a rehearsed apply leaves in the object, and the apply itself would not: fields that are taken over first, in
    /// which the rehearsal could not include that.
    ///
    /// - Parameter answer: What the server answered to the rehearsal.
    /// - Returns: The answer without them; `nil` if there are none.
    public func afterTakeOver(_ answer: KubeObject) -> KubeObject? {
        let isTaken = { (entry: ManagedFields) in
            entry.isTakenOver(from: Self.takenOver, by: Tracking.fieldManager)
        }
        var taken = fields(where: isTaken)
        taken[.field("status")] = FieldSet()
        let lost = taken.exclusive(of: answer.fields { !isTaken($0) })
        guard !lost.isEmpty, let rest = JSONValue.object(answer.json).removing(lost, wholly: true)?.object,
            rest != answer.json
        else { return nil }
        return KubeObject(rest)
    }
}

extension FieldSet {
    /// What the set has and a manifest does not name.
    fileprivate func notNamed(in value: JSONValue) -> FieldSet {
        var rest = FieldSet()
        for (step, below) in children {
            switch step {
            case .field(let name): rest[step] = value[name].map(below.notNamed(in:)) ?? below
            case .key, .value:
                let element = value.array?.first { self.step(to: $0) == step }
                rest[step] = element.map(below.notNamed(in:)) ?? below
            case .index: continue
            }
        }
        return rest
    }
}

extension JSONValue {
    /// The value with a manifest's over it; lists are merged where somebody owns their elements one by one.
    fileprivate func merged(with desired: JSONValue, _ owned: FieldSet) -> JSONValue {
        switch (self, desired) {
        case (.object(var members), .object(let others)):
            // What is owned as a whole is replaced as a whole.
            if owned.isMember, owned.children.isEmpty, !members.isEmpty { return desired }
            for member in others {
                let below = owned[.field(member.key)]
                members[member.key] = members[member.key]?.merged(with: member.value, below) ?? member.value
            }
            return .object(members)
        case (.array(var elements), .array(let others)) where !owned.children.isEmpty:
            for other in others {
                let step = owned.step(to: other)
                let place = elements.firstIndex { $0 == other || (step != nil && owned.step(to: $0) == step) }
                if let place {
                    elements[place] = elements[place].merged(
                        with: other, step.map { owned[$0] } ?? FieldSet())
                } else {
                    elements.append(other)
                }
            }
            return .array(elements)
        default:
            return desired
        }
    }
}
