/// Which lines of a text went, came and stayed.
///
/// The fewest changes that there can be, as long as the texts are not far apart; where they are, the search is cut
/// short, and some more lines may count as changed (I6). Lines are the same if their bytes are.
public struct LineDiff: Hashable, Sendable {
    /// One line, and what became of it.
    public enum Edit: Hashable, Sendable {
        case kept(String)
        case removed(String)
        case added(String)

        var isKept: Bool {
            if case .kept = self { true } else { false }
        }
    }

    /// From the first line to the last; of a change, what was removed stands before what was added.
    public let edits: [Edit]

    public init(from old: [String], to new: [String]) {
        var search = EditSearch(old, new)
        search.run()
        var edits: [Edit] = []
        edits.reserveCapacity(max(old.count, new.count))
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, search.isRemoved[left] {
                edits.append(.removed(old[left]))
                left += 1
            } else if right < new.count, search.isAdded[right] {
                edits.append(.added(new[right]))
                right += 1
            } else {
                // What neither went nor came stands on both sides, in the same order.
                edits.append(.kept(old[left]))
                left += 1
                right += 1
            }
        }
        self.edits = edits
    }

    public var isEmpty: Bool { edits.allSatisfy(\.isKept) }
}

/// Myers' search for the shortest edit script, in linear space: a place on the way divides the texts in two.
private struct EditSearch {
    private(set) var isRemoved: [Bool]
    private(set) var isAdded: [Bool]

    /// Equal lines have equal numbers: comparing texts again and again would cost more than the search.
    private let old: [Int]
    private let new: [Int]
    /// How far one gets from the front on each diagonal, and from the back.
    private var front: [Int]
    private var back: [Int]
    /// Where diagonal 0 stands in the two lists.
    private let centre: Int

    /// After so many edits in one search the best place so far divides the texts: two long texts without a common line
    /// would take the square of their length.
    private static let patience = 512

    init(_ old: [String], _ new: [String]) {
        var numbers = LineNumbers()
        self.old = old.map { numbers.number(of: $0) }
        self.new = new.map { numbers.number(of: $0) }
        isRemoved = Array(repeating: false, count: old.count)
        isAdded = Array(repeating: false, count: new.count)
        centre = new.count + 1
        front = Array(repeating: 0, count: old.count + new.count + 3)
        back = front
    }

    /// A part of both texts.
    private struct Section {
        var old: Range<Int>
        var new: Range<Int>
    }

    mutating func run() {
        // No recursion: texts that have little in common are divided thousands of times.
        var open = [Section(old: old.indices, new: new.indices)]
        while var section = open.popLast() {
            trim(&section)
            if section.old.isEmpty {
                for index in section.new { isAdded[index] = true }
            } else if section.new.isEmpty {
                for index in section.old { isRemoved[index] = true }
            } else {
                let (left, right) = division(of: section)
                open.append(
                    Section(
                        old: left..<section.old.upperBound, new: right..<section.new.upperBound))
                open.append(
                    Section(
                        old: section.old.lowerBound..<left, new: section.new.lowerBound..<right))
            }
        }
    }

    /// Takes away what is the same at both ends.
    private func trim(_ section: inout Section) {
        while let left = section.old.first, let right = section.new.first, old[left] == new[right] {
            section.old.removeFirst()
            section.new.removeFirst()
        }
        while let left = section.old.last, let right = section.new.last, old[left] == new[right] {
            section.old.removeLast()
            section.new.removeLast()
        }
    }

    /// A place that a shortest way passes; both texts have at least one line, and no end in common.
    private mutating func division(of section: Section) -> (old: Int, new: Int) {
        var reach = Reach(section.old, section.new)
        front[centre + reach.front.diagonal] = section.old.lowerBound
        back[centre + reach.back.diagonal] = section.old.upperBound
        for _ in 0..<Self.patience {
            reach.widenFront { front[centre + $0] = -1 }
            for diagonal in reach.front.diagonals {
                let left = advance(on: diagonal, in: section)
                if reach.meetsInFront, reach.back.contains(diagonal), back[centre + diagonal] <= left {
                    return (left, left - diagonal)
                }
            }
            reach.widenBack { back[centre + $0] = Int.max }
            for diagonal in reach.back.diagonals {
                let left = retreat(on: diagonal, in: section)
                if !reach.meetsInFront, reach.front.contains(diagonal), left <= front[centre + diagonal] {
                    return (left, left - diagonal)
                }
            }
        }
        return farthest(reach.front, in: section)
    }

    /// One edit more from the front, and all the lines that follow and are the same.
    private mutating func advance(on diagonal: Int, in section: Section) -> Int {
        let (below, above) = (front[centre + diagonal - 1], front[centre + diagonal + 1])
        var left = below >= above ? below + 1 : above
        while left < section.old.upperBound, left - diagonal < section.new.upperBound,
            old[left] == new[left - diagonal]
        {
            left += 1
        }
        front[centre + diagonal] = left
        return left
    }

    /// The same from the back.
    private mutating func retreat(on diagonal: Int, in section: Section) -> Int {
        let (below, above) = (back[centre + diagonal - 1], back[centre + diagonal + 1])
        var left = below < above ? below : above - 1
        while left > section.old.lowerBound, left - diagonal > section.new.lowerBound,
            old[left - 1] == new[left - diagonal - 1]
        {
            left -= 1
        }
        back[centre + diagonal] = left
        return left
    }

    /// The place that lies the farthest from the front, of those that were reached.
    private func farthest(_ reach: Reach.Side, in section: Section) -> (old: Int, new: Int) {
        var best = (old: section.old.lowerBound, new: section.new.lowerBound)
        for diagonal in reach.diagonals {
            let left = min(
                front[centre + diagonal], section.old.upperBound, section.new.upperBound + diagonal)
            if left + left - diagonal > best.old + best.new { best = (left, left - diagonal) }
        }
        return best
    }
}

/// The diagonals that a search has come to, within its section.
private struct Reach {
    struct Side {
        /// Where it began.
        let diagonal: Int
        var lowest: Int
        var highest: Int

        init(_ diagonal: Int) {
            self.diagonal = diagonal
            lowest = diagonal
            highest = diagonal
        }

        /// Every second one: each edit leads to a diagonal beside.
        var diagonals: StrideThrough<Int> { stride(from: highest, through: lowest, by: -2) }

        func contains(_ diagonal: Int) -> Bool { lowest <= diagonal && diagonal <= highest }

        /// One diagonal more on both sides, or one less where the section ends.
        mutating func widen(within limits: ClosedRange<Int>, _ clear: (Int) -> Void) {
            if lowest > limits.lowerBound {
                lowest -= 1
                clear(lowest - 1)
            } else {
                lowest += 1
            }
            if highest < limits.upperBound {
                highest += 1
                clear(highest + 1)
            } else {
                highest -= 1
            }
        }
    }

    var front: Side
    var back: Side
    /// Whether the two searches meet in a step of the one from the front.
    let meetsInFront: Bool
    private let limits: ClosedRange<Int>

    init(_ old: Range<Int>, _ new: Range<Int>) {
        front = Side(old.lowerBound - new.lowerBound)
        back = Side(old.upperBound - new.upperBound)
        meetsInFront = !(front.diagonal - back.diagonal).isMultiple(of: 2)
        limits = (old.lowerBound - new.upperBound)...(old.upperBound - new.lowerBound)
    }

    mutating func widenFront(_ clear: (Int) -> Void) { front.widen(within: limits, clear) }
    mutating func widenBack(_ clear: (Int) -> Void) { back.widen(within: limits, clear) }
}

/// A number for each text.
private struct LineNumbers {
    private var numbers: [[UInt8]: Int] = [:]

    mutating func number(of line: String) -> Int {
        let bytes = Array(line.utf8)
        if let known = numbers[bytes] { return known }
        numbers[bytes] = numbers.count
        return numbers.count - 1
    }
}
