import KubeCore

/// Rules in a file of the user's that cannot be read.
public struct RuleFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// As `entry 2, rule 1`; empty for the file as a whole.
    public var place: String
    public var problem: String

    public var description: String { place.isEmpty ? problem : "\(place): \(problem)" }
}

/// The members of an entry, read with complaints that say where.
struct RuleMembers {
    private var members: JSONObject
    var place: String

    init(_ value: JSONValue, place: String) throws(RuleFailure) {
        guard let members = value.object else {
            throw RuleFailure(place: place, problem: "must be a mapping")
        }
        self.members = members
        self.place = place
    }

    subscript(_ name: String) -> JSONValue? { members[name] }

    func failure(_ name: String, _ problem: String) -> RuleFailure {
        RuleFailure(place: place, problem: name.isEmpty ? problem : "\(name) \(problem)")
    }

    /// A list of texts; `nil` if there is none.
    func texts(_ name: String) throws(RuleFailure) -> [String]? {
        guard let value = members[name] else { return nil }
        guard let texts = value.array?.map(\.string), !texts.contains(where: { $0?.isEmpty ?? true }) else {
            throw failure(name, "must be a list of texts")
        }
        return texts.compactMap(\.self)
    }

    /// A misspelt member would change a verdict without a word.
    func allow(_ names: Set<String>) throws(RuleFailure) {
        guard let unknown = members.members.first(where: { !names.contains($0.key) }) else { return }
        throw failure(unknown.key, "is not known here; known are \(names.sorted().joined(separator: ", "))")
    }

    func text(_ name: String) throws(RuleFailure) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string, !text.isEmpty else { throw failure(name, "must be a text, in quotes") }
        return text
    }

    /// A path of fields, as `status.phase`; a leading dot is as good.
    func path(_ name: String) throws(RuleFailure) -> [String]? {
        guard let text = try text(name) else { return nil }
        let steps = text.drop { $0 == "." }.split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        guard !steps.contains(""), !text.contains("[") else {
            throw failure(name, "must be a path of fields, as status.phase")
        }
        return steps
    }
}
