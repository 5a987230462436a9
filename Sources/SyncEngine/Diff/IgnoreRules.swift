import KubeCore

/// Which fields of which objects do not count when a manifest is compared with the cluster (S164).
///
/// ```yaml
/// - group: apps
///   kind: Deployment
///   jsonPointers: [/spec/replicas]
/// - group: "*"
///   kind: "*"
///   managedFieldsManagers: [kube-controller-manager]
/// ```
public struct IgnoreRules: Hashable, Sendable {
    /// One entry.
    struct Rule: Hashable {
        var group: Glob
        var kind: Glob
        /// Empty: any.
        var name: String
        /// Empty: any.
        var namespace: String
        var pointers: [JSONPointer]
        /// What these managers own does not count.
        var managers: Set<String>

        func fits(_ key: ObjectKey) -> Bool {
            group.matches(key.group) && kind.matches(key.kind) && (name.isEmpty || name == key.name)
                && (namespace.isEmpty || namespace == key.namespace)
        }
    }

    var rules: [Rule]

    public init() {
        rules = []
    }

    /// These rules and others.
    public func adding(_ others: IgnoreRules) -> IgnoreRules {
        var all = self
        all.rules += others.rules
        return all
    }

    /// What does not count in one object.
    func fields(of key: ObjectKey) -> IgnoredFields {
        let fitting = rules.filter { $0.fits(key) }
        return IgnoredFields(
            pointers: fitting.flatMap(\.pointers),
            managers: fitting.reduce(into: []) { $0.formUnion($1.managers) })
    }
}

/// What does not count in one object.
struct IgnoredFields {
    var pointers: [JSONPointer]
    var managers: Set<String>

    var isEmpty: Bool { pointers.isEmpty && managers.isEmpty }

    /// An object without what does not count; who owns what, the live object says.
    func removed(from object: KubeObject, live: KubeObject) -> KubeObject {
        guard !isEmpty else { return object }
        var json = JSONValue.object(object.json)
        for pointer in pointers { json = json.removing(pointer) }
        json = json.removing(live.fields { managers.contains($0.manager) }) ?? [:]
        return KubeObject(json.object ?? JSONObject())
    }
}

extension KubeObject {
    /// What those entries of `managedFields` own together that are asked for.
    func fields(where isWanted: (ManagedFields) -> Bool) -> FieldSet {
        (self["metadata", "managedFields"]?.array ?? []).compactMap { ManagedFields($0) }.filter(isWanted)
            .reduce(FieldSet()) { $0.union($1.fields) }
    }
}

extension JSONValue {
    /// The value without what is at a place, if something is.
    func removing(_ pointer: JSONPointer) -> JSONValue {
        guard let name = pointer.steps.first, self[pointer] != nil else { return self }
        let rest = JSONPointer(Array(pointer.steps.dropFirst()))
        let place = JSONPointer([name])
        if var members = object {
            members[name] = rest.steps.isEmpty ? Optional<JSONValue>.none : self[place]?.removing(rest)
            return .object(members)
        }
        guard var elements = array, let index = Int(name) else { return self }
        if rest.steps.isEmpty {
            elements.remove(at: index)
        } else {
            elements[index] = elements[index].removing(rest)
        }
        return .array(elements)
    }

    /// The value with another one at a place; what is missing on the way is made, as far as it has names.
    func setting(_ pointer: JSONPointer, to value: JSONValue) -> JSONValue {
        guard let name = pointer.steps.first else { return value }
        let rest = JSONPointer(Array(pointer.steps.dropFirst()))
        switch self {
        case .object(var members):
            members[name] = (members[name] ?? [:]).setting(rest, to: value)
            return .object(members)
        case .array(var elements):
            guard let index = Int(name), elements.indices.contains(index) else { return self }
            elements[index] = elements[index].setting(rest, to: value)
            return .array(elements)
        case .null, .bool, .int, .double, .string:
            return self
        }
    }
}
