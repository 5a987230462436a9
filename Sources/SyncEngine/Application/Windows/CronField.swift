/// One field of a schedule: `*`, `1-5`, `*/15`, `mon,wed`, `10-40/10`.
struct CronField: Hashable {
    struct Failure: Error {
        var problem: String
    }

    var values: Set<Int>
    /// Whether the field restricts nothing by being written as `*` or `?`.
    var isAny: Bool

    static let months = named(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], from: 1)
    static let weekdays = named(["sun", "mon", "tue", "wed", "thu", "fri", "sat"], from: 0)

    private static func named(_ names: [String], from first: Int) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0 + first) })
    }

    init(
        _ text: String, _ what: String, _ range: ClosedRange<Int>, names: [String: Int] = [:]
    ) throws(Failure) {
        values = []
        isAny = false
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let found = Self.item(item, range, names) else {
                throw Failure(
                    problem:
                        "'\(text)' is no \(what): numbers from \(range.lowerBound) to \(range.upperBound), "
                        + "as 1,3 or 1-5 or */2")
            }
            values.formUnion(found)
            isAny = isAny || item == "*" || item == "?"
        }
    }

    private static func item(
        _ text: Substring, _ range: ClosedRange<Int>, _ names: [String: Int]
    ) -> [Int]? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let span = span(parts[0], range, names) else { return nil }
        guard parts.count == 2 else { return Array(span.range) }
        guard let step = number(parts[1]), step > 0 else { return nil }
        // `5/15` goes on to the end.
        let last = span.isOne ? range.upperBound : span.range.upperBound
        return Array(stride(from: span.range.lowerBound, through: last, by: step))
    }

    private static func span(
        _ text: Substring, _ range: ClosedRange<Int>, _ names: [String: Int]
    ) -> (range: ClosedRange<Int>, isOne: Bool)? {
        if text == "*" || text == "?" { return (range, false) }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
            names[$0.lowercased()] ?? number($0)
        }
        guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last,
            range.contains(first), range.contains(last)
        else { return nil }
        return (first...last, ends.count == 1)
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.count <= 4 && text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
    }
}
