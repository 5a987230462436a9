import Testing

@testable import KubeRuntime

/// Which key has its turn when: the table behind the queue.
@Suite("work table")
struct WorkTableTests {
    enum Step {
        case add(String, Int, isTaken: Bool = true)
        /// What is taken at that time; `nil` for nothing.
        case take(Int, String?, retries: Int = .max)
        case finish(String, WorkOutcome, Int)
        /// When the next is due.
        case due(Int?, retries: Int = .max)
    }

    struct Row: CustomTestStringConvertible {
        var rule: String
        var steps: [Step]
        var testDescription: String { rule }
    }

    static let rows = [
        Row(
            rule: "I6 a key asked for twice is there once",
            steps: [.add("a", 0), .add("a", 0), .take(0, "a"), .finish("a", .done, 0), .take(9, nil)]),
        Row(
            rule: "of several wishes the earliest counts",
            steps: [
                .add("a", 9), .add("a", 5), .add("a", 7), .due(5), .take(4, nil), .take(5, "a"), .due(nil),
            ]),
        Row(
            rule: "what is due for longest comes first, and of the same time what was asked for first",
            steps: [
                .add("c", 2), .add("b", 1), .add("a", 1), .take(3, "b"), .take(3, "a"), .take(3, "c"),
            ]),
        Row(
            rule: "I3 never the same key twice at once; asked for during its work, it has its turn once more",
            steps: [
                .add("a", 0), .take(0, "a"), .add("a", 1), .add("a", 1), .take(5, nil), .due(nil),
                .finish("a", .done, 5), .take(5, "a"), .finish("a", .done, 6), .take(9, nil),
            ]),
        Row(
            rule: "work that wants to come back does so in time",
            steps: [.add("a", 0), .take(0, "a"), .finish("a", .again(after: .seconds(5)), 1), .due(6)]),
        Row(
            rule: "a wish during the work is not put off by when the work wants to come back",
            steps: [
                .add("a", 0), .take(0, "a"), .add("a", 3), .finish("a", .again(after: .seconds(9)), 1),
                .due(3),
            ]),
        Row(
            rule: "I6 waits double after each failure, up to the longest, and starts over after a success",
            steps: [
                .add("a", 0), .take(0, "a"), .finish("a", .failed(), 0), .due(1), .take(1, "a"),
                .finish("a", .failed(), 1), .due(3), .take(3, "a"), .finish("a", .failed(), 3), .due(7),
                .take(7, "a"), .finish("a", .failed(), 7), .due(12), .take(12, "a"), .finish("a", .done, 12),
                .due(nil), .add("a", 20), .take(20, "a"), .finish("a", .failed(), 20), .due(21),
            ]),
        Row(
            rule: "a failure with an end to the wait counts like another",
            steps: [
                .add("a", 0), .take(0, "a"), .finish("a", .failed(within: .seconds(1)), 0), .due(1),
                .take(1, "a"), .finish("a", .failed(within: .seconds(1)), 1), .due(2), .take(2, "a"),
                .finish("a", .failed(within: .seconds(30)), 2), .due(6),
            ]),
        Row(
            rule: "a failure of one key does not hold up another",
            steps: [
                .add("a", 0), .take(0, "a"), .finish("a", .failed(), 0), .add("b", 0), .take(0, "b"),
                .finish("b", .failed(), 0), .due(1),
            ]),
        Row(
            rule: "of keys that failed only so many are in work, and others pass by them",
            steps: [
                .add("a", 0), .take(0, "a"), .finish("a", .failed(), 0), .add("b", 0), .take(0, "b"),
                .finish("b", .failed(), 0), .due(1, retries: 1), .take(1, "a", retries: 1), .add("c", 2),
                .due(2, retries: 1), .take(2, "c", retries: 1), .take(2, nil, retries: 1),
                .due(nil, retries: 1), .finish("a", .done, 3), .due(1, retries: 1),
                .take(3, "b", retries: 1), .finish("b", .done, 3), .finish("c", .done, 3), .add("b", 4),
                .add("a", 4), .take(4, "b", retries: 0), .take(4, "a", retries: 0),
            ]),
        Row(
            rule: "a place that was left for an earlier one is not another's, whatever comes after",
            steps: [
                .add("a", 9), .add("a", 1), .take(1, "a"), .finish("a", .failed(), 8), .due(9),
                .take(9, "a"), .take(9, nil), .finish("a", .done, 9), .take(20, nil),
            ]),
        Row(
            rule: "I6 has a place for so many keys; known ones and those after them are not affected",
            steps: [
                .add("a", 0), .add("b", 0), .add("c", 0), .add("d", 0, isTaken: false), .add("a", 0),
                .take(0, "a"), .add("d", 0, isTaken: false), .finish("a", .done, 0), .add("d", 0),
            ]),
        Row(
            rule: "what was never begun cannot be finished",
            steps: [.finish("a", .failed(), 0), .due(nil), .add("a", 2), .finish("a", .done, 0), .due(2)]),
    ]

    @Test("I3 I6 whose turn it is", arguments: rows)
    func steps(_ row: Row) {
        var table = WorkTable<String>(
            limit: 3, backoff: Backoff(first: .seconds(2), longest: .seconds(10)))
        for (index, step) in row.steps.enumerated() {
            let place = "step \(index)"
            switch step {
            case .add(let key, let time, let isTaken):
                #expect(table.add(key, at: .seconds(time)) == isTaken, "\(place)")
            case .take(let time, let key, let retries):
                #expect(table.take(at: .seconds(time), retries: retries) == key, "\(place)")
            case .finish(let key, let outcome, let time):
                table.finish(key, outcome, at: .seconds(time), random: 0)
            case .due(let time, let retries):
                #expect(table.nextDue(retries: retries) == time.map { .seconds($0) }, "\(place)")
            }
        }
    }

    /// Against a table so simple that it can't be wrong: a list of wishes.
    @Test("I3 any order of wishes: as the plainest table would have it", arguments: 0..<50)
    func likeTheSimplest(_ seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        var table = WorkTable<Int>(limit: 100, backoff: Backoff())
        var wishes: [Int: (due: Int, order: Int)] = [:]
        var running: Set<Int> = []
        var later: [Int: Int] = [:]
        var order = 0
        for now in 0..<400 {
            let key = random.below(12)
            let due = now + random.below(20)
            _ = table.add(key, at: .seconds(due))
            if running.contains(key) {
                later[key] = min(later[key] ?? due, due)
            } else if due < wishes[key]?.due ?? .max {
                order += 1
                wishes[key] = (due, order)
            }
            if random.below(2) == 0 {
                let first = wishes.filter { $0.value.due <= now }
                    .min { ($0.value.due, $0.value.order) < ($1.value.due, $1.value.order) }?.key
                #expect(table.take(at: .seconds(now)) == first)
                if let first {
                    wishes[first] = nil
                    running.insert(first)
                }
            } else if let done = running.min() {
                table.finish(done, .done, at: .seconds(now), random: 0)
                running.remove(done)
                if let due = later.removeValue(forKey: done) {
                    order += 1
                    wishes[done] = (due, order)
                }
            }
            #expect(table.count == wishes.count + running.count)
            #expect(table.runningCount == running.count)
        }
    }
}
