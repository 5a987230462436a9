public import KubeCore

/// Values as YAML for people to read, in the form in which kubectl writes it: members by name, lists at the depth of
/// their name, texts of several lines as blocks.
///
/// What is written reads back as the same value, and no character gets through that would do something to a terminal.
public struct YAMLText {
    /// Without line ends.
    public private(set) var lines: [String] = []

    public init(_ value: JSONValue) {
        switch value {
        case .object(let members) where !members.isEmpty: append(members, after: nil, indent: 0)
        case .array(let elements) where !elements.isEmpty: append(elements, after: nil, indent: 0)
        default: append(value, after: "", indent: 0)
        }
    }

    /// Members, the first one on the line that was begun.
    private mutating func append(_ members: JSONObject, after begun: String?, indent: Int) {
        let sorted = members.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, member) in sorted.enumerated() {
            let start = index == 0 && begun != nil ? "\(begun ?? "") " : Self.spaces(indent)
            append(member.value, named: start + Self.scalar(member.key) + ":", indent: indent)
        }
    }

    private mutating func append(_ value: JSONValue, named name: String, indent: Int) {
        switch value {
        case .object(let members) where !members.isEmpty:
            lines.append(name)
            append(members, after: nil, indent: indent + 2)
        case .array(let elements) where !elements.isEmpty:
            lines.append(name)
            append(elements, after: nil, indent: indent)
        default:
            append(value, after: name, indent: indent + 2)
        }
    }

    /// Elements, the first one on the line that was begun.
    private mutating func append(_ elements: [JSONValue], after begun: String?, indent: Int) {
        for (index, element) in elements.enumerated() {
            let start = (index == 0 ? begun.map { "\($0) " } : nil) ?? Self.spaces(indent)
            switch element {
            case .object(let members) where !members.isEmpty:
                append(members, after: start + "-", indent: indent + 2)
            case .array(let inner) where !inner.isEmpty:
                append(inner, after: start + "-", indent: indent + 2)
            default:
                append(element, after: start + "-", indent: indent + 2)
            }
        }
    }

    /// What has nothing inside it; `indent` is where a block of text would stand.
    private mutating func append(_ value: JSONValue, after begun: String, indent: Int) {
        let start = begun.isEmpty ? "" : begun + " "
        switch value {
        case .object: lines.append(start + "{}")
        case .array: lines.append(start + "[]")
        case .null, .bool, .int, .double: lines.append(start + value.text)
        case .string(let text):
            guard let block = TextBlock(text) else { return lines.append(start + Self.scalar(text)) }
            lines.append(start + block.header)
            // A line without content needs no indentation, and would end in blanks that nobody sees.
            lines += block.lines.map { $0.isEmpty ? "" : Self.spaces(indent) + $0 }
        }
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    // MARK: Texts

    /// A text on one line, in quotes if it could be taken for something else.
    private static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    private static func isPlain(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, !"-?:,[]{}#&*!|>'\"%@` =<.~".unicodeScalars.contains(first),
            scalars.last != " ", scalars.last != ":", scalars.allSatisfy(isShown),
            !text.contains(": "), !text.contains(" #")
        else { return false }
        var text = text
        return text.withUTF8 { bytes in
            guard case .string = ScalarResolver.inferred(bytes) else { return false }
            // Other readers of YAML know times, and numbers to the base of 60.
            return !("0"..."9").contains(first)
                || !bytes.contains { $0 == UInt8(ascii: ":") }
                    && !Timestamps.isTimestamp(bytes)
        }
    }

    /// What can stand in a text as it is: no control characters, no line ends, nothing invisible that turns the
    /// direction of writing.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            false
        default: true
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                if isShown(scalar) {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    quoted += escaped(scalar)
                }
            }
        }
        return quoted + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (letter, width) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        return "\\\(letter)" + String(repeating: "0", count: width - digits.count) + digits
    }

    /// A text of several lines as YAML's literal block.
    private struct TextBlock {
        /// `|`, and what becomes of the line ends at the end.
        var header: String
        var lines: [Substring]

        /// `nil` for texts that are better off in quotes.
        init?(_ text: String) {
            let scalars = text.unicodeScalars
            guard scalars.contains("\n"), let first = scalars.first, !" \t\n".unicodeScalars.contains(first),
                scalars.allSatisfy({ $0 == "\n" || $0 == "\t" || YAMLText.isShown($0) })
            else { return nil }
            // By bytes: a text's characters may join a line end with what stands before it.
            var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .map { Substring($0) }
            if lines.last?.isEmpty == true {
                lines.removeLast()
                header = lines.last?.isEmpty == true ? "|+" : "|"
            } else {
                header = "|-"
            }
            // A line of blanks alone would not keep them.
            guard lines.allSatisfy({ line in line.isEmpty || line.contains { $0 != " " } }) else {
                return nil
            }
            self.lines = lines
        }
    }
}
