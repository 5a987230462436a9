import KubeCore

/// Where a comparison stands in an object.
struct FieldPath: Hashable, Sendable {
    private enum Part: Hashable, Sendable {
        case member(String)
        case element(String)

        var isElement: Bool {
            if case .element = self { true } else { false }
        }
    }

    private var parts: [Part] = []

    mutating func enter(_ member: String) { parts.append(.member(member)) }
    mutating func enter(element index: Int) { parts.append(.element("\(index)")) }
    mutating func leave() { parts.removeLast() }

    /// Enters an element of a list by what identifies it there.
    mutating func enter(element key: JSONObject) {
        let members = key.members.sorted { $0.key < $1.key }
        parts.append(
            .element(members.map { "\($0.key)=\($0.value.string ?? $0.value.text)" }.joined(separator: ",")))
    }

    /// Whether the path is these member names and nothing else.
    func isExactly(_ names: [String]) -> Bool { parts == names.map { .member($0) } }

    /// Whether the last member names are these; `*` stands for any name.
    ///
    /// Which element of a list it is, does not matter to what a field means, and is left out.
    func ends(in names: [String]) -> Bool {
        var rest = parts[...]
        for name in names.reversed() {
            while rest.last?.isElement == true { rest.removeLast() }
            guard case .member(let member)? = rest.popLast(), name == "*" || name == member else {
                return false
            }
        }
        return true
    }
}

extension FieldPath: CustomStringConvertible {
    /// `spec.template.spec.containers[name=web].image`, `metadata.labels[example.com/team]`
    var description: String {
        var text = ""
        for part in parts {
            switch part {
            case .element(let name): text += "[\(name)]"
            case .member(let name) where name.contains(".") || name.contains("/"): text += "[\(name)]"
            case .member(let name): text += text.isEmpty ? name : ".\(name)"
            }
        }
        return text
    }
}
