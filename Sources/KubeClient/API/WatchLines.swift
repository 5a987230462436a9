/// Cuts the bytes of a watch into its lines, one JSON document each.
///
/// Bounded: of a line longer than the limit nothing is kept, it is reported once and skipped.
struct WatchLines {
    /// A line without its end, or the length of one that was too long.
    enum Line: Hashable, Sendable {
        case whole([UInt8])
        case tooLong(limit: Int)
    }

    private let limit: Int
    private var pending: [UInt8] = []
    private var start = 0
    /// Where the search for the end of the line goes on.
    private var searched = 0
    private var isSkipping = false

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ bytes: [UInt8]) {
        guard start < pending.count else {
            (pending, start, searched) = (bytes, 0, 0)
            return
        }
        pending.removeFirst(start)
        searched -= start
        start = 0
        pending += bytes
    }

    /// The next line that is complete or too long; `nil` if more bytes are needed.
    mutating func next() -> Line? {
        while true {
            guard let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
                searched = pending.count
                guard pending.count - start > limit else { return nil }
                pending = []
                start = 0
                searched = 0
                if isSkipping { return nil }
                isSkipping = true
                return .tooLong(limit: limit)
            }
            let line = pending[start..<end]
            start = end + 1
            searched = start
            if isSkipping {
                isSkipping = false
            } else if line.count > limit {
                return .tooLong(limit: limit)
            } else if line.contains(where: { $0 > 0x20 }) {
                return .whole(Array(line))
            }
        }
    }
}
