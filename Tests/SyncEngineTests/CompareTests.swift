import KubeCore
import SyncEngine
import Testing

/// The comparison against recorded answers of kube-apiserver v1.20.2, and against situations made from them.
@Suite("Comparison of a manifest with its live object")
struct CompareTests {
    static let manager = "syncctl"

    static func compare(_ desired: KubeObject, _ live: KubeObject, limit: Int = 10) -> Comparison {
        Comparison(desired: desired.normalisedForApply(), live: live, manager: manager, limit: limit)
    }

    @Test("D3 what was applied compares as unchanged", arguments: CompareZoo.all)
    func applied(_ entry: CompareZoo) throws {
        let live = try #require(entry.live)
        let isException = CompareZoo.exceptions[entry.id] != nil
        #expect((Self.compare(entry.manifest, live) == .unchanged) != isException)
    }

    @Test("D3 all kinds were recorded")
    func complete() {
        #expect(CompareZoo.all.count == 41)
        #expect(CompareZoo.exceptions.keys.allSatisfy { id in CompareZoo.all.contains { $0.id == id } })
    }

    @Test("D3 a manifest that was changed in any one place compares as changed", arguments: CompareZoo.all)
    func mutated(_ entry: CompareZoo) throws {
        let live = try #require(entry.live)
        var seen: Set<KubeObject> = [entry.desired]
        for mutation in CompareMutation.all(of: entry.manifest) {
            let desired = mutation.object.normalisedForApply()
            // What is normalised away is no change, nor is a namespace that is left to whoever applies the
            // manifest.
            guard seen.insert(desired).inserted, !desired.namespace.isEmpty || live.namespace.isEmpty else {
                continue
            }
            let comparison = Comparison(desired: desired, live: live, manager: Self.manager)
            let isUnchanged = CompareZoo.sameForServer.contains("\(entry.id) \(mutation.name)")
            #expect((comparison == .unchanged) == isUnchanged, "\(entry.id) \(mutation.name)")
        }
    }

    @Test("D3 an object that we have not applied compares as changed")
    func notOurs() throws {
        let entry = try #require(CompareZoo.all.first { $0.id == "configmap/settings" })
        let live = try #require(entry.live)
        #expect(
            Comparison(desired: entry.desired, live: live, manager: "other")
                == .changed([FieldDifference(path: "", reason: .neverApplied)]))
        var bare = live
        bare["metadata", "managedFields"] = nil
        #expect(
            Self.compare(entry.manifest, bare) == .changed([FieldDifference(path: "", reason: .neverApplied)])
        )
        var updated = live
        let text = live["metadata", "managedFields"]?.text.replacing("\"Apply\"", with: "\"Update\"") ?? ""
        updated["metadata", "managedFields"] = try JSONValue(parsing: text)
        #expect(Self.compare(entry.manifest, updated) != .unchanged)
    }

    @Test("D3 an object that was applied in another version compares as changed")
    func otherVersion() throws {
        let entry = try #require(CompareZoo.all.first { $0.id == "cronjob/nightly" })
        var (manifest, live) = (entry.manifest, try #require(entry.live))
        manifest["apiVersion"] = "batch/v1"
        live["apiVersion"] = "batch/v1"
        #expect(Self.compare(manifest, live) == .changed([FieldDifference(path: "", reason: .neverApplied)]))
    }

    @Test("D3 another object is another object")
    func otherObject() throws {
        let entry = try #require(CompareZoo.all.first { $0.id == "service/web" })
        let other = try #require(CompareZoo.all.first { $0.id == "service/headless" }?.live)
        #expect(
            Self.compare(entry.manifest, other) == .changed([FieldDifference(path: "", reason: .otherObject)])
        )
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var rule: String
        var id: String
        var change: @Sendable (inout KubeObject) -> Void
        var differences: [FieldDifference]

        var testDescription: String { rule }
    }

    static let rows: [Row] = [
        Row(
            rule: "D3 a value", id: "deployment/web", change: { $0["spec", "replicas"] = 5 },
            differences: [FieldDifference(path: "spec.replicas", reason: .value)]),
        Row(
            rule: "D3 a new label", id: "deployment/web",
            change: { $0.setLabel("example.com/team", "a") },
            differences: [FieldDifference(path: "metadata.labels[example.com/team]", reason: .notOwned)]),
        Row(
            rule: "D3 a label that is gone", id: "deployment/web", change: { $0["metadata", "labels"] = nil },
            differences: [FieldDifference(path: "metadata.labels", reason: .dropped)]),
        Row(
            rule: "D3 a list that is gone", id: "service/web", change: { $0["spec", "ports"] = nil },
            differences: [FieldDifference(path: "spec.ports", reason: .dropped)]),
        Row(
            rule: "D3 an element of a merged list", id: "service/web",
            change: {
                $0["spec", "ports"] = [
                    ["name": "h", "port": 80, "targetPort": "http"],
                    ["name": "dns", "port": 80, "protocol": "UDP", "targetPort": 53],
                ]
            },
            differences: [FieldDifference(path: "spec.ports[port=80,protocol=TCP].name", reason: .value)]),
        Row(
            rule: "D3 elements of a merged list in another order", id: "service/web",
            change: {
                $0["spec", "ports"] = [
                    ["name": "dns", "port": 80, "protocol": "UDP", "targetPort": 53],
                    ["name": "http", "port": 80, "targetPort": "http"],
                ]
            },
            differences: [FieldDifference(path: "spec.ports[port=80,protocol=TCP]", reason: .order)]),
        Row(
            rule: "D3 a set in another order", id: "gadget/typed",
            change: { $0["spec", "tags"] = ["a", "b"] },
            differences: [FieldDifference(path: "spec.tags", reason: .order)]),
        Row(
            rule: "D3 a quantity that is another amount", id: "resourcequota/quota",
            change: { $0["spec", "hard", "pods"] = "1001" },
            differences: [FieldDifference(path: "spec.hard.pods", reason: .value)]),
        Row(
            rule: "D3 a quantity that is written otherwise is none", id: "resourcequota/quota",
            change: { $0["spec", "hard", "pods"] = "1k" }, differences: []),
        Row(
            rule: "D3 a text that looks like a quantity is a text", id: "configmap/settings",
            change: { $0["data", "limits"] = "1" },
            differences: [FieldDifference(path: "data.limits", reason: .value)]),
        Row(
            rule: "D3 in a custom object nothing is a quantity", id: "blob/untyped",
            change: { $0["spec", "limits", "cpu"] = "1" },
            differences: [FieldDifference(path: "spec.limits.cpu", reason: .value)]),
        Row(
            rule: "D3 numbers are compared by value", id: "gadget/typed", change: { $0["spec", "ratio"] = 1 },
            differences: []),
        Row(
            rule: "I8 a Secret shows which key differs and nothing more", id: "secret/keys",
            change: { $0["stringData", "password"] = "hunter2" },
            differences: [FieldDifference(path: "data.password", reason: .value)]),
    ]

    @Test("D3 the first differences are told", arguments: rows)
    func told(_ row: Row) throws {
        let entry = try #require(CompareZoo.all.first { $0.id == row.id })
        var manifest = entry.manifest
        row.change(&manifest)
        let comparison = Self.compare(manifest, try #require(entry.live))
        #expect(comparison == (row.differences.isEmpty ? .unchanged : .changed(row.differences)))
    }

    @Test("I8 no difference shows a value of a Secret")
    func secrets() throws {
        let entry = try #require(CompareZoo.all.first { $0.id == "secret/keys" })
        let live = try #require(entry.live)
        let values =
            (live["data"]?.object?.members.compactMap(\.value.string) ?? []) + ["s3cr3t", "admin", "BEGIN"]
        #expect(values.count == 6)
        for mutation in CompareMutation.all(of: entry.manifest) {
            let text = "\(Self.compare(mutation.object, live))"
            #expect(!values.contains { text.contains($0) }, "\(mutation.name)")
        }
    }

    @Test(
        "I7 managed fields that nobody can read compare as changed",
        arguments: ["f:data", "x:data", "k:{", "i:1"])
    func malformed(_ step: String) throws {
        let entry = try #require(CompareZoo.all.first { $0.id == "configmap/settings" })
        var live = try #require(entry.live)
        var managed = try #require(live["metadata", "managedFields"]?.array?.first?.object)
        let fields: JSONValue = ["f:plain": [:]]
        managed["fieldsV1"] = .object(JSONObject([(step, fields)]))
        live["metadata", "managedFields"] = [.object(managed)]
        #expect(Self.compare(entry.manifest, live) != .unchanged)
    }
}
