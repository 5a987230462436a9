import Synchronization
import Testing

@testable import SyncController

/// Work on many items, some at a time.
@Suite("Concurrently", .timeLimit(.minutes(1))) struct ConcurrentlyTests {
    struct Refused: Error, Equatable { var item: Int }

    @Test("I6 the answers keep the order of the items, whichever comes first")
    func order() async {
        let answers = await concurrently(Array(0..<100), limit: 7) { item in
            for _ in 0..<(item % 5) { await Task.yield() }
            return item * 2
        }
        #expect(answers == (0..<100).map { $0 * 2 })
    }

    @Test("I6 nothing to do is done at once")
    func nothing() async {
        let answers = await concurrently([Int](), limit: 4) { $0 }
        #expect(answers.isEmpty)
    }

    @Test("I6 no more at a time than allowed, and as many as that", arguments: [1, 3, 32])
    func bound(_ limit: Int) async {
        let state = Mutex((now: 0, most: 0))
        _ = await concurrently(Array(0..<200), limit: limit) { item in
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
            // Stays until as many others are there, or nobody more will come.
            while state.withLock({ $0.most < limit }) { await Task.yield() }
            state.withLock { $0.now -= 1 }
            return item
        }
        #expect(state.withLock(\.most) == limit)
    }

    @Test("I6 the first failure is thrown, the others are cancelled, and what has not begun never begins")
    func failure() async {
        let begun = Mutex<Set<Int>>([])
        let failure = await #expect(throws: Refused.self) {
            try await concurrently(Array(0..<50), limit: 4) { item throws(Refused) in
                begun.withLock { _ = $0.insert(item) }
                if item == 2 { throw Refused(item: 2) }
                // The others end when they are cancelled, with failures of their own.
                while !Task.isCancelled { await Task.yield() }
                throw Refused(item: item)
            }
        }
        #expect(failure == Refused(item: 2))
        #expect(begun.withLock { $0 } == [0, 1, 2, 3])
    }

    @Test("I6 a cancel reaches the work")
    func cancelled() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = await concurrently(Array(0..<10), limit: 3) { item in
                    while !Task.isCancelled { await Task.yield() }
                    return item
                }
            }
            group.cancelAll()
        }
    }
}
