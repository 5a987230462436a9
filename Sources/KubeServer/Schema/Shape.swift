/// What a place in an object may hold, and how its parts are merged and owned.
///
/// Built-in types come from ``ShapeTable``, those of custom resources from their OpenAPI schema. Both are merged by
/// the same code.
indirect enum Shape: Sendable {
    case string
    case boolean
    case int32
    case int64
    case double
    /// Base64.
    case bytes
    /// RFC 3339 to the second.
    case time
    /// RFC 3339 with six decimals.
    case microTime
    case duration
    case quantity
    case intOrString
    /// Anything, kept as it is and owned as a whole.
    case any
    /// Anything; members of objects are owned one by one, lists as a whole.
    case open
    case list(Shape, ListIdentity)
    /// Free names, values of one shape.
    case map(Shape)
    /// A type of ``ShapeTable/builtIn``, by its place in the table: types may hold themselves.
    case builtIn(Int)
    case structure(StructShape)

    /// The members, if this is an object with known names.
    var structure: StructShape? {
        switch self {
        case .builtIn(let index): ShapeTable.builtIn.structures[index]
        case .structure(let structure): structure
        case .string, .boolean, .int32, .int64, .double, .bytes, .time, .microTime, .duration, .quantity,
            .intOrString, .any, .open, .list, .map:
            nil
        }
    }
}

/// What makes two elements of two lists the same element.
enum ListIdentity: Hashable, Sendable {
    /// Nothing: the list is one value.
    case atomic
    /// The value itself.
    case set
    /// The values of these members.
    case keys([String])
}

/// An object type with known members.
final class StructShape: Sendable {
    /// Package and type as the API's sources call them: `core/v1.PodSpec`.
    let name: String
    let fields: [StructField]
    /// Whether the object is owned as a whole.
    let isAtomic: Bool
    /// What members without a declaration look like; `nil` where none are allowed.
    let others: Shape?
    private let places: [String: Int]

    init(name: String, fields: [StructField], isAtomic: Bool = false, others: Shape? = nil) {
        self.name = name
        self.fields = fields
        self.isAtomic = isAtomic
        self.others = others
        places = Dictionary(
            fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The declared member of that name.
    subscript(_ name: String) -> StructField? { places[name].map { fields[$0] } }

    /// The shape of the member of that name, declared or not; `nil` if it may not be there.
    func shape(of name: String) -> Shape? { self[name]?.shape ?? others }
}

/// A member of an object type.
struct StructField: Sendable {
    /// When the member is written, given that it has its zero value or none.
    enum Presence: Sendable {
        /// Left out while zero; objects are never zero.
        case unlessZero
        /// Always written.
        case always
        /// Written if it was given, zero or not.
        case ifGiven
        /// Written as `null` if it was not given.
        case orNull
    }

    /// What a strategic merge patch does with a list or object.
    struct PatchStrategy: Sendable {
        /// Merge instead of replace; for lists of objects by this member, for lists of scalars empty.
        var mergeKey: String?
        /// Only the members named by `$retainKeys` stay.
        var retainsKeys = false
    }

    var name: String
    var presence: Presence
    var shape: Shape
    var patch = PatchStrategy()
}
