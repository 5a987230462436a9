import KubeCore

/// Walks through a manifest, its live object and the fields that we own, side by side.
struct FieldComparer {
    /// Whether the kind comes with Kubernetes: then its quantities and defaults are known, and what is empty
    /// and not there is the same.
    let isBuiltIn: Bool
    let limit: Int
    private(set) var differences: [FieldDifference] = []
    var path = FieldPath()

    init(isBuiltIn: Bool, limit: Int) {
        self.isBuiltIn = isBuiltIn
        self.limit = limit
    }

    /// Compares a value; `owned` is what we own at this path and below, and empty if that is nothing.
    mutating func compare(_ desired: JSONValue, _ live: JSONValue?, owned: FieldSet) {
        guard differences.count < limit else { return }
        let live = live == .null ? nil : live
        switch desired {
        case .object(let members):
            if members.isEmpty {
                compareEmpty(object: live, owned)
            } else if owned.isLeaf {
                compareWhole(desired, live)
            } else {
                compareMembers(members, live, owned)
            }
        case .array(let elements):
            if elements.isEmpty {
                compareEmpty(list: live, owned)
            } else if owned.isLeaf {
                compareWhole(desired, live)
            } else {
                compareElements(elements, live, owned)
            }
        case .null, .bool, .int, .double, .string:
            compareScalar(desired, live, owned)
        }
    }

    mutating func note(_ reason: FieldDifference.Reason) {
        guard differences.count < limit else { return }
        differences.append(FieldDifference(path: path.description, reason: reason))
    }

    /// Compares an object member by member.
    private mutating func compareMembers(_ desired: JSONObject, _ live: JSONValue?, _ owned: FieldSet) {
        if let live, live.object == nil { return note(.value) }
        let live = MemberLookup(live?.object)
        var ownedMembers = 0
        for member in desired.members {
            let fields = owned[.field(member.key)]
            if !fields.isEmpty { ownedMembers += 1 }
            path.enter(member.key)
            compare(member.value, live[member.key], owned: fields)
            path.leave()
        }
        guard ownedMembers < owned.children.count else { return }
        for step in owned.children.keys {
            guard case .field(let name) = step else { return note(.value) }
            guard desired[name] == nil else { continue }
            path.enter(name)
            note(.dropped)
            path.leave()
        }
    }

    /// Compares a value that is neither an object nor a list.
    private mutating func compareScalar(_ desired: JSONValue, _ live: JSONValue?, _ owned: FieldSet) {
        guard owned.children.isEmpty else { return note(.value) }
        if desired.isNull {
            // To a built-in kind `null` is "not there"; in a custom one it may be a value, which we then own.
            if live != nil || !(isBuiltIn || owned.isMember) { note(.value) }
            return
        }
        guard owned.isMember else { return note(.notOwned) }
        guard let live else {
            // The server leaves out what has its type's zero value. Ownership tells that nobody has removed
            // it: who removes a field, takes it from its owners.
            if !desired.isZero { note(.value) }
            return
        }
        if !isSame(desired, live) { note(.value) }
    }

    /// Compares an empty object, which may stand for one that is merged (and adds nothing) or one that
    /// replaces.
    private mutating func compareEmpty(object live: JSONValue?, _ owned: FieldSet) {
        guard owned.children.isEmpty else { return note(.dropped) }
        let isMerged = KnownFields.isMergedMap(path, isBuiltIn: isBuiltIn)
        switch live {
        case nil: if !(owned.isMember || isMerged) { note(.notOwned) }
        case .object(let members)?: if !(members.isEmpty || isMerged) { note(.value) }
        default: note(.value)
        }
    }

    /// Compares an empty list.
    private mutating func compareEmpty(list live: JSONValue?, _ owned: FieldSet) {
        guard owned.children.isEmpty else { return note(.dropped) }
        switch live {
        case nil: if !(owned.isMember || isBuiltIn) { note(.notOwned) }
        case .array(let elements)?: if !elements.isEmpty { note(.value) }
        default: note(.value)
        }
    }

    /// Whether two scalars mean the same here.
    func isSame(_ desired: JSONValue, _ live: JSONValue) -> Bool {
        switch (desired, live) {
        case (.int(let number), .double(let other)), (.double(let other), .int(let number)):
            return Int64(exactly: other) == number
        case (.string(let text), .string(let other)) where text != other:
            guard isBuiltIn, KnownFields.isQuantity(path), let quantity = Quantity(text) else { return false }
            return quantity == Quantity(other)
        default:
            return desired == live
        }
    }
}

extension FieldSet {
    /// Whether the path is owned as a whole.
    fileprivate var isLeaf: Bool { isMember && children.isEmpty }
}

extension JSONValue {
    /// Whether this is the value that a field has when nobody sets it.
    fileprivate var isZero: Bool { self == false || self == 0 || self == 0.0 || self == "" }
}

/// The members of an object by name; a ConfigMap may have thousands, most objects have a handful.
private struct MemberLookup {
    private let members: JSONObject
    private let table: [String: JSONValue]?

    init(_ object: JSONObject?) {
        members = object ?? JSONObject()
        table =
            members.count < 32
            ? nil : Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(name: String) -> JSONValue? {
        if let table { table[name] } else { members[name] }
    }
}
