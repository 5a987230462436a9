/// How far the clocks of a time zone are ahead of UTC, and since when.
public struct ZoneOffsets: Hashable, Sendable {
    /// In order: from that second of UTC on, so many seconds ahead.
    private var changes: [(since: Int64, offset: Int64)]
    private var first: Int64

    public static let utc = ZoneOffsets(offset: 0)

    /// A zone whose clocks are never changed.
    public init(offset: Int64) {
        first = offset
        changes = []
    }

    /// Reads a file of the time zone database (TZif, version 2 and later).
    ///
    /// `nil` if it is none, or one of version 1. What a file says in words of the time after its last change is not
    /// read: the last offset stays.
    ///
    /// - Parameter bytes: The file's content.
    public init?(file bytes: [UInt8]) {
        guard bytes.count <= 1 << 20, let old = Header(bytes, at: 0), old.version >= 2,
            let header = Header(bytes, at: old.end(timeSize: 4))
        else { return nil }
        let times = header.start
        let indices = times + header.times * 8
        let types = indices + header.times
        guard header.types > 0, header.end(timeSize: 8) <= bytes.count else { return nil }
        let offsets = (0..<header.types).map {
            Int64(Int32(truncatingIfNeeded: Self.number(bytes, types + $0 * 6, 4)))
        }
        guard offsets.allSatisfy({ abs($0) <= 26 * 3600 }) else { return nil }
        first = offsets[0]
        changes = []
        for index in 0..<header.times {
            let type = Int(bytes[indices + index])
            guard offsets.indices.contains(type) else { return nil }
            let since = Self.number(bytes, times + index * 8, 8)
            guard changes.last.map({ $0.since < since }) ?? true else { return nil }
            changes.append((since, offsets[type]))
        }
    }

    func offset(at seconds: Int64) -> Int64 {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].since <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : changes[low - 1].offset
    }

    /// A number with the most significant byte first.
    private static func number(_ bytes: [UInt8], _ start: Int, _ size: Int) -> Int64 {
        Int64(bitPattern: bytes[start..<(start + size)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    public static func == (left: ZoneOffsets, right: ZoneOffsets) -> Bool {
        left.first == right.first && left.changes.elementsEqual(right.changes) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(first)
        hasher.combine(changes.count)
    }

    /// How many of what a part of the file has, each below a bound that no zone comes near.
    private struct Header {
        var version: Int
        var start: Int
        var times: Int
        var types: Int
        private var others: (isUTC: Int, isStandard: Int, leaps: Int, characters: Int)

        init?(_ bytes: [UInt8], at start: Int) {
            guard start >= 0, start + 44 <= bytes.count,
                bytes[start..<(start + 4)].elementsEqual("TZif".utf8)
            else { return nil }
            let counts = (0..<6).map { Int(number(bytes, start + 20 + $0 * 4, 4)) }
            guard counts.allSatisfy({ $0 <= 100_000 }) else { return nil }
            version = Int(bytes[start + 4]) - 48
            self.start = start + 44
            times = counts[3]
            types = counts[4]
            others = (counts[0], counts[1], counts[2], counts[5])
        }

        func end(timeSize: Int) -> Int {
            start + times * (timeSize + 1) + types * 6 + others.characters + others.leaps * (timeSize + 4)
                + others.isStandard + others.isUTC
        }
    }
}
