/// Which names a mistyped one comes near to.
public struct NameLikeness: Hashable, Sendable {
    private let name: [UInt8]

    /// Longer names than Kubernetes has are not looked at.
    private static let longest = 253

    public init(of name: String) {
        self.name = Array(name.utf8.prefix(Self.longest))
    }

    /// The names that are near, the nearest first.
    ///
    /// - Parameter names: All that there are.
    /// - Returns: Those that a third of the letters, and at least one, turns into this one, or that begin with it.
    public func nearest(of names: [String]) -> [String] {
        let limit = max(1, name.count / 3)
        let near = names.compactMap { candidate -> (distance: Int, name: String)? in
            let distance = distance(to: Array(candidate.utf8.prefix(Self.longest)))
            let isBeginning = name.count > 2 && candidate.utf8.starts(with: name)
            return distance <= limit || isBeginning ? (distance, candidate) : nil
        }
        return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.map(\.name)
    }

    /// How many letters have to be put in, taken out, changed or swapped with the next.
    private func distance(to other: [UInt8]) -> Int {
        var before = Array(repeating: 0, count: other.count + 1)
        var last = Array(0...other.count)
        for (row, letter) in name.enumerated() {
            var next = [row + 1]
            for (column, otherLetter) in other.enumerated() {
                var cost = min(
                    last[column] + (letter == otherLetter ? 0 : 1), last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], name[row - 1] == otherLetter {
                    cost = min(cost, before[column - 1] + 1)
                }
                next.append(cost)
            }
            (before, last) = (last, next)
        }
        return last[other.count]
    }
}
