public import KubeCore

/// The form in which a set stands in `managedFields[].fieldsV1`.
///
/// Each member of an object is a step (`f:name`, `k:{"name":"web"}`, `v:"x"`, `i:3`) with the set below it;
/// `.` is the path itself, which is left out where nothing is below it.
extension FieldSet {
    /// Why `fieldsV1` could not be read.
    public struct ParseFailure: Error, Hashable, Sendable {
        /// The step, or what stands in its place. Steps name fields and list keys, never what a field holds,
        /// but for elements of a set; those are left out.
        public var step: String
    }

    /// Reads `fieldsV1`.
    ///
    /// Recursion is bounded: JSON that is nested too deep does not get past its parser (I6).
    ///
    /// - Throws: The first step that no server would write.
    public init(fieldsV1 json: JSONValue) throws(ParseFailure) {
        guard let members = json.object else { throw ParseFailure(step: "not an object") }
        self.init()
        for member in members.members {
            if member.key == "." {
                isMember = true
            } else {
                self[try Step(fieldsV1: member.key)] = try FieldSet(child: member.value)
            }
        }
    }

    /// Reads what is below a step: without anything below it, the step itself is what is in the set.
    private init(child json: JSONValue) throws(ParseFailure) {
        try self.init(fieldsV1: json)
        if children.isEmpty { isMember = true }
    }

    /// The set as `fieldsV1`, members in the order of their names.
    public var fieldsV1: JSONValue {
        var members = children.map { JSONObject.Member(key: $0.fieldsV1, value: $1.fieldsV1) }
        members.sort { $0.key < $1.key }
        if isMember, !members.isEmpty { members.insert(JSONObject.Member(key: ".", value: [:]), at: 0) }
        return .object(JSONObject(uniqueMembers: members))
    }
}

extension FieldSet.Step {
    /// Reads one name of `fieldsV1`.
    fileprivate init(fieldsV1 name: String) throws(FieldSet.ParseFailure) {
        let text = String(name.dropFirst(2))
        switch name.prefix(2) {
        case "f:":
            self = .field(text)
            return
        case "k:":
            if case .object(let key)? = try? JSONValue(parsing: text), !key.isEmpty {
                self = .key(key)
                return
            }
        case "v:":
            if let value = try? JSONValue(parsing: text) {
                self = .value(value)
                return
            }
            throw FieldSet.ParseFailure(step: "v:")
        case "i:":
            if let index = Int64(text) {
                self = .index(index)
                return
            }
        default: break
        }
        throw FieldSet.ParseFailure(step: name)
    }

    /// The step as a name of `fieldsV1`.
    fileprivate var fieldsV1: String {
        switch self {
        case .field(let name): "f:\(name)"
        case .key(let key): "k:\(JSONValue.object(key).text(JSONFormat(sortsNames: true)))"
        case .value(let value): "v:\(value.text)"
        case .index(let index): "i:\(index)"
        }
    }
}
