import KubeCore
import SyncEngine

/// Values of a chart that `parameters` of an Application set, as a file of values.
///
/// Helm takes them on its command line, where anybody could read them; so they are made here what `--set` and
/// `--set-string` would make of them.
struct HelmValues {
    private(set) var root = JSONObject()

    /// A step of a parameter's path.
    private enum Step: Equatable {
        case member(String)
        case element(Int)
    }

    /// A list that has so many elements is no list of values that anybody wrote.
    private static let mostElements = 65_536
    private static let deepest = 30

    /// Sets one value.
    ///
    /// - Parameters:
    ///   - name: As `image.tag`, `hosts[0].name`; a backslash before a dot makes it part of a name.
    ///   - text: The value, with commas if it is as `{a,b}`.
    ///   - isText: Whether it is text whatever it looks like.
    /// - Throws: ``FieldFailure`` if the name is none.
    mutating func set(_ name: String, to text: String, isText: Bool) throws(FieldFailure) {
        try set(name, to: Self.value(of: text, isText: isText))
    }

    /// Sets one value as it is.
    mutating func set(_ name: String, to value: JSONValue) throws(FieldFailure) {
        guard let steps = Self.steps(name), case .member = steps.first, steps.count <= Self.deepest else {
            throw FieldFailure(field: "helm parameter \"\(name)\"", problem: "is no path of a value")
        }
        root = Self.setting(value, at: steps[...], of: .object(root)).object ?? root
    }

    private static func setting(
        _ value: JSONValue, at steps: ArraySlice<Step>, of old: JSONValue?
    ) -> JSONValue {
        guard let step = steps.first else { return value }
        switch step {
        case .member(let name):
            var members = old?.object ?? JSONObject()
            members[name] = setting(value, at: steps.dropFirst(), of: members[name])
            return .object(members)
        case .element(let index):
            var elements = old?.array ?? []
            while elements.count <= index { elements.append(.null) }
            elements[index] = setting(value, at: steps.dropFirst(), of: elements[index])
            return .array(elements)
        }
    }

    private static func steps(_ name: String) -> [Step]? {
        var steps: [Step] = []
        var member = ""
        var rest = Substring(name)
        while let character = rest.popFirst() {
            switch character {
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                member.append(next)
            case ".":
                guard !member.isEmpty || isElement(steps.last) else { return nil }
                if !member.isEmpty { steps.append(.member(member)) }
                member = ""
                guard !rest.isEmpty else { return nil }
            case "[":
                if !member.isEmpty { steps.append(.member(member)) }
                member = ""
                guard let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end]),
                    (0..<mostElements).contains(index)
                else { return nil }
                steps.append(.element(index))
                rest = rest[rest.index(after: end)...]
                guard rest.isEmpty || rest.first == "." || rest.first == "[" else { return nil }
            default: member.append(character)
            }
        }
        if !member.isEmpty { steps.append(.member(member)) }
        return steps.isEmpty ? nil : steps
    }

    private static func isElement(_ step: Step?) -> Bool {
        if case .element = step { true } else { false }
    }

    /// What Helm makes of a value: a list, or one of the types that it sees in a text.
    private static func value(of text: String, isText: Bool) -> JSONValue {
        guard text.hasPrefix("{"), text.hasSuffix("}") else { return scalar(unescaped(text), isText: isText) }
        let inner = String(text.dropFirst().dropLast())
        guard !inner.isEmpty else { return [] }
        return .array(elements(of: inner).map { scalar($0, isText: isText) })
    }

    /// Splits at commas that have no backslash before them.
    private static func elements(of text: String) -> [String] {
        var elements = [""]
        var isEscaped = false
        for character in text {
            switch (character, isEscaped) {
            case (",", false): elements.append("")
            case ("\\", false):
                isEscaped = true
                continue
            default: elements[elements.count - 1].append(character)
            }
            isEscaped = false
        }
        return elements
    }

    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var result = ""
        var isEscaped = false
        for character in text {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }

    private static func scalar(_ text: String, isText: Bool) -> JSONValue {
        if isText { return .string(text) }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        case "null": return .null
        case "0": return 0
        default: break
        }
        // A leading zero is kept: a telephone number is no amount.
        guard !text.hasPrefix("0"), let number = Int64(text) else { return .string(text) }
        return .int(number)
    }
}

extension HelmValues {
    /// Lays values over those that are there: mappings are united, anything else is replaced.
    mutating func merge(_ values: JSONObject) {
        root = Self.merged(root, values)
    }

    private static func merged(_ below: JSONObject, _ above: JSONObject) -> JSONObject {
        var result = below
        for member in above {
            if let inner = member.value.object, let old = result[member.key]?.object {
                result[member.key] = .object(merged(old, inner))
            } else {
                result[member.key] = member.value
            }
        }
        return result
    }
}
