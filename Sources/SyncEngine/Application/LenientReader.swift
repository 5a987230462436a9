import KubeCore

/// Reads the members of an object and goes on where one is malformed: it counts as absent, and is noted (I7).
struct LenientReader {
    private(set) var problems: [FieldFailure] = []
    private var reader: FieldReader
    private let members: JSONObject
    private let field: String
    /// Whether there is an object to be read.
    let isThere: Bool

    /// Begins with what is read in its place if the value is absent or no object: an empty one.
    init(_ value: JSONValue?, at field: String) {
        self.field = field
        isThere = value?.object != nil
        var members = JSONObject()
        var problems: [FieldFailure] = []
        if let value, !value.isNull {
            if let object = value.object {
                members = object
            } else {
                problems = [FieldFailure(field: field, problem: "must be an object, not \(value.nounPhrase)")]
            }
        }
        self.members = members
        self.problems = problems
        reader = FieldReader(members, at: field)
    }

    /// What has not been asked for.
    var others: JSONObject { reader.others }

    mutating func note(_ problem: FieldFailure) { problems.append(problem) }

    mutating func note(_ name: String, _ problem: String) {
        note(FieldFailure(field: path(name), problem: problem))
    }

    mutating func text(_ name: String) -> String {
        noting("") { (reader) throws(FieldFailure) in try reader.text(name) }
    }

    mutating func flag(_ name: String) -> Bool {
        noting(false) { (reader) throws(FieldFailure) in try reader.flag(name) }
    }

    /// `nil` if it is not there; malformed, too.
    mutating func optionalFlag(_ name: String) -> Bool? {
        guard has(name) else { return nil }
        return noting(nil) { (reader) throws(FieldFailure) in try reader.flag(name) }
    }

    /// `nil` if it is not there; malformed, too.
    mutating func number(_ name: String) -> Int64? {
        guard has(name) else { return nil }
        return noting(nil) { (reader) throws(FieldFailure) in try reader.number(name) }
    }

    mutating func texts(_ name: String) -> [String] {
        noting([]) { (reader) throws(FieldFailure) in try reader.texts(name) }
    }

    mutating func textsByName(_ name: String) -> [String: String] {
        noting([:]) { (reader) throws(FieldFailure) in try reader.textsByName(name) }
    }

    mutating func time(_ name: String) -> Timestamp? {
        let text = text(name)
        guard !text.isEmpty else { return nil }
        let time = Timestamp(rfc3339: text)
        if time == nil { note(name, "must be a time as 2026-01-02T03:04:05Z, not '\(text)'") }
        return time
    }

    /// One of a few words; an empty text is none.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) -> Choice? {
        let text = text(name)
        guard !text.isEmpty else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        note(name, "must be one of \(known), not '\(text)'")
        return nil
    }

    /// An object that has its own reader; `nil` if it is not there, or no object.
    mutating func part<Part>(_ name: String, _ read: (inout LenientReader) -> Part) -> Part? {
        guard has(name), let value = members[name] else { return nil }
        markKnown(name)
        var part = LenientReader(value, at: path(name))
        let result = read(&part)
        problems += part.problems
        return value.object.map { _ in result }
    }

    /// Objects of a list; one that cannot be read is left out.
    mutating func list<Element>(_ name: String, _ read: (inout LenientReader) -> Element?) -> [Element] {
        values(name).compactMap { value, field in
            var part = LenientReader(value, at: field)
            let element = read(&part)
            problems += part.problems
            return value.object.flatMap { _ in element }
        }
    }

    /// The elements of a list as they are, and where each stands.
    mutating func values(_ name: String) -> [(value: JSONValue, field: String)] {
        noting([]) { (reader) throws(FieldFailure) in
            try reader.list(name) { (value, field) throws(FieldFailure) in (value, field) }
        }
    }

    /// `source` or `sources`; none if either cannot be read.
    mutating func sources() -> SourceSet {
        markKnown("source")
        markKnown("sources")
        do throws(FieldFailure) {
            let all = try ApplicationSource.sources(of: members, at: field)
            guard members["sources"]?.array?.isEmpty ?? true else { return .several(all) }
            return all.first.map { .one($0) } ?? .none
        } catch {
            note(error)
            return .none
        }
    }

    func has(_ name: String) -> Bool { members[name].map { !$0.isNull } ?? false }

    /// Whether there is more than nothing, or an empty list.
    func hasElements(_ name: String) -> Bool { has(name) && members[name]?.array?.isEmpty != true }

    private mutating func markKnown(_ name: String) { reader.pass(name) }

    private func path(_ name: String) -> String { "\(field).\(name)" }

    private mutating func noting<Value>(
        _ fallback: Value, _ read: (inout FieldReader) throws(FieldFailure) -> Value
    ) -> Value {
        do throws(FieldFailure) {
            return try read(&reader)
        } catch {
            note(error)
            return fallback
        }
    }
}
