/// How a JSON value is written.
///
/// Numbers and escapes are always written as Go's encoding/json writes them, `<`, `>` and `&` as escapes included:
/// what an API server printed comes back byte for byte, if it came in the members' order.
public struct JSONFormat: Hashable, Sendable {
    /// Whether members stand in the order of their names' bytes instead of their own.
    public var sortsNames: Bool
    /// Spaces a level, each member on its own line; `nil` for everything on one line without spaces.
    public var indentation: Int?

    public init(sortsNames: Bool = false, indentation: Int? = nil) {
        self.sortsNames = sortsNames
        self.indentation = indentation
    }

    /// On one line, in the members' own order.
    public static let compact = JSONFormat()
    /// On one line, sorted: equal values give equal bytes.
    public static let canonical = JSONFormat(sortsNames: true)
    /// For people.
    public static let pretty = JSONFormat(indentation: 2)
}
