import KubeCore
import SyncEngine
import Testing

@Suite("Selection and strategy")
struct SelectionTests {
    private static let key = ObjectKey(group: "apps", kind: "Deployment", namespace: "demo", name: "web")

    @Test(
        "C11 patterns",
        arguments: [
            ("apps:Deployment:web", true), ("apps:Deployment:demo/web", true),
            ("apps:Deployment:other/web", false),
            ("*:*:*", true), ("*:Deployment:*/web", true), ("apps:*:web", true), (":Deployment:web", false),
            ("apps:deployment:web", false), ("apps:Deployment:we", false), ("!apps:Deployment:web", false),
            ("!apps:Deployment:other", true), ("!*:Secret:*", true),
        ])
    func pattern(text: String, isSelected: Bool) throws {
        let pattern = try #require(ResourceSelection.Pattern(text))
        #expect(ResourceSelection([pattern]).contains(SelectionTests.key) == isSelected)
    }

    @Test(
        "C11 what is no pattern",
        arguments: [
            "", "web", "apps:Deployment", "apps::web", "apps:Deployment:", "a:b:c/d/e", "a:b:/c", "a:b:c/",
            "!", "a:b:c:d",
        ])
    func malformed(text: String) {
        #expect(ResourceSelection.Pattern(text) == nil)
    }

    @Test("C11 exclusions take away from inclusions")
    func exclusion() throws {
        let patterns = ["apps:*:*", "!apps:Deployment:web"].compactMap { ResourceSelection.Pattern($0) }
        let selection = ResourceSelection(patterns)
        #expect(!selection.contains(SelectionTests.key))
        var other = SelectionTests.key
        other.name = "api"
        #expect(selection.contains(other))
    }

    @Test("S27 a selective sync applies and prunes only what is chosen, and runs no hooks")
    func selective() throws {
        var request = Sample.request()
        request.switches.prune = true
        request.selection = ResourceSelection(["*:ConfigMap:a", "*:ConfigMap:old"].compactMap { .init($0) })
        let live = ["old", "older"].map { Sample.live(Sample.object("ConfigMap", $0)) }
        let objects = [
            Sample.object("ConfigMap", "a"), Sample.object("ConfigMap", "b"), Sample.hook("h", "PreSync"),
        ]
        let tasks = try Sample.plan(objects, live: live, request: request).tasks
        #expect(Set(tasks.map(\.key.name)) == ["a", "old"])
    }

    @Test("C12 a selection of nothing is no sync")
    func nothing() {
        var request = Sample.request()
        request.selection = ResourceSelection(["*:Secret:*"].compactMap { .init($0) })
        #expect(throws: PlanFailure.nothingSelected) {
            try Sample.plan([Sample.object("ConfigMap", "a")], request: request)
        }
    }

    @Test("S28 strategy apply leaves hooks out")
    func strategy() throws {
        var request = Sample.request()
        request.strategy = .apply
        let tasks = try Sample.plan(
            [Sample.object("ConfigMap", "a"), Sample.hook("h", "PreSync")], request: request
        ).tasks
        #expect(tasks.map(\.key.name) == ["a"])
    }

    @Test("S19 of two manifests for one object the later one is used, with a warning")
    func repeated() throws {
        let origins = [1, 2].map { ManifestOrigin(file: "a.yaml", document: $0, line: 1) }
        var later = Sample.object("ConfigMap", "a")
        later["data"] = ["k": "later"]
        let desired = [
            DesiredObject(object: Sample.object("ConfigMap", "a"), origin: origins[0]),
            DesiredObject(object: later, origin: origins[1]),
        ]
        let set = try TargetSet(desired, for: Sample.request(), kinds: KindCatalog())
        #expect(set.targets.map(\.object["data"]) == [["k": "later"]])
        #expect(set.warnings == [.repeated(later.key, used: origins[1], dropped: origins[0])])
    }

    @Test("S20 the cluster's own machinery is never synced")
    func excluded() throws {
        var lease = Sample.object("Lease", "l")
        lease["apiVersion"] = "coordination.k8s.io/v1"
        let plan = try Sample.plan([lease, Sample.object("Event", "e"), Sample.object("ConfigMap", "a")])
        #expect(plan.tasks.map(\.key.name) == ["a"])
    }

    @Test("S31 a plain object without a name is refused, with its place")
    func unnamed() {
        var map = Sample.object("ConfigMap", "")
        map["metadata", "name"] = nil
        map["metadata", "generateName"] = "x-"
        #expect {
            try Sample.plan([map])
        } throws: { failure in
            "\(failure)".contains("a.yaml, document 1")
        }
    }
}
