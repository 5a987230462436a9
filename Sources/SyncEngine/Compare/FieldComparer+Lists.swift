import KubeCore

/// Lists whose elements have owners of their own.
extension FieldComparer {
    /// Compares a list that is merged, by its elements' keys or as a set.
    mutating func compareElements(_ desired: [JSONValue], _ live: JSONValue?, _ owned: FieldSet) {
        if owned.isEmpty { return note(.notOwned) }
        guard case .array(let live)? = live else { return note(.value) }
        guard desired.count >= owned.children.count else { return note(.dropped) }
        guard desired.count == owned.children.count else { return note(.notOwned) }
        if owned.children.keys.allSatisfy(\.isValue) {
            compareSet(desired, live, owned)
        } else {
            compareKeyed(desired, live, owned)
        }
    }

    /// Compares a set of scalars.
    private mutating func compareSet(_ desired: [JSONValue], _ live: [JSONValue], _ owned: FieldSet) {
        let places = Dictionary(live.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var last = -1
        for element in desired {
            guard owned.children[.value(element)] != nil else { return note(.notOwned) }
            guard let place = places[element] else { return note(.value) }
            guard place > last else { return note(.order) }
            last = place
        }
    }

    /// Compares a list of objects, each with the live one that has its key.
    private mutating func compareKeyed(_ desired: [JSONValue], _ live: [JSONValue], _ owned: FieldSet) {
        guard let keys = ElementKeys(owned) else { return note(.value) }
        var places: [JSONObject: Int] = [:]
        for (place, element) in live.enumerated() {
            // Two elements with one key: which one an apply would change, only the server knows.
            guard let key = keys.whole(of: element), places.updateValue(place, forKey: key) == nil else {
                return note(.value)
            }
        }
        var last = -1
        for element in desired {
            guard let key = keys.owned(for: element) else { return note(.notOwned) }
            path.enter(element: key)
            defer { path.leave() }
            guard let place = places[key] else { return note(.value) }
            guard place > last else { return note(.order) }
            last = place
            compare(element, live[place], owned: owned[.key(key)])
        }
    }
}

/// The keys by which the elements of a list are told apart, as the server has written them.
private struct ElementKeys {
    let names: [String]
    let owned: FieldSet

    /// `nil` if the steps are not all keys of the same names.
    init?(_ owned: FieldSet) {
        var names: Set<String>?
        for step in owned.children.keys {
            guard case .key(let key) = step, names == nil || names == Set(key.keys) else { return nil }
            names = Set(key.keys)
        }
        guard let names else { return nil }
        self.names = names.sorted()
        self.owned = owned
    }

    /// The key of a live element, which has every part of it.
    func whole(of element: JSONValue) -> JSONObject? {
        var members: [JSONObject.Member] = []
        for name in names {
            guard let value = element[name] else { return nil }
            members.append(JSONObject.Member(key: name, value: value))
        }
        return JSONObject(uniqueMembers: members)
    }

    /// The owned key of an element of a manifest, which may leave out a part that has a default.
    ///
    /// A part that the manifest leaves out must not be owned as a field either: then it was once written out,
    /// with whatever value.
    func owned(for element: JSONValue) -> JSONObject? {
        if let key = whole(of: element) { return owned.children[.key(key)] == nil ? nil : key }
        let given = names.filter { element[$0] != nil }
        var found: JSONObject?
        for (step, fields) in owned.children {
            guard case .key(let key) = step, given.allSatisfy({ key[$0] == element[$0] }),
                names.allSatisfy({ given.contains($0) || fields.children[.field($0)] == nil })
            else { continue }
            // Two keys fit: the element alone does not tell which it is.
            guard found == nil else { return nil }
            found = key
        }
        return found
    }
}

extension FieldSet.Step {
    fileprivate var isValue: Bool {
        if case .value = self { true } else { false }
    }
}
