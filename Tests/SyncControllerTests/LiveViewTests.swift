import KubeCore
import SyncEngine
import Testing

@testable import SyncController

/// What is known of the cluster: the newest state, whatever the order in which it is told.
@Suite("LiveView") struct LiveViewTests {
    let key = ObjectKey(group: "batch", kind: "Job", namespace: "shop", name: "before")

    func job(_ version: Int, uid: String = "a", label: String = "shop") -> KubeObject {
        KubeObject([
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": [
                "name": "before", "namespace": "shop", "uid": .string(uid),
                "resourceVersion": .string("\(version)"),
                "labels": [AnnotationKey.application: .string(label)],
            ],
        ])
    }

    /// One thing that is told of the job.
    enum News: Sendable {
        case put(Int, String)
        case depart(Int, String)
        case remove(String)
        /// A list as of that version, with the job in it or empty.
        case list(Int, (Int, String)?)
    }

    /// Everything that is told, in order, and what is known then.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var news: [News]
        var live: Int?
        var departed: Int?
    }

    static let rows = [
        Row(testDescription: "newer replaces older", news: [.put(1, "a"), .put(2, "a")], live: 2),
        Row(testDescription: "older does not replace newer", news: [.put(2, "a"), .put(1, "a")], live: 2),
        Row(
            testDescription: "a late word of the object before does not replace its successor",
            news: [.put(5, "b"), .put(2, "a")], live: 5),
        Row(
            testDescription: "the successor replaces the object before",
            news: [.put(2, "a"), .put(5, "b")], live: 5),
        Row(testDescription: "what departs is gone", news: [.put(2, "a"), .depart(3, "a")], departed: 3),
        Row(
            testDescription: "a late word of what has departed does not bring it back",
            news: [.put(1, "a"), .depart(3, "a"), .put(2, "a")], departed: 3),
        Row(
            testDescription: "a departure told twice is one",
            news: [.put(1, "a"), .depart(3, "a"), .depart(3, "a")], departed: 3),
        Row(
            testDescription: "the departure of the object before leaves its successor",
            news: [.put(5, "b"), .depart(3, "a")], live: 5, departed: 3),
        Row(
            testDescription: "a late departure does not hide a later one",
            news: [.depart(9, "b"), .depart(3, "a")], departed: 9),
        Row(
            testDescription: "what is there although its watch let it go is found by a later look",
            news: [.put(1, "a"), .depart(3, "a"), .put(4, "a")], live: 4, departed: 3),
        Row(
            testDescription: "what is gone by a direct look counts as last seen",
            news: [.put(2, "a"), .remove("a")], departed: 2),
        Row(
            testDescription: "nothing brings back what is gone by a direct look",
            news: [.put(2, "a"), .remove("a"), .put(9, "a")], departed: 2),
        Row(
            testDescription: "a look that missed the object before leaves its successor",
            news: [.put(5, "b"), .remove("a")], live: 5),
        Row(
            testDescription: "a list without it says that it is gone",
            news: [.put(2, "a"), .list(7, nil)], departed: 2),
        Row(
            testDescription: "a list from before it was made says nothing",
            news: [.put(8, "a"), .list(7, nil)], live: 8),
        Row(
            testDescription: "a list with its successor", news: [.put(2, "a"), .list(7, (6, "b"))], live: 6),
    ]

    @Test("I3 what is told, and what is known then", arguments: rows)
    func news(_ row: Row) {
        let view = LiveView([:])
        for news in row.news {
            switch news {
            case .put(let version, let uid): view.put(job(version, uid: uid), as: key)
            case .depart(let version, let uid): view.depart(job(version, uid: uid), as: key)
            case .remove(let uid): view.remove(key, uid: uid)
            case .list(let version, let found):
                let objects = found.map { [job($0.0, uid: $0.1)] } ?? []
                view.replace(with: objects, asOf: "\(version)") { _ in true }
            }
        }
        let (live, departed, _) = view.snapshot
        #expect(live[key]?.resourceVersion == row.live.map(String.init))
        if let expected = row.departed { #expect(departed[key]?.resourceVersion == "\(expected)") }
    }

    @Test("I3 a list says nothing of what it would not show")
    func uncovered() {
        let view = LiveView([key: job(2, label: "other")])
        view.replace(with: [], asOf: "9") { $0.label(AnnotationKey.application) == "shop" }
        #expect(view.object(key) != nil)
    }

    @Test("I3 what is told again is no change")
    func unchanged() {
        let view = LiveView([key: job(2)])
        let before = view.snapshot.version
        view.put(job(2), as: key)
        view.put(job(1), as: key)
        view.remove(key, uid: "other")
        view.replace(with: [job(2)], asOf: "9") { _ in true }
        #expect(view.snapshot.version == before)
    }

    @Test(
        "I3 any order, any repetition, any delay: the same is known in the end",
        arguments: 0..<200 as Range<UInt64>)
    func anyOrder(_ seed: UInt64) {
        var random = Dice(seed: seed)
        // Two objects of one name, one after the other; the second stays.
        var news: [News] = [
            .put(1, "a"), .put(2, "a"), .put(3, "a"), .depart(4, "a"), .put(5, "b"), .put(6, "b"),
        ]
        news += (0..<4).map { _ in news[Int.random(in: 0..<6, using: &random)] }
        news.shuffle(using: &random)
        let view = LiveView([:])
        for item in news {
            switch item {
            case .put(let version, let uid): view.put(job(version, uid: uid), as: key)
            case .depart(let version, let uid): view.depart(job(version, uid: uid), as: key)
            case .remove, .list: continue
            }
        }
        #expect(view.snapshot.live[key] == job(6, uid: "b"), "seed \(seed): \(news)")
        #expect(view.snapshot.departed[key] == job(4), "seed \(seed): \(news)")
    }

    // MARK: Waiting

    @Test("I3 a change wakes everyone who waits", .timeLimit(.minutes(1)))
    func wakes() async {
        let view = LiveView([:])
        let version = view.snapshot.version
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { await view.change(after: version) } }
            group.addTask { view.put(job(1), as: key) }
        }
        #expect(view.snapshot.version != version)
    }

    @Test("I3 who asks after a change that has been is not kept waiting", .timeLimit(.minutes(1)))
    func past() async {
        let view = LiveView([:])
        let version = view.snapshot.version
        view.nudge()
        await view.change(after: version)
        await view.change(after: version, within: .seconds(3600))
    }

    @Test("I6 a cancelled wait ends, whenever the cancel comes", .timeLimit(.minutes(1)))
    func cancelled() async {
        let view = LiveView([:])
        for round in 0..<500 {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await view.change(after: 0) }
                group.addTask { await view.change(after: 0, within: .seconds(3600)) }
                if round.isMultiple(of: 2) { await Task.yield() }
                group.cancelAll()
            }
        }
    }

    @Test("I6 a wait ends with its time", .timeLimit(.minutes(1)))
    func limited() async {
        await LiveView([:]).change(after: 0, within: .milliseconds(1))
    }
}
