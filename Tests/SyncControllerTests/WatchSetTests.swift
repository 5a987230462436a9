import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import Synchronization
import Testing
import TestSupport

/// One watch a kind for all who need it.
@Suite("watch set", .onEachServer, .timeLimit(.minutes(2)))
struct WatchSetTests {
    @Test("I10 hands over what is there before a wish is answered, then what changes; opens one watch a kind")
    func sharing() async throws {
        try await Sandbox.with { sandbox in
            let label = "test=\(sandbox.application)"
            let (changes, report) = AsyncStream<(WatchChange, WatchTarget)>.makeStream()
            let watches = WatchSet(client: sandbox.client, labelSelector: label) { report.yield(($0, $1)) }
            try await sandbox.make("first")
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await watches.run() }
                async let one = watches.require(.configMaps)
                async let other = watches.require(.configMaps)
                for answer in await [one, other] { #expect(answer.isWatched) }
                var seen = changes.makeAsyncIterator()
                guard case (.replaced(let objects, _), _)? = await seen.next() else {
                    Issue.record("the list comes first")
                    return group.cancelAll()
                }
                #expect(objects.map(\.name) == ["first"])
                try await sandbox.make("second")
                guard case (.changed(let object), _)? = await seen.next() else {
                    Issue.record("the change was not told")
                    return group.cancelAll()
                }
                #expect(object.name == "second")
                #expect(watches.vitals.map(\.kind.kind) == ["ConfigMap"])
                group.cancelAll()
            }
            #expect(await !watches.require(.jobs).isWatched, "stopped, and says so instead of waiting")
        }
    }

    @Test("I10 a kind that nobody needs any more is watched no more, and can be watched again")
    func releasing() async throws {
        try await Sandbox.with { sandbox in
            let (changes, report) = AsyncStream<WatchChange>.makeStream()
            let watches = WatchSet(client: sandbox.client, labelSelector: "test=\(sandbox.application)") {
                change, _ in report.yield(change)
            }
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await watches.run() }
                #expect(await watches.require(.configMaps).isWatched)
                #expect(WatchSet.Vitals.problem(among: watches.vitals) == nil)
                let late = WatchSet.Vitals.problem(among: watches.vitals, silentFor: .seconds(-1))
                #expect(late?.hasPrefix("ConfigMap not heard of") == true)
                let ended = await watches.release(.configMaps)
                #expect(ended.map(\.resource) == [.configMaps])
                #expect(watches.vitals.isEmpty)
                #expect(await watches.release(.configMaps).isEmpty)
                // Told of by the second watch's list alone.
                try await sandbox.make("between")
                #expect(await watches.require(.configMaps).isWatched)
                report.finish()
                var seen: [[String]] = []
                for await change in changes {
                    guard case .replaced(let objects, _) = change else {
                        Issue.record("a change was told of after the end")
                        continue
                    }
                    seen.append(objects.map(\.name))
                }
                #expect(seen == [[], ["between"]])
                group.cancelAll()
            }
        }
    }

    @Test("I6 a kind that the server does not know is refused, and the wish is answered")
    func unknown() async throws {
        try await Sandbox.with { sandbox in
            let watches = WatchSet(client: sandbox.client, labelSelector: nil) { _, _ in }
            var unknown = APIResource.configMaps
            unknown.plural = "nosuchthings"
            await withDiscardingTaskGroup { group in
                group.addTask { await watches.run() }
                let answer = await watches.require(unknown)
                #expect(!answer.isWatched)
                #expect(watches.vitals.isEmpty)
                group.cancelAll()
            }
        }
    }
}

extension Sandbox {
    fileprivate func make(_ name: String) async throws {
        var object = try Manifests.map(name)
        object.setLabel("test", application)
        object.namespace = namespace
        try await client.create(object, as: .configMaps)
    }
}

extension WatchSet.Answer {
    fileprivate var isWatched: Bool {
        if case .watched = self { return true }
        return false
    }
}
