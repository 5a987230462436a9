/// The way to one place in a JSON document (RFC 6901): `/metadata/annotations/example.com~1owner`.
public struct JSONPointer: Hashable, Sendable {
    /// Member names and array indices, unescaped; none for the whole document.
    public var steps: [String]

    public init(_ steps: [String]) {
        self.steps = steps
    }

    /// Reads `/a/b~1c`; `nil` if it is not empty and does not begin with a slash, or a tilde stands alone in it.
    public init?(parsing text: String) {
        guard !text.isEmpty else {
            steps = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        var steps: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let step = Self.unescaped(part) else { return nil }
            steps.append(step)
        }
        self.steps = steps
    }

    private static func unescaped(_ part: Substring) -> String? {
        guard part.utf8.contains(UInt8(ascii: "~")) else { return String(part) }
        var step: [UInt8] = []
        var bytes = part.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "~") else {
                step.append(byte)
                continue
            }
            switch bytes.next() {
            case UInt8(ascii: "0"): step.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): step.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: step, as: UTF8.self)
    }

    /// Whether the other place is inside this one, or the same.
    public func contains(_ other: JSONPointer) -> Bool {
        other.steps.count >= steps.count && zip(steps, other.steps).allSatisfy { $0.isSameText(as: $1) }
    }
}

extension JSONPointer: CustomStringConvertible {
    public var description: String {
        steps.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }
}

extension JSONValue {
    /// The value at a place; `nil` if there is none.
    public subscript(_ pointer: JSONPointer) -> JSONValue? {
        var value = self
        for step in pointer.steps {
            guard let next = value.child(step) else { return nil }
            value = next
        }
        return value
    }

    private func child(_ step: String) -> JSONValue? {
        if case .object(let object) = self { return object[step] }
        // No conditional expression here: its `nil` would be a JSON null.
        guard case .array(let elements) = self, let index = step.arrayIndex, index < elements.count else {
            return nil
        }
        return elements[index]
    }
}

extension String {
    /// A number as JSON pointers write it: without sign and leading zeros.
    var arrayIndex: Int? {
        guard !isEmpty, utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            self == "0" || first != "0"
        else { return nil }
        return Int(self)
    }
}
