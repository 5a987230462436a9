/// An object whose members are found without a search, if they are many.
struct JSONObjectEditor {
    /// Members that were removed stay as holes until the end: removing from a flat array moves all that follow.
    private var members: [JSONObject.Member?]
    private var places: [ExactText: Int] = [:]
    /// Up to so many members, a search costs less than hashing.
    private static let searchable = 16

    init(_ object: JSONObject) {
        members = object.members
        guard members.count > Self.searchable else { return }
        index()
    }

    var object: JSONObject { JSONObject(uniqueMembers: members.compactMap(\.self)) }

    subscript(_ name: String) -> JSONValue? {
        get { place(of: name).flatMap { members[$0]?.value } }
        set {
            if let place = place(of: name) {
                members[place] = newValue.map { JSONObject.Member(key: name, value: $0) }
                if newValue == nil { places[ExactText(text: name)] = nil }
                return
            }
            guard let newValue else { return }
            members.append(JSONObject.Member(key: name, value: newValue))
            if members.count == Self.searchable + 1 {
                index()
            } else if members.count > Self.searchable {
                places[ExactText(text: name)] = members.count - 1
            }
        }
    }

    private func place(of name: String) -> Int? {
        if members.count > Self.searchable { return places[ExactText(text: name)] }
        return members.firstIndex { $0?.key.isSameText(as: name) ?? false }
    }

    private mutating func index() {
        for (place, member) in members.enumerated() {
            if let member { places[ExactText(text: member.key)] = place }
        }
    }
}
