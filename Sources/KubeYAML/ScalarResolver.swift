/// Types scalars as goyaml.v2 does: YAML 1.1's words and Go's numbers.
///
/// Not YAML 1.1 as written (no base 60, any underscores), not YAML 1.2 (`yes` is true, `0644` is octal).
struct ScalarResolver {
    /// The text is not what its tag says.
    struct Mismatch: Error {
        var problem: String
    }

    /// Types one scalar.
    ///
    /// - Parameters:
    ///   - text: The scalar's content, without quotes, escapes replaced.
    ///   - tag: What the document says about the type.
    ///   - isPlain: Whether it stands without quotes, so that its text may decide.
    /// - Returns: The typed scalar.
    /// - Throws: ``Mismatch`` if the tag asks for what the text is not.
    static func resolve(
        _ text: UnsafeBufferPointer<UInt8>, tag: ScalarTag, isPlain: Bool
    ) throws(Mismatch) -> YAMLScalar {
        switch tag {
        case .none:
            return isPlain ? inferred(text) : .string(string(text))
        case .string, .unknown, .merge:
            return .string(string(text))
        case .binary:
            guard let bytes = Base64.decode(text) else {
                throw Mismatch(problem: "!!binary value contains invalid base64 data")
            }
            return .string(UTF8Repair.string(bytes))
        case .timestamp:
            guard Timestamps.isTimestamp(text) else { throw mismatch(text, tag) }
            return .string(string(text))
        case .bool, .int, .float, .null:
            guard let scalar = converted(inferred(text), tag) else { throw mismatch(text, tag) }
            return scalar
        }
    }

    /// What the text of a plain scalar says.
    static func inferred(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
        guard let first = text.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return word(text) ?? GoNumber.parse(text) ?? .string(string(text))
        case UInt8(ascii: "."):
            return word(text) ?? GoNumber.parseFraction(text) ?? .string(string(text))
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"),
            UInt8(ascii: "~"):
            return word(text) ?? .string(string(text))
        default:
            return .string(string(text))
        }
    }

    private static func string(_ text: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: text, as: UTF8.self)
    }

    /// A type that was asked for, where the text has it or is an integer for a float.
    private static func converted(_ scalar: YAMLScalar, _ tag: ScalarTag) -> YAMLScalar? {
        switch (tag, scalar) {
        case (.bool, .bool), (.int, .int), (.int, .unsigned), (.float, .double), (.null, .null): scalar
        case (.float, .int(let value)): .double(Double(value))
        default: nil
        }
    }

    private static func mismatch(_ text: UnsafeBufferPointer<UInt8>, _ tag: ScalarTag) -> Mismatch {
        // The value itself stays out of the message: it may be a secret's.
        Mismatch(problem: "the value is no \(tag.shortName), as its tag says")
    }

    private static let words: [String: YAMLScalar] = {
        let scalars: [(YAMLScalar, [String])] = [
            (.bool(true), ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]),
            (.bool(false), ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]),
            (.null, ["~", "null", "Null", "NULL"]),
            (.double(.nan), [".nan", ".NaN", ".NAN"]),
            (.double(.infinity), [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"]),
            (.double(-.infinity), ["-.inf", "-.Inf", "-.INF"]),
        ]
        return Dictionary(
            scalars.flatMap { scalar, words in words.map { ($0, scalar) } },
            uniquingKeysWith: { first, _ in first })
    }()

    private static func word(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar? {
        // The longest word has five letters: most scalars are told apart by that.
        text.count <= 5 ? words[string(text)] : nil
    }
}
