import KubeCore
import KubeRuntime
import SyncEngine
import Synchronization
import TestSupport
import Testing

@testable import SyncController

/// What a controller knows of all applications' objects.
@Suite("tracked objects", .timeLimit(.minutes(1)))
struct TrackedObjectsTests {
    private let target = WatchTarget(.configMaps)

    private static func map(_ name: String, of app: String?, version: Int, uid: String = "1") -> KubeObject {
        var object = KubeObject([
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(name), "namespace": "n", "uid": .string(uid),
                "resourceVersion": .string("\(version)"),
            ],
        ])
        object.setLabel(AnnotationKey.application, app)
        return object
    }

    private static func key(_ name: String) -> ObjectKey { map(name, of: nil, version: 0).key }

    struct Row: Sendable, CustomStringConvertible {
        var description: String
        var changes: [WatchChange]
        /// What the applications `a` and `b` have at the end, each as `name@version`.
        var a: Set<String> = []
        var b: Set<String> = []
        /// Which applications the last change was told of.
        var told: Set<String>
    }

    static let rows = [
        Row(
            description: "a list is what there is",
            changes: [
                .replaced(
                    [map("x", of: "a", version: 1), map("y", of: "b", version: 2)], resourceVersion: "2")
            ],
            a: ["x@1"], b: ["y@2"], told: ["a", "b"]),
        Row(
            description: "a later list takes away what it does not show",
            changes: [
                .replaced(
                    [map("x", of: "a", version: 1), map("y", of: "b", version: 2)], resourceVersion: "2"),
                .replaced([map("y", of: "b", version: 2)], resourceVersion: "5"),
            ],
            b: ["y@2"], told: ["a", "b"]),
        Row(
            description: "an object that changes hands concerns both",
            changes: [.changed(map("x", of: "a", version: 1)), .changed(map("x", of: "b", version: 2))],
            b: ["x@2"], told: ["a", "b"]),
        Row(
            description: "a state that is older than the known one is left aside",
            changes: [.changed(map("x", of: "a", version: 5)), .changed(map("x", of: "a", version: 3))],
            a: ["x@5"], told: ["a"]),
        Row(
            description: "an object that is gone is gone",
            changes: [.changed(map("x", of: "a", version: 1)), .removed(map("x", of: "a", version: 2))],
            told: ["a"]),
        Row(
            description: "the late end of an earlier object of that name takes nothing away",
            changes: [
                .changed(map("x", of: "a", version: 5, uid: "2")), .removed(map("x", of: "a", version: 4)),
            ],
            a: ["x@5"], told: ["a"]),
    ]

    @Test("I3 I10 objects by application, after any order of changes", arguments: rows)
    func changes(_ row: Row) {
        let told = Mutex<Set<String>>([])
        let objects = TrackedObjects { labels in told.withLock { $0 = labels } }
        for change in row.changes { objects.take(change, of: target) }
        #expect(Self.names(objects, "a") == row.a)
        #expect(Self.names(objects, "b") == row.b)
        #expect(told.withLock { $0 } == row.told)
        #expect(objects.size.whole == row.a.count + row.b.count)
    }

    private static func names(_ objects: TrackedObjects, _ label: String) -> Set<String> {
        Set(objects.tracked(labelled: label).objects.values.map { "\($0.name)@\($0.resourceVersion)" })
    }

    @Test("I3 what an operation has written is known before its watch tells of it")
    func ownWrites() {
        let objects = TrackedObjects { _ in }
        objects.take(.changed(Self.map("x", of: "a", version: 1)), of: target)
        objects.take(.changed(Self.map("gone", of: "a", version: 1)), of: target)
        let seen = [Self.map("x", of: "a", version: 4), Self.map("new", of: "a", version: 5)]
        let live = Dictionary(uniqueKeysWithValues: seen.map { ($0.key, $0) })
        objects.note(live, labelled: "a")
        objects.take(.changed(Self.map("x", of: "a", version: 3)), of: target)
        #expect(Self.names(objects, "a") == ["x@4", "new@5"])
    }

    @Test("I10 what is abridged stays so until the object changes, or somebody had to read it")
    func abridging() throws {
        var whole = Self.map("x", of: "a", version: 4)
        whole["data"] = ["large": "content"]
        let objects = TrackedObjects { _ in }
        objects.take(.changed(whole), of: target)
        let proof = try #require(try Self.proofs(of: whole)[whole.key])
        let proven = ProvenObject(object: whole.abridged(), proof: proof)

        objects.abridge([proven], labelled: "a")
        #expect(objects.tracked(labelled: "a").objects[whole.key]?["data"] == nil)
        #expect(objects.tracked(labelled: "a").proofs == [whole.key: proof])
        // The same state, told again.
        objects.take(.replaced([whole], resourceVersion: "9"), of: target)
        objects.note([whole.key: whole], labelled: "a")
        #expect(objects.size.abridged == 1 && objects.size.whole == 0)
        objects.restore([whole])
        #expect(objects.object(whole.key) == whole)
        #expect(objects.tracked(labelled: "a").proofs == [:])

        objects.abridge([proven], labelled: "a")
        whole["metadata", "resourceVersion"] = "5"
        objects.take(.changed(whole), of: target)
        objects.abridge([proven], labelled: "a")
        #expect(objects.object(whole.key) == whole, "an older proof says nothing of a newer state")
    }

    private static let kinds: KindCatalog = {
        var kinds = KindCatalog()
        kinds.add(.configMaps)
        return kinds
    }()

    private static func proofs(of live: KubeObject) throws -> [ObjectKey: UnchangedProof] {
        let request = SyncRequest(
            tracking: Tracking(application: "a", destinationNamespace: "n"), revision: "1",
            startedAt: Timestamp(seconds: 0))
        let targets = try TargetSet(Manifests.desired([live]), for: request, kinds: Self.kinds)
        let plan = try SyncPlan(
            request, targets: targets.targets, live: [live.key: live], kinds: Self.kinds)
        return plan.newProofs(live: [live.key: live], besides: [])
    }

    @Test("I3 a running operation sees every change of its own objects, and none of others")
    func feeding() async {
        let objects = TrackedObjects { _ in }
        objects.take(.changed(Self.map("before", of: "a", version: 1)), of: target)
        let view = LiveView([:])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await objects.feed(view, labelled: "a") }
            await Self.until(view) { $0[Self.key("before")] != nil }
            objects.take(.changed(Self.map("mine", of: "a", version: 2)), of: target)
            objects.take(.changed(Self.map("other", of: "b", version: 3)), of: target)
            await Self.until(view) { $0[Self.key("mine")] != nil }
            #expect(view.object(Self.key("other")) == nil)
            objects.take(.removed(Self.map("mine", of: "a", version: 4)), of: target)
            await Self.until(view) { $0[Self.key("mine")] == nil }
            objects.take(.replaced([], resourceVersion: "9"), of: target)
            await Self.until(view) { $0.isEmpty }
            group.cancelAll()
        }
    }

    private static func until(_ view: LiveView, _ isSo: ([ObjectKey: KubeObject]) -> Bool) async {
        while true {
            let (live, _, version) = view.snapshot
            if isSo(live) { return }
            await view.change(after: version)
        }
    }
}
