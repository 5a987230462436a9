public import KubeCore

/// One change of one place in an object, as in a JSON patch.
public enum FieldChange: Hashable, Sendable {
    case add(JSONPointer, JSONValue)
    case remove(JSONPointer, was: JSONValue)
    case replace(JSONPointer, JSONValue, was: JSONValue)

    /// The changes that lead from one object to another, if they are made one after the other.
    static func changes(from old: JSONObject, to new: JSONObject) -> [FieldChange] {
        changes(from: .object(old), to: .object(new), at: [])
    }

    private static func changes(
        from old: JSONValue, to new: JSONValue, at path: [String]
    ) -> [FieldChange] {
        guard old != new else { return [] }
        switch (old, new) {
        case (.object(let members), .object(let others)): return changes(from: members, to: others, at: path)
        case (.array(let elements), .array(let others)): return changes(from: elements, to: others, at: path)
        default: return [.replace(JSONPointer(path), new, was: old)]
        }
    }

    private static func changes(
        from old: JSONObject, to new: JSONObject, at path: [String]
    ) -> [FieldChange] {
        let names = (Array(old.keys) + new.keys.filter { old[$0] == nil }).sorted()
        return names.flatMap { name -> [FieldChange] in
            let place = JSONPointer(path + [name])
            switch (old[name], new[name]) {
            case (let before?, let after?): return changes(from: before, to: after, at: path + [name])
            case (let before?, nil): return [.remove(place, was: before)]
            case (nil, let after?): return [.add(place, after)]
            case (nil, nil): return []
            }
        }
    }

    /// Elements at the ends that are the same stay; those between are changed in their order.
    private static func changes(
        from old: [JSONValue], to new: [JSONValue], at path: [String]
    ) -> [FieldChange] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }
            .count
        let before = old[head..<(old.count - tail)]
        let after = new[head..<(new.count - tail)]
        func place(_ index: Int) -> [String] { path + ["\(index)"] }
        var found: [FieldChange] = []
        for (index, (element, other)) in zip(before, after).enumerated() {
            found += changes(from: element, to: other, at: place(head + index))
        }
        // From the back: what is removed moves what follows.
        for index in before.indices.dropFirst(after.count).reversed() {
            found.append(.remove(JSONPointer(place(index)), was: before[index]))
        }
        for index in after.indices.dropFirst(before.count) {
            found.append(.add(JSONPointer(place(index)), after[index]))
        }
        return found
    }
}
