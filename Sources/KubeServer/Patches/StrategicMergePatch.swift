import KubeCore

/// Kubernetes' own patch: lists of objects are merged by a key that the type names.
///
/// Directives: `$patch` (`replace`, `delete`, `merge`), `$retainKeys`, `$deleteFromPrimitiveList/NAME` and
/// `$setElementOrder/NAME`.
struct StrategicMergePatch {
    private let patch: JSONObject

    init(_ patch: JSONObject) {
        self.patch = patch
    }

    /// The object with the patch merged in.
    func applied(to object: JSONObject, _ shape: Shape) throws(StatusFailure) -> JSONObject {
        try Self.merge(patch, into: object, shape)
    }

    private static let deletion = "$deleteFromPrimitiveList/"
    private static let ordering = "$setElementOrder/"

    private static func merge(
        _ patch: JSONObject, into object: JSONObject, _ shape: Shape
    ) throws(StatusFailure) -> JSONObject {
        switch patch["$patch"]?.string {
        case "replace": return try cleaned(patch)
        case "delete": return JSONObject()
        case nil, "merge": break
        case let other?: throw .badRequest("Unknown patch type \(other)")
        }
        var result = object
        if let kept = patch["$retainKeys"]?.array {
            for member in object where !kept.contains(.string(member.key)) { result[member.key] = nil }
        }
        for member in patch where member.key.hasPrefix(deletion) {
            let name = String(member.key.dropFirst(deletion.count))
            let gone = member.value.array ?? []
            result[name] = result[name]?.array.map { .array($0.filter { !gone.contains($0) }) }
        }
        for member in patch where !member.key.hasPrefix("$") {
            try merge(member, into: &result, shape, order: patch[ordering + member.key]?.array)
        }
        for member in patch where member.key.hasPrefix(ordering) {
            let name = String(member.key.dropFirst(ordering.count))
            guard patch[name] == nil, let list = result[name]?.array, let order = member.value.array else {
                continue
            }
            let key = shape.structure?[name]?.patch.mergeKey ?? ""
            result[name] = .array(ordered(list, by: order, key, original: list))
        }
        return result
    }

    private static func merge(
        _ member: JSONObject.Member, into result: inout JSONObject, _ shape: Shape, order: [JSONValue]?
    ) throws(StatusFailure) {
        let name = member.key
        let field = shape.structure?[name]
        let inner = field?.shape ?? shape.element
        if member.value.isNull {
            result[name] = nil
        } else if let patch = member.value.object {
            let before = result[name]?.object
            result[name] = .object(try merge(patch, into: before ?? JSONObject(), inner))
        } else if let patch = member.value.array, let key = field?.patch.mergeKey {
            let before = result[name]?.array ?? []
            let list = key.isEmpty ? union(before, patch) : try merge(patch, into: before, inner.element, key)
            result[name] = .array(ordered(list, by: order ?? patch, key, original: before))
        } else {
            result[name] = member.value
        }
    }

    private static func union(_ list: [JSONValue], _ more: [JSONValue]) -> [JSONValue] {
        more.reduce(into: list) { if !$0.contains($1) { $0.append($1) } }
    }

    private static func merge(
        _ patch: [JSONValue], into list: [JSONValue], _ shape: Shape, _ key: String
    ) throws(StatusFailure) -> [JSONValue] {
        if patch.contains(where: { $0["$patch"] == "replace" }) {
            var kept: [JSONValue] = []
            for item in patch where item["$patch"] == nil {
                kept.append(.object(try cleaned(item.object ?? JSONObject())))
            }
            return kept
        }
        var result = list
        for item in patch {
            guard let object = item.object, let identity = object[key] else {
                let members = (item.object?.members ?? []).map {
                    "\($0.key):\($0.value.string ?? $0.value.text)"
                }
                throw .internalError(
                    "map: map[\(members.sorted().joined(separator: " "))] does not contain declared merge key: \(key)"
                )
            }
            let place = result.firstIndex { $0[key] == identity }
            if object["$patch"] == "delete" {
                result.removeAll { $0[key] == identity }
            } else if let place {
                result[place] = .object(try merge(object, into: result[place].object ?? JSONObject(), shape))
            } else {
                result.append(.object(try merge(object, into: JSONObject(), shape)))
            }
        }
        return result
    }

    /// Without directives and nulls.
    private static func cleaned(_ object: JSONObject) throws(StatusFailure) -> JSONObject {
        JSONObject(uniqueMembers: object.members.filter { !$0.key.hasPrefix("$") && !$0.value.isNull })
    }

    /// The elements in the wanted order; those that the order does not name keep their place among their neighbours.
    private static func ordered(
        _ list: [JSONValue], by order: [JSONValue], _ key: String, original: [JSONValue]
    ) -> [JSONValue] {
        func identity(_ value: JSONValue) -> JSONValue { key.isEmpty ? value : value[key] ?? .null }
        let wanted = order.map(identity)
        let named = list.filter { wanted.contains(identity($0)) }
            .sorted {
                (wanted.firstIndex(of: identity($0)) ?? 0) < (wanted.firstIndex(of: identity($1)) ?? 0)
            }
        let before = original.map(identity)
        var rest = list.filter { !wanted.contains(identity($0)) }[...]
        var result: [JSONValue] = []
        for item in named {
            let place = before.firstIndex(of: identity(item))
            while let place, let other = rest.first, let otherPlace = before.firstIndex(of: identity(other)),
                otherPlace < place
            {
                result.append(other)
                rest.removeFirst()
            }
            result.append(item)
        }
        return result + rest
    }
}

extension Shape {
    /// What lists and maps of this shape hold.
    var element: Shape {
        switch self {
        case .list(let element, _), .map(let element): element
        case .string, .boolean, .int32, .int64, .double, .bytes, .time, .microTime, .duration, .quantity,
            .intOrString, .any, .open, .builtIn, .structure:
            .any
        }
    }
}
