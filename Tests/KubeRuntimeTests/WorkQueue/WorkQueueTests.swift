import KubeRuntime
import TestSupport
import Testing

/// Work that is really done, on a clock that the test moves.
@Suite("work queue", .timeLimit(.minutes(1)))
struct WorkQueueTests {
    private let clock = ManualClock()

    private func queue(limit: Int = 100) -> WorkQueue<String> {
        WorkQueue(
            limit: limit, backoff: Backoff(first: .seconds(2), longest: .seconds(10)), clock: clock,
            random: { 0 })
    }

    @Test("I3 a key asked for while it is in work is worked on again afterwards, and not before")
    func again() async {
        let queue = queue()
        let (begun, report) = AsyncStream<Int>.makeStream()
        let (gate, open) = AsyncStream<Void>.makeStream()
        let count = Guarded(0)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await queue.run(workers: 4) { _ in
                    report.yield(
                        count.withLock {
                            $0 += 1; return $0
                        })
                    for await _ in gate { break }
                    return .done
                }
            }
            queue.add("a")
            var begins = begun.makeAsyncIterator()
            #expect(await begins.next() == 1)
            queue.add("a")
            queue.add("a")
            #expect(queue.load.running == 1)
            open.yield()
            #expect(await begins.next() == 2)
            open.yield()
            while queue.load.keys > 0 { await Task.yield() }
            queue.stop()
        }
        #expect(count.withLock { $0 } == 2)
    }

    @Test("I6 no more keys at once than there are workers, and each of them once")
    func workers() async {
        let queue = queue(limit: 1000)
        let seen = Guarded<(now: Int, most: Int, done: Set<String>)>((0, 0, []))
        for number in 0..<200 { queue.add("key-\(number)") }
        await queue.run(workers: 3) { key in
            seen.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            await Task.yield()
            let isLast = seen.withLock {
                $0.now -= 1
                #expect($0.done.insert(key).inserted)
                return $0.done.count == 200
            }
            if isLast { queue.stop() }
            return .done
        }
        #expect(seen.withLock { $0.most } == 3)
        #expect(queue.load.keys == 0)
    }

    @Test("waits for what is due, and not longer when something earlier comes")
    func dueTimes() async {
        let queue = queue()
        let (begun, report) = AsyncStream<String>.makeStream()
        await withDiscardingTaskGroup { group in
            group.addTask {
                await queue.run(workers: 1) { key in
                    report.yield(key)
                    return .done
                }
            }
            queue.add("late", after: .seconds(60))
            await clock.sleeper(for: .seconds(60))
            queue.add("early", after: .seconds(10))
            await clock.sleeper(for: .seconds(10))
            var begins = begun.makeAsyncIterator()
            clock.advance(by: .seconds(10))
            #expect(await begins.next() == "early")
            await clock.sleeper(for: .seconds(50))
            clock.advance(by: .seconds(50))
            #expect(await begins.next() == "late")
            queue.stop()
        }
    }

    @Test("I6 work that fails is done again after a while that grows")
    func backoff() async {
        let queue = queue()
        let attempts = Guarded(0)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await queue.run(workers: 1) { _ in
                    attempts.withLock { $0 += 1 }
                    return .failed()
                }
            }
            queue.add("a")
            for pause in [1, 2, 4, 5, 5] {
                await clock.sleeper(for: .seconds(pause))
                clock.advance(by: .seconds(pause))
            }
            await clock.sleeper(for: .seconds(5))
            #expect(queue.failures(of: "a") == 6)
            queue.stop()
        }
        #expect(attempts.withLock { $0 } == 6)
    }

    @Test("stops after what is in work, which is not cancelled, and begins nothing more")
    func stopping() async {
        let queue = queue()
        let (begun, report) = AsyncStream<Void>.makeStream()
        let (gate, open) = AsyncStream<Void>.makeStream()
        let ended = Guarded<[Bool]>([])
        await withDiscardingTaskGroup { group in
            group.addTask {
                await queue.run(workers: 1) { _ in
                    report.yield()
                    for await _ in gate { break }
                    ended.withLock { $0.append(Task.isCancelled) }
                    return .done
                }
            }
            queue.add("a")
            queue.add("b")
            for await _ in begun { break }
            queue.stop()
            open.yield()
        }
        #expect(ended.withLock { $0 } == [false])
        #expect(queue.load.keys == 1, "what was not begun is still to be done")
    }

    @Test("a cancel reaches what is in work, and the queue ends when that has ended")
    func cancelling() async {
        let queue = queue()
        let (begun, report) = AsyncStream<Void>.makeStream()
        let ended = Guarded(0)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await queue.run(workers: 2) { _ in
                    report.yield()
                    // Ends only when cancelled.
                    for await _ in AsyncStream<Never>.makeStream().stream {}
                    ended.withLock { $0 += 1 }
                    return .failed()
                }
            }
            for key in ["a", "b", "c"] { queue.add(key) }
            var begins = begun.makeAsyncIterator()
            _ = await begins.next()
            _ = await begins.next()
            group.cancelAll()
        }
        #expect(ended.withLock { $0 } == 2)
        #expect(queue.load.running == 0)
        #expect(queue.load.keys == 3, "nothing is lost")
    }
}
