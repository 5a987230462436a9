/// The built-in types, read once from text.
///
/// A line is a type: its name (with `!` if it is owned as a whole), then its members. A member is its name, a mark,
/// its type and how it is merged:
///
/// - marks: `?` left out while zero, `:` always written, `*` written if given, `^` written as null if not given
/// - types: `s` string, `b` boolean, `i` 32 and `l` 64 bits, `d` double, `y` bytes, `t` time, `u` time with
///   microseconds, `D` duration, `q` quantity, `o` integer or string, `j` and `Or…` anything, else a type's name; `[`
///   before it a list, `{` a map with names as keys
/// - `@a,b` a list whose elements have identity by the members a and b, `@` a set; `~a` merged by a strategic merge
///   patch by the member a, `~` as a set; a last `!` for its `$retainKeys`
struct ShapeTable: Sendable {
    /// All built-in types.
    static let builtIn = ShapeTable(text: coreTypes + "\n" + groupsTypes)

    let structures: [StructShape]
    private let places: [String: Int]

    init(text: String) {
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        var places: [String: Int] = [:]
        for (index, line) in lines.enumerated() {
            guard let head = line.first else { continue }
            places[String(head.last == "!" ? head.dropLast() : head)] = index
        }
        self.places = places
        structures = lines.map { line in
            let head = line.first ?? ""
            let isAtomic = head.last == "!"
            return StructShape(
                name: String(isAtomic ? head.dropLast() : head),
                fields: line.dropFirst().compactMap { Self.field($0, places) }, isAtomic: isAtomic)
        }
    }

    /// The type of that name; an unknown name is a mistake in our own tables.
    func shape(_ name: String) -> Shape {
        guard let place = places[name] else { preconditionFailure("no type \(name) in the table") }
        return .builtIn(place)
    }

    private static func field(_ text: Substring, _ places: [String: Int]) -> StructField? {
        guard let mark = text.firstIndex(where: { "?:*^".contains($0) }) else { return nil }
        let presence: StructField.Presence =
            switch text[mark] {
            case "?": .unlessZero
            case ":": .always
            case "*": .ifGiven
            default: .orNull
            }
        var rest = text[text.index(after: mark)...]
        var patch = StructField.PatchStrategy()
        if rest.last == "!" {
            patch.retainsKeys = true
            rest.removeLast()
        }
        if let tilde = rest.firstIndex(of: "~") {
            patch.mergeKey = String(rest[rest.index(after: tilde)...])
            rest = rest[..<tilde]
        }
        var identity = ListIdentity.atomic
        if let at = rest.firstIndex(of: "@") {
            let keys = rest[rest.index(after: at)...].split(separator: ",").map(String.init)
            identity = keys.isEmpty ? .set : .keys(keys)
            rest = rest[..<at]
        }
        return StructField(
            name: String(text[..<mark]), presence: presence, shape: shape(of: rest, identity, places),
            patch: patch)
    }

    private static func shape(of code: Substring, _ identity: ListIdentity, _ places: [String: Int]) -> Shape
    {
        switch code {
        case "s": return .string
        case "b": return .boolean
        case "i": return .int32
        case "l": return .int64
        case "d": return .double
        case "y": return .bytes
        case "t": return .time
        case "u": return .microTime
        case "D": return .duration
        case "q": return .quantity
        case "o": return .intOrString
        case "j", "OrArray", "OrBool", "OrStringArray": return .any
        default: break
        }
        if code.first == "[" { return .list(shape(of: code.dropFirst(), .atomic, places), identity) }
        if code.first == "{" { return .map(shape(of: code.dropFirst(), .atomic, places)) }
        guard let place = places[String(code)] else { preconditionFailure("no type \(code) in the table") }
        return .builtIn(place)
    }
}
