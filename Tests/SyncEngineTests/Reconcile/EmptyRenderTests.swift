import KubeCore
import SyncEngine
import Testing

/// Sources that have nothing, and prune.
@Suite("Empty renders")
struct EmptyRenderTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var objects = 0
        var prune = true
        var options: [String] = []
        var policy: JSONValue = [:]
        var isRefused = false
    }

    @Test(
        "D8 I9 an empty render prunes nothing unless that is meant",
        arguments: [
            Row(testDescription: "nothing and prune", isRefused: true),
            Row(testDescription: "without prune", prune: false),
            Row(testDescription: "something", objects: 1),
            Row(testDescription: "meant by this sync", options: ["AllowEmpty=true"]),
            Row(testDescription: "meant always", policy: ["automated": ["allowEmpty": true]]),
            Row(
                testDescription: "an option of the Application", policy: ["syncOptions": ["AllowEmpty=true"]]),
            Row(testDescription: "automatic, and not meant", policy: ["automated": [:]], isRefused: true),
        ])
    func objection(_ row: Row) {
        let application = Application(
            KubeObject(["metadata": ["name": "shop"], "spec": ["syncPolicy": row.policy]]))
        var sync = SyncOperation()
        sync.prune = row.prune
        sync.options = SyncOptions(row.options)
        let desired = (0..<row.objects).map { index in
            DesiredObject(
                object: Sample.object("ConfigMap", "map-\(index)"),
                origin: ManifestOrigin(file: "a.yaml", document: 1, line: 1))
        }
        #expect((sync.objection(toEmpty: desired, of: application) != nil) == row.isRefused)
    }

    @Test("C11 --allow-empty is said to the controller as a sync option, beside those of the Application")
    func wish() throws {
        var wish = SyncWish()
        wish.allowsEmpty = true
        let application = Application(
            KubeObject([
                "metadata": ["name": "shop"], "spec": ["syncPolicy": ["syncOptions": ["PruneLast=true"]]],
            ]))
        let request = try wish.preview(of: application, now: Timestamp(seconds: 0))
        #expect(request.sync?.options.items == ["PruneLast=true", "AllowEmpty=true"])
    }

    @Test(
        "S154 an Application without a source is said to be so",
        arguments: [
            [:], ["sources": []], ["source": .null, "sources": []], ["source": .null],
        ] as [JSONObject])
    func noSource(_ spec: JSONObject) {
        var spec = spec
        spec["destination"] = ["name": "in-cluster"]
        let application = Application(KubeObject(["metadata": ["name": "shop"], "spec": .object(spec)]))
        #expect(application.specProblems.map(\.description) == ["spec.source is missing"])
    }
}
