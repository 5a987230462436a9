import KubeCore

/// Reads the members of an object of a spec; complaints say which field.
///
/// A member that is null is absent, as for the API server. Members that nobody asked for are ``others``.
struct FieldReader {
    private(set) var field: String
    private let members: JSONObject
    private var known: Set<String> = []

    init(_ value: JSONValue, at field: String) throws(FieldFailure) {
        guard let members = value.object else { throw Self.failure(field, "an object", value) }
        self.init(members, at: field)
    }

    init(_ members: JSONObject, at field: String) {
        self.members = members
        self.field = field
    }

    /// What has not been asked for: kept, so that writing an Application back loses nothing.
    var others: JSONObject {
        JSONObject(uniqueMembers: members.members.filter { !known.contains($0.key) && !$0.value.isNull })
    }

    /// Says that a member is known that is read elsewhere.
    mutating func pass(_ name: String) { known.insert(name) }

    mutating func text(_ name: String) throws(FieldFailure) -> String {
        guard let value = value(name) else { return "" }
        return try Self.text(value, at: path(name))
    }

    mutating func flag(_ name: String) throws(FieldFailure) -> Bool {
        guard let value = value(name) else { return false }
        guard let flag = value.bool else { throw Self.failure(path(name), "true or false", value) }
        return flag
    }

    mutating func texts(_ name: String) throws(FieldFailure) -> [String] {
        try list(name) { (value, field) throws(FieldFailure) in try Self.text(value, at: field) }
    }

    mutating func object(_ name: String) throws(FieldFailure) -> JSONObject? {
        guard let value = value(name) else { return nil }
        guard let object = value.object else { throw Self.failure(path(name), "an object", value) }
        return object
    }

    /// Texts by name, as labels are.
    mutating func textsByName(_ name: String) throws(FieldFailure) -> [String: String] {
        var texts: [String: String] = [:]
        for member in try object(name) ?? JSONObject() {
            texts[member.key] = try Self.text(member.value, at: "\(path(name)).\(member.key)")
        }
        return texts
    }

    /// Truth values by name.
    mutating func flagsByName(_ name: String) throws(FieldFailure) -> [String: Bool] {
        var flags: [String: Bool] = [:]
        for member in try object(name) ?? JSONObject() {
            let field = "\(path(name)).\(member.key)"
            guard let flag = member.value.bool else {
                throw Self.failure(field, "true or false", member.value)
            }
            flags[member.key] = flag
        }
        return flags
    }

    /// A whole number, also where it is written as text.
    mutating func number(_ name: String) throws(FieldFailure) -> Int64 {
        guard let value = value(name) else { return 0 }
        guard let number = value.int ?? value.string.flatMap({ Int64($0) }) else {
            throw Self.failure(path(name), "a whole number", value)
        }
        return number
    }

    mutating func list<Element>(
        _ name: String, _ element: (JSONValue, String) throws(FieldFailure) -> Element
    ) throws(FieldFailure) -> [Element] {
        guard let value = value(name) else { return [] }
        guard let values = value.array else { throw Self.failure(path(name), "a list", value) }
        var elements: [Element] = []
        for (index, value) in values.enumerated() {
            elements.append(try element(value, "\(path(name))[\(index)]"))
        }
        return elements
    }

    /// An object that has its own reader; `nil` if it is not there.
    mutating func part<Part>(
        _ name: String, _ part: (inout FieldReader) throws(FieldFailure) -> Part
    ) throws(FieldFailure) -> Part? {
        guard let value = value(name) else { return nil }
        var reader = try FieldReader(value, at: path(name))
        return try part(&reader)
    }

    private mutating func value(_ name: String) -> JSONValue? {
        known.insert(name)
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    private func path(_ name: String) -> String { "\(field).\(name)" }

    private static func text(_ value: JSONValue, at field: String) throws(FieldFailure) -> String {
        guard let text = value.string else { throw failure(field, "text", value) }
        return text
    }

    private static func failure(_ field: String, _ wanted: String, _ value: JSONValue) -> FieldFailure {
        FieldFailure(field: field, problem: "must be \(wanted), not \(value.nounPhrase)")
    }
}

/// Writes members and leaves out what says nothing.
struct FieldWriter {
    private(set) var members: JSONObject

    /// Begins with members that are written as they were read.
    init(_ others: JSONObject) {
        members = others
    }

    var value: JSONValue { .object(members) }

    mutating func write(_ name: String, _ text: String) {
        if !text.isEmpty { members[name] = .string(text) }
    }

    mutating func write(_ name: String, _ flag: Bool) {
        if flag { members[name] = true }
    }

    mutating func write(_ name: String, _ list: [JSONValue]) {
        if !list.isEmpty { members[name] = .array(list) }
    }

    mutating func write(_ name: String, _ texts: [String]) {
        write(name, texts.map { .string($0) })
    }

    mutating func write(_ name: String, _ texts: [String: String]) {
        write(name, object: JSONObject(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    mutating func write(_ name: String, _ flags: [String: Bool]) {
        write(name, object: JSONObject(flags.sorted { $0.key < $1.key }.map { ($0.key, .bool($0.value)) }))
    }

    mutating func write(_ name: String, object: JSONObject) {
        if !object.isEmpty { members[name] = .object(object) }
    }
}
