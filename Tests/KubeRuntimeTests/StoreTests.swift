import KubeCore
import Testing

@testable import KubeRuntime

/// The latest state of objects, whatever order it is told in.
@Suite("store")
struct StoreTests {
    private let target = WatchTarget(configMaps, namespace: "n", labelSelector: "app=shop")

    @Test("a newer state replaces an older one, never the other way round")
    func newest() {
        var store = Store()
        let news = [9, 9, 8, 10].map { store.note(map("a", $0)) }
        #expect(news == [true, false, false, true])
        #expect(store[map("a", 0).key] == map("a", 10))
        let changed = store.take(.changed(map("a", 11)), of: target)
        #expect(changed == [map("a", 0).key])
    }

    @Test("a deletion leaves the last state")
    func gone() {
        var store = Store()
        store.note(map("a", 1))
        let changed = store.take(.removed(map("a", 5)), of: target)
        #expect(changed == [map("a", 0).key])
        #expect(store[map("a", 0).key] == nil)
        #expect(store.last(map("a", 0).key) == map("a", 5))
        // An answer from before the deletion comes late.
        let isNews = store.note(map("a", 3))
        #expect(!isNews)
        #expect(store[map("a", 0).key] == nil)
    }

    @Test("I2 the end of an earlier object of that name does not end the new one")
    func recreated() {
        var store = Store()
        store.note(map("a", 7, uid: "new"))
        let changed = store.take(.removed(map("a", 6, uid: "old")), of: target)
        #expect(changed.isEmpty)
        #expect(store[map("a", 0).key]?.uid == "new")
        store.take(.removed(map("a", 9, uid: "new")), of: target)
        store.note(map("a", 11, uid: "newer"))
        #expect(store[map("a", 0).key]?.uid == "newer")
        #expect(store.last(map("a", 0).key) == nil)
    }

    @Test("what a list no longer shows is gone; what it cannot show, or was written since, is not")
    func replaced() {
        var store = Store()
        let shop: JSONObject = ["app": "shop"]
        store.take(.replaced([map("a", 1), map("b", 2)], resourceVersion: "3"), of: target)
        store.note(map("written", 4, labels: shop))
        store.note(map("later", 9, labels: shop))
        store.note(map("other", 4, labels: ["app": "else"]))
        let changed = store.take(.replaced([map("b", 5)], resourceVersion: "6"), of: target)
        #expect(changed == [map("a", 0).key, map("written", 0).key, map("b", 0).key])
        #expect(Set(store.all.map(\.name)) == ["b", "later", "other"])
        #expect(store.last(map("a", 0).key) == map("a", 1))
    }

    @Test("I6 only so many deletions are remembered, the latest")
    func bounded() {
        var store = Store(remembering: 10)
        for index in 0..<1000 {
            store.note(map("m\(index)", index * 2 + 1))
            store.noteGone(map("m\(index)", index * 2 + 2))
        }
        #expect((990..<1000).allSatisfy { store.last(map("m\($0)", 0).key) != nil })
        #expect((0..<990).allSatisfy { store.last(map("m\($0)", 0).key) == nil })
    }

    @Test("I3 events lost, doubled or told in any order: the same end")
    func anyOrder() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed)
        for _ in 0..<200 {
            // A history of versions, each a state of some object or its end.
            var truth: [ObjectKey: KubeObject] = [:]
            var told: [WatchChange] = []
            for version in 1...40 {
                let name = "m\(Int.random(in: 0..<4, using: &random))"
                let key = map(name, 0).key
                if let last = truth[key], Bool.random(using: &random) {
                    truth[key] = nil
                    told.append(.removed(map(name, version, uid: last.uid)))
                } else {
                    let object = map(name, version, uid: truth[key]?.uid ?? "u\(version)")
                    truth[key] = object
                    told.append(.changed(object))
                }
            }
            var events = told + told.filter { _ in Bool.random(using: &random) }
            events.shuffle(using: &random)
            var store = Store()
            for event in events { store.take(event, of: target) }
            #expect(Dictionary(uniqueKeysWithValues: store.all.map { ($0.key, $0) }) == truth, "seed \(seed)")
        }
    }

    @Test("what a list of a target would show")
    func shows() {
        let shop = map("a", 1, labels: ["app": "shop", "tier": "web"])
        func shows(_ selector: String?, namespace: String = "n") -> Bool {
            WatchTarget(configMaps, namespace: namespace, labelSelector: selector).shows(shop)
        }
        #expect(
            shows(nil) && shows("") && shows("app=shop") && shows("app=shop,tier=web")
                && shows("app!=x") && shows("app")
                && shows("app=shop", namespace: ""))
        #expect(
            !shows("app=else") && !shows("app=shop,x=y") && !shows("!app") && !shows("app=")
                && !shows("app=shop", namespace: "m"))
    }
}

/// Random numbers that a printed seed brings back.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
