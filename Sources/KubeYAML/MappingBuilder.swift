import KubeCore

/// A mapping while it is being read: of two entries with one name, the later one counts, in the place of the first.
struct MappingBuilder {
    private var members: [JSONObject.Member] = []
    /// Where each name stands; made only once a mapping has grown too large to look through.
    private var index: [ExactName: Int] = [:]

    private static let indexedFrom = 16

    var object: JSONObject { JSONObject(uniqueMembers: members) }

    mutating func set(_ key: String, _ value: JSONValue) {
        if let position = position(of: key) {
            members[position].value = value
            return
        }
        members.append(JSONObject.Member(key: key, value: value))
        if members.count == Self.indexedFrom {
            for (position, member) in members.enumerated() { index[ExactName(member.key)] = position }
        } else if members.count > Self.indexedFrom {
            index[ExactName(key)] = members.count - 1
        }
    }

    /// Takes over another mapping's entries, which count as if they stood here (`<<`).
    mutating func merge(_ other: JSONObject) {
        for member in other { set(member.key, member.value) }
    }

    private func position(of key: String) -> Int? {
        guard members.count < Self.indexedFrom else { return index[ExactName(key)] }
        return members.firstIndex { ExactName($0.key) == ExactName(key) }
    }
}

/// A name compared by its bytes: to Swift, `é` in one character and in two are equal; to Kubernetes they are not.
private struct ExactName: Hashable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: ExactName, right: ExactName) -> Bool {
        // Equal bytes are the common case of equality, and the cheap answer is no.
        left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        // Strings that are equal to Swift hash alike, and so do those with equal bytes.
        hasher.combine(text)
    }
}
