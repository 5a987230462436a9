import KubeClient
import KubeCore
import Testing

@testable import KubeRuntime

/// A collection that stays watched, whatever the server does.
@Suite("watcher", .timeLimit(.minutes(1)))
struct WatcherTests {
    private let clock = ImpatientClock()

    private func watcher(
        _ cluster: ScriptedCluster, start: Watcher<ImpatientClock>.Start = .list
    ) -> Watcher<ImpatientClock> {
        Watcher(
            WatchTarget(configMaps, namespace: "n", labelSelector: "app=shop"),
            client: APIClient(transport: cluster, clock: clock), start: start, clock: clock, random: { 0 })
    }

    private static func line(_ type: String, _ object: KubeObject) -> String {
        "{\"type\":\"\(type)\",\"object\":\(JSONValue.object(object.json).text)}"
    }

    private static func bookmark(_ version: Int) -> String {
        #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"\#(version)"}}}"#
    }

    private static let expired = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"#
    private static let a1 = map("a", 1)
    private static let a3 = map("a", 3)
    private static let b4 = map("b", 4)

    struct Row: Sendable, CustomStringConvertible {
        var description: String
        var steps: [ScriptedCluster.Step]
        var changes: [WatchChange]
        /// Everything that was asked until the changes were there.
        var asked: [String]
    }

    static let rows = [
        Row(
            description: "lists, then watches from there",
            steps: [
                .list([a1], "2"), .watch([line("MODIFIED", a3), line("ADDED", b4), line("DELETED", b4)]),
            ],
            changes: [.replaced([a1], resourceVersion: "2"), .changed(a3), .changed(b4), .removed(b4)],
            asked: ["list", "watch 2"]),
        Row(
            description: "goes on from the last event when the server ends the watch",
            steps: [.list([], "2"), .watch([line("ADDED", a3)]), .watch([line("ADDED", b4)])],
            changes: [.replaced([], resourceVersion: "2"), .changed(a3), .changed(b4)],
            asked: ["list", "watch 2", "watch 3"]),
        Row(
            description: "goes on from the last bookmark",
            steps: [.list([], "2"), .watch([bookmark(9)]), .watch([line("ADDED", map("c", 10))])],
            changes: [.replaced([], resourceVersion: "2"), .changed(map("c", 10))],
            asked: ["list", "watch 2", "watch 9"]),
        Row(
            description: "goes on when the connection breaks",
            steps: [
                .list([], "2"), .watch([line("ADDED", a3)], end: .interrupted), .fail(.unreachable),
                .refuse(503),
                .refuse(429), .fail(.timedOut), .watch([line("ADDED", b4)]),
            ],
            changes: [.replaced([], resourceVersion: "2"), .changed(a3), .changed(b4)],
            asked: ["list", "watch 2", "watch 3", "watch 3", "watch 3", "watch 3", "watch 3"]),
        Row(
            description: "lists again when its version is too old, be it said by status or by event",
            steps: [
                .list([], "2"), .refuse(410), .list([a1], "5"), .watch([expired]), .list([a3], "7"),
                .watch([line("DELETED", a3)]),
            ],
            changes: [
                .replaced([], resourceVersion: "2"), .replaced([a1], resourceVersion: "5"),
                .replaced([a3], resourceVersion: "7"), .removed(a3),
            ],
            asked: ["list", "watch 2", "list", "watch 5", "list", "watch 7"]),
        Row(
            description: "I7 leaves out what cannot be read, and nothing else",
            steps: [
                .list([], "2"),
                .watch(["nonsense", line("ADDED", a3), #"{"type":"ADDED"}"#, line("ADDED", b4)]),
            ],
            changes: [.replaced([], resourceVersion: "2"), .changed(a3), .changed(b4)],
            asked: ["list", "watch 2"]),
        Row(
            description: "a list that fails is asked for again",
            steps: [.fail(.unreachable), .refuse(403), .refuse(500), .list([a1], "2")],
            changes: [.replaced([a1], resourceVersion: "2")],
            asked: ["list", "list", "list", "list"]),
    ]

    @Test("I3 keeps watching", arguments: rows)
    func changes(_ row: Row) async {
        let cluster = ScriptedCluster(row.steps)
        var changes: [WatchChange] = []
        for await change in watcher(cluster) {
            changes.append(change)
            if changes.count == row.changes.count { break }
        }
        #expect(changes == row.changes)
        #expect(cluster.asked == row.asked)
    }

    @Test("begins at a version that the caller knows")
    func fromVersion() async {
        let cluster = ScriptedCluster([.watch([Self.line("ADDED", Self.b4)])])
        var changes = watcher(cluster, start: .version("3")).makeAsyncIterator()
        #expect(await changes.next() == .changed(Self.b4))
        #expect(cluster.asked == ["watch 3"])
    }

    @Test("I6 waits longer after each failure, up to a bound, and starts over after a success")
    func backoff() async {
        let failures = [ScriptedCluster.Step](repeating: .fail(.unreachable), count: 12)
        let cluster = ScriptedCluster(
            failures + [.list([], "2"), .fail(.interrupted), .watch([Self.line("ADDED", Self.a3)])])
        var changes = watcher(cluster).makeAsyncIterator()
        _ = await changes.next()
        let expected = [100, 200, 400, 800, 1600, 3200, 6400, 12800, 15000, 15000, 15000, 15000]
        #expect(clock.sleeps == expected.map { .milliseconds($0) })
        _ = await changes.next()
        #expect(clock.sleeps.last == .milliseconds(100))
    }

    @Test("a server that ends every watch at once is not asked without pause")
    func emptyWatches() async {
        let cluster = ScriptedCluster(
            [.list([], "2")] + [ScriptedCluster.Step](repeating: .watch([]), count: 5) + [
                .watch([Self.line("ADDED", Self.a3)])
            ])
        var changes = watcher(cluster).makeAsyncIterator()
        _ = await changes.next()
        _ = await changes.next()
        #expect(clock.sleeps == [100, 200, 400, 800, 1600].map { .milliseconds($0) })
    }

    @Test("I4 tells for how long the server has been silent, and why")
    func pulse() async {
        let cluster = ScriptedCluster([
            .list([], "2"), .fail(.unreachable), .watch([Self.line("ADDED", Self.a3)]),
        ])
        let watcher = watcher(cluster)
        var changes = watcher.makeAsyncIterator()
        _ = await changes.next()
        #expect(watcher.pulse.silence == .zero)
        clock.advance(by: .seconds(7))
        #expect(watcher.pulse.silence == .seconds(7))
        #expect(watcher.pulse.failure == nil)
        _ = await changes.next()
        #expect(watcher.pulse.silence == .zero)
        #expect(watcher.pulse.failure == nil)
    }

    @Test("ends when the reading task is cancelled, in the middle of silence")
    func cancelled() async {
        let cluster = ScriptedCluster([.list([], "2"), .silence])
        let watcher = watcher(cluster)
        let task = Task {
            var count = 0
            for await _ in watcher { count += 1 }
            return count
        }
        while cluster.asked.count < 2 { await Task.yield() }
        task.cancel()
        #expect(await task.value == 1)
    }
}
