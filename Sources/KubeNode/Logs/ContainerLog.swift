/// What one run of a container has written, line by line; the oldest lines go when it is too much.
struct ContainerLog: Sendable {
    struct Line: Sendable {
        var time: NodeTime
        /// With its end of line, unless it is the last and has none.
        var bytes: [UInt8]

        /// What the line takes in memory, about.
        fileprivate var cost: Int { bytes.count + 48 }
    }

    /// A line without an end is cut there.
    private static let longestLine = 1 << 16

    let limit: Int
    /// Since the first line ever, how many went.
    private(set) var dropped = 0
    private var lines: [Line] = []
    /// Where the lines begin that are still there.
    private var start = 0
    private(set) var cost = 0
    private var pending: [UInt8] = []
    private(set) var isComplete = false

    init(limit: Int) {
        self.limit = limit
    }

    /// The number of lines ever written.
    var count: Int { dropped + lines.count - start }

    mutating func append(_ bytes: [UInt8], at time: NodeTime) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            add(pending + rest[...end], at: time)
            pending = []
            rest = rest[(end + 1)...]
        }
        pending += rest
        while pending.count >= Self.longestLine {
            add(Array(pending.prefix(Self.longestLine)), at: time)
            pending.removeFirst(Self.longestLine)
        }
    }

    /// Nothing more comes.
    mutating func close(at time: NodeTime) {
        guard !isComplete else { return }
        if !pending.isEmpty { add(pending, at: time) }
        pending = []
        isComplete = true
    }

    /// The lines from a number on, counted from the first ever; those that went are left out.
    func lines(from number: Int) -> ArraySlice<Line> {
        lines[min(lines.count, start + max(0, number - dropped))...]
    }

    private mutating func add(_ bytes: [UInt8], at time: NodeTime) {
        let line = Line(time: time, bytes: bytes)
        lines.append(line)
        cost += line.cost
        while cost > limit, start < lines.count - 1 {
            cost -= lines[start].cost
            lines[start].bytes = []
            start += 1
            dropped += 1
        }
        // Taken out in blocks: removing from the front costs a move of the rest.
        guard start > 1024, start > lines.count / 2 else { return }
        lines.removeFirst(start)
        start = 0
    }
}
