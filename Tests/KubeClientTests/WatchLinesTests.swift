import KubeCore
import Testing

@testable import KubeClient

@Suite("watch framing")
struct WatchLinesTests {
    private static func lines(_ pieces: [[UInt8]], limit: Int) -> [WatchLines.Line] {
        var lines = WatchLines(limit: limit)
        var all: [WatchLines.Line] = []
        for piece in pieces {
            lines.append(piece)
            while let line = lines.next() { all.append(line) }
        }
        return all
    }

    @Test("however the bytes are cut, the lines are the same")
    func anyCut() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed)
        for _ in 0..<300 {
            var expected: [WatchLines.Line] = []
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let length = Int.random(in: 0...40, using: &random)
                let line = [UInt8](repeating: UInt8(ascii: "a") + UInt8(length % 26), count: length)
                bytes += line + [UInt8(ascii: "\n")]
                if length > 30 {
                    expected.append(.tooLong(limit: 30))
                } else if length > 0 {
                    expected.append(.whole(line))
                }
            }
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...20, using: &random)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(Self.lines(pieces, limit: 30) == expected, "seed \(seed)")
        }
    }

    @Test("I6 a line without end is bounded, and reported once")
    func endless() {
        var lines = WatchLines(limit: 100)
        var reports = 0
        for _ in 0..<1000 {
            lines.append([UInt8](repeating: 0x61, count: 1000))
            while let line = lines.next() { if line == .tooLong(limit: 100) { reports += 1 } }
        }
        #expect(reports == 1)
        lines.append(Array("\nnext\n".utf8))
        #expect(lines.next() == .whole(Array("next".utf8)))
        #expect(lines.next() == nil)
    }

    struct Row: Sendable, CustomStringConvertible {
        var line: String
        var event: WatchEvent
        var description: String { line }
    }

    static let object = KubeObject(["metadata": ["name": "a", "resourceVersion": "7"]])

    static let rows = [
        Row(
            line: #"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"7"}}}"#,
            event: .added(object)),
        Row(
            line: #"{"object":{"metadata":{"name":"a","resourceVersion":"7"}},"type":"MODIFIED"}"#,
            event: .modified(object)),
        Row(
            line: #"{"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"7"}}}"#,
            event: .deleted(object)),
        Row(
            line: #"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"9"}}}"#,
            event: .bookmark(resourceVersion: "9")),
        Row(
            line:
                #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"#,
            event: .failed(APIFailure(code: 410, reason: "Expired", message: "too old"))),
        Row(line: #"{"type":"ADDED"}"#, event: .unreadable("a watch event has no type or no object")),
        Row(
            line: #"{"type":"ADDED","object":[]}"#,
            event: .unreadable("a watch event has no type or no object")),
        Row(line: #"{"type":"NEWS","object":{}}"#, event: .unreadable("a watch event is of an unknown type")),
        Row(line: #"{"type":"ADDED","object":{}}"#, event: .unreadable("a watch event's object has no name")),
    ]

    @Test("I7 every line is an event, readable or not", arguments: rows)
    func event(_ row: Row) {
        #expect(WatchEvent(line: Array(row.line.utf8)) == row.event)
    }

    @Test("I7 a line that is no JSON is one unreadable event", arguments: ["{", "null x", "\u{1}", "[1,2"])
    func garbage(_ line: String) {
        guard case .unreadable = WatchEvent(line: Array(line.utf8)) else {
            Issue.record("\(line) was read")
            return
        }
    }
}
