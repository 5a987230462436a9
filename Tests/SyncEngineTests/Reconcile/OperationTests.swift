import KubeCore
import SyncEngine
import Testing

/// Operations from their acceptance over their retries to their end.
@Suite("operations")
struct OperationTests {
    private typealias Make = SampleApplication

    private static let now = SampleApplication.now
    private static func later(_ seconds: Int64) -> Timestamp { Timestamp(seconds: now.seconds + seconds) }

    private func accepted(_ operation: JSONValue, _ patch: JSONValue = [:]) throws -> OperationState {
        let application = Make.make(["operation": operation], patch)
        return OperationState.accepted(try #require(application.operation), at: Self.now, by: application)
    }

    @Test("S112 S117 S126 an accepted operation runs from now on, and knows its sources before its commits")
    func start() throws {
        let state = try accepted(["sync": ["revision": "main"]], Make.last("Failed", "boom"))
        #expect(state.phase == .running)
        #expect(state.startedAt == Self.now)
        #expect(state.finishedAt == nil)
        #expect(state.retryCount == 0)
        #expect(state.request?.json == ["sync": ["revision": "main"]])
        #expect(state.syncResult.allRevisions.isEmpty)
        #expect(state.syncResult.sources == Make.make().spec.sources)
        let back = try accepted(["sync": ["source": ["repoURL": "https://example.test/old.git"]]])
        #expect(back.syncResult.sources.all.map(\.json) == [["repoURL": "https://example.test/old.git"]])
    }

    private func ended(
        _ retry: JSONValue?, _ phase: String = "Failed", count: Int64 = 0
    ) throws -> OperationState {
        var operation: JSONObject = ["sync": ["revision": "main"]]
        operation["retry"] = retry
        let more: JSONValue = [
            "status": ["operationState": ["operation": .object(operation), "retryCount": .int(count)]]
        ]
        return try #require(Make.make(Make.last(phase, "boom"), more).status.operation)
    }

    struct Row: CustomTestStringConvertible {
        var rule: String
        var retry: JSONValue? = ["limit": 2]
        var phase = "Failed"
        var count: Int64 = 0
        var isTerminated = false
        var next: OperationState.Phase
        var message: String
        var testDescription: String { rule }
    }

    static let rows = [
        Row(rule: "S124 without a strategy never", retry: nil, next: .failed, message: "boom"),
        Row(rule: "S127 success is the end", phase: "Succeeded", count: 1, next: .succeeded, message: "boom"),
        Row(
            rule: "S124 a failure is tried again", next: .running,
            message: "boom. Retrying attempt #1 at 3:04AM."),
        Row(
            rule: "S124 so is an error", phase: "Error", count: 1, next: .running,
            message: "boom. Retrying attempt #2 at 3:04AM."),
        Row(
            rule: "S127 until the limit is reached", count: 2, next: .failed,
            message: "boom (retried 2 times)."),
        Row(
            rule: "S124 a negative limit is none", retry: ["limit": -1], count: 900, next: .running,
            message: "boom. Retrying attempt #901 at 3:07AM."),
        Row(
            rule: "S124 not what somebody has ended", isTerminated: true, next: .failed, message: "boom"),
        Row(
            rule: "S127 also not later", count: 1, isTerminated: true, next: .failed,
            message: "boom (retried 1 times)."),
        Row(
            rule: "S127 a strategy that can't be read",
            retry: ["limit": 2, "backoff": ["duration": "soon"]], next: .error,
            message: #"boom (failed to retry: invalid duration "soon")"#),
    ]

    @Test("S124 S127 what follows an attempt", arguments: rows)
    func next(_ row: Row) throws {
        let state = try ended(row.retry, row.phase, count: row.count)
        let next = OperationRetry.next(after: state, isTerminated: row.isTerminated, now: Self.now)
        #expect(next.phase == row.next)
        #expect(next.message == row.message)
        #expect(next.retryCount == (row.next == .running ? row.count + 1 : row.count))
        #expect(next.startedAt == state.startedAt)
        if row.next == .running { #expect(next.finishedAt == Self.now) }
    }

    @Test(
        "S125 the wait grows by the factor up to its longest; a bare number means seconds",
        arguments: [
            ([:], 0, 5), ([:], 1, 10), ([:], 5, 160), ([:], 6, 180), ([:], 1000, 180),
            (["duration": "7"], 0, 7), (["duration": "1m", "factor": 3, "maxDuration": "1h"], 2, 540),
            (["duration": "10s", "maxDuration": "0"], 6, 640), (["factor": 1], 50, 5),
            (["duration": "500ms"], 0, 1), (["duration": "-5"], 0, 0), (["factor": -3], 3, 5),
        ] as [(JSONValue, Int64, Int64)])
    func wait(_ backoff: JSONValue, attempts: Int64, seconds: Int64) throws {
        let state = try ended(["limit": -1, "backoff": backoff], count: attempts)
        let next = OperationRetry.next(after: state, isTerminated: false, now: Self.now)
        #expect(OperationRetry.dueTime(of: next) == Self.later(seconds))
        #expect(OperationRetry.dueTime(of: state) == nil)
    }

    @Test("S126 the next attempt has the old start and no results; its commits are the same, or the newest")
    func again() throws {
        for (refresh, message, revision) in [
            (false, "Retrying operation. Attempt #1", Make.revision),
            (true, "Retrying operation with latest revisions. Attempt #1", ""),
        ] {
            let state = try ended(["limit": 1, "refresh": .bool(refresh)])
            let waiting = OperationRetry.next(after: state, isTerminated: false, now: Self.now)
            let next = OperationRetry.begin(waiting)
            #expect(next.message == message)
            #expect(next.finishedAt == nil)
            #expect(next.startedAt == state.startedAt)
            #expect(next.syncResult.revision == revision)
            #expect(next.syncResult.sources == state.syncResult.sources)
            #expect(next.syncResult.resources.isEmpty)
            #expect(next.request?.sync?.revision == (refresh ? "" : "main"))
        }
    }

    @Test("S175 the time of an application's health moves with its status alone")
    func health() {
        let old = AggregateHealth(.progressing, message: "a", lastTransitionTime: Self.later(-100))
        let same = old.becoming(Health(.progressing, "b"), at: Self.now)
        #expect(same == AggregateHealth(.progressing, message: "b", lastTransitionTime: Self.later(-100)))
        #expect(old.becoming(Health(.healthy), at: Self.now).lastTransitionTime == Self.now)
        #expect(AggregateHealth().becoming(Health(.healthy), at: Self.now).lastTransitionTime == Self.now)
    }

    @Test("S123 the time of an operation counts from its start, over all its attempts")
    func timeout() throws {
        #expect(OperationTimeout(nil) == nil)
        #expect(OperationTimeout(.zero) == nil)
        let limit = try #require(OperationTimeout(.seconds(60)))
        var state = try accepted(["sync": [:], "retry": ["limit": 3]])
        #expect(limit.dueTime(of: state) == Self.later(60))
        #expect(!limit.isOver(state, at: Self.later(59)))
        #expect(limit.isOver(state, at: Self.later(60)))
        state.retryCount = 2
        state.finishedAt = Self.later(50)
        #expect(limit.dueTime(of: state) == Self.later(60))

        let terminating = OperationTimeout.terminating(state)
        #expect(terminating.phase == .terminating)
        #expect(terminating.message == "operation is terminating due to timeout")
        #expect(terminating.finishedAt == nil)
        var ended = terminating
        ended.end(.failed, "Operation terminated", at: Self.later(61))
        let expected = "Operation terminated, triggered by controller sync timeout"
        #expect(OperationTimeout.ended(ended).message == expected)
        ended.phase = .succeeded
        #expect(OperationTimeout.ended(ended).message == "Operation terminated")
    }
}
