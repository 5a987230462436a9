/// Chooses objects by their fields, as `--field-selector` of kubectl and `fieldSelector` of the API do.
///
/// All requirements have to be met; none at all means every object.
public struct FieldSelector: Hashable, Sendable {
    /// What one field must be, or must not be.
    public struct Requirement: Hashable, Sendable {
        /// Names with points between them: `metadata.name`.
        public var path: String
        public var value: String
        /// Whether the field must have the value; otherwise it must have another one.
        public var isEqual: Bool

        public init(_ path: String, _ value: String, isEqual: Bool = true) {
            self.path = path
            self.value = value
            self.isEqual = isEqual
        }
    }

    public var requirements: [Requirement]

    public init(_ requirements: [Requirement] = []) {
        self.requirements = requirements
    }

    /// Reads the API's syntax: `metadata.name=web,status.phase!=Running`.
    ///
    /// In a value, a backslash takes the meaning from a comma, an equals sign or a backslash.
    ///
    /// - Throws: What is wrong and where.
    public init(parsing text: String) throws(SelectorFailure) {
        requirements = []
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = Self.end(of: bytes, from: start, at: UInt8(ascii: ","))
            if start < end { requirements.append(try Self.requirement(bytes, start..<end)) }
            start = end + 1
        }
    }

    /// Whether an object is chosen.
    ///
    /// - Parameter field: What stands at a path, as text; empty if nothing does.
    /// - Returns: Whether all requirements are met.
    public func matches(_ field: (_ path: String) -> String) -> Bool {
        requirements.allSatisfy { (field($0.path) == $0.value) == $0.isEqual }
    }

    /// Whether an object is chosen.
    public func matches(_ object: KubeObject) -> Bool {
        matches { object.json[path: $0.split(separator: ".").map(String.init)]?.fieldText ?? "" }
    }
}

extension FieldSelector: CustomStringConvertible {
    /// In the API's syntax.
    public var description: String {
        requirements.map { "\($0.path)\($0.isEqual ? "=" : "!=")\($0.value.fieldEscaped)" }.joined(
            separator: ",")
    }
}

extension FieldSelector {
    /// Where the first such character is that no backslash stands before; the end if there is none.
    private static func end(of bytes: [UInt8], from start: Int, at sign: UInt8) -> Int {
        var position = start
        while position < bytes.count, bytes[position] != sign {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position, bytes.count)
    }

    private static func requirement(_ bytes: [UInt8], _ range: Range<Int>) throws(SelectorFailure)
        -> Requirement
    {
        guard let sign = bytes[range].firstIndex(of: UInt8(ascii: "=")) else {
            throw SelectorFailure(.expected("an operator (=, ==, !=)"), at: range.upperBound)
        }
        let isEqual = sign == range.lowerBound || bytes[sign - 1] != UInt8(ascii: "!")
        let path = bytes[range.lowerBound..<(isEqual ? sign : sign - 1)]
        guard !path.isEmpty else {
            throw SelectorFailure(.expected("a field such as metadata.name"), at: range.lowerBound)
        }
        let isDouble = isEqual && sign + 1 < range.upperBound && bytes[sign + 1] == UInt8(ascii: "=")
        let value = try unescaped(bytes, sign + (isDouble ? 2 : 1)..<range.upperBound)
        return Requirement(String(decoding: path, as: UTF8.self), value, isEqual: isEqual)
    }

    private static func unescaped(_ bytes: [UInt8], _ range: Range<Int>) throws(SelectorFailure) -> String {
        var value: [UInt8] = []
        var position = range.lowerBound
        while position < range.upperBound {
            if bytes[position] == UInt8(ascii: "=") {
                throw SelectorFailure(.expected("a backslash before an equals sign in a value"), at: position)
            }
            if bytes[position] == UInt8(ascii: "\\") {
                position += 1
                guard position < range.upperBound, "\\,=".utf8.contains(bytes[position]) else {
                    throw SelectorFailure(.expected("a comma, an equals sign or a backslash"), at: position)
                }
            }
            value.append(bytes[position])
            position += 1
        }
        return String(decoding: value, as: UTF8.self)
    }
}

extension String {
    fileprivate var fieldEscaped: String {
        String(flatMap { "\\,=".contains($0) ? ["\\", $0] : [$0] })
    }
}

extension JSONValue {
    /// A scalar as a field selector writes it.
    fileprivate var fieldText: String {
        switch self {
        case .string(let text): text
        case .null, .array, .object: ""
        case .bool, .int, .double: text
        }
    }
}
