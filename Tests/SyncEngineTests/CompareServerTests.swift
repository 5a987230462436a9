import Foundation
import KubeCore
import SyncEngine
import Testing

/// What the comparison promises, held against a real API server.
@Suite(
    "Comparison against kube-apiserver", .serialized,
    .enabled(if: CompareKubectl.kubeconfig != nil, CompareKubectl.missing))
struct CompareServerTests {
    let server: CompareKubectl

    init() throws {
        server = try CompareKubectl()
        var namespace = KubeObject(["apiVersion": "v1", "kind": "Namespace"])
        namespace.name = "zoo"
        try server.apply(namespace)
    }

    /// With `SYNCCTL_RECORD` (a file) the server's answers are kept there: the fixture `zoo-live.json`.
    @Test("D3 I11 what was applied compares as unchanged, and applying it again changes nothing")
    func zoo() throws {
        var recorded = JSONObject()
        for entry in CompareZoo.all {
            do {
                try server.apply(entry.desired)
                let (live, again) = try server.applyingAgain(entry.desired)
                recorded[entry.id] = .object(live.json)
                let comparison = Comparison(
                    desired: entry.desired, live: live, manager: CompareKubectl.manager)
                #expect((comparison == .unchanged) == (CompareZoo.exceptions[entry.id] == nil), "\(entry.id)")
                #expect(again.comparable == live.comparable, "\(entry.id)")
            } catch {
                Issue.record("\(entry.id): \(error)")
            }
        }
        if let file = ProcessInfo.processInfo.environment["SYNCCTL_RECORD"] {
            let text = recorded.members.map { "\(JSONValue.string($0.key).text):\($0.value.text)" }
            try Data("{\n\(text.joined(separator: ",\n"))\n}\n".utf8).write(to: URL(filePath: file))
        }
    }

    @Test(
        "D3 I11 a changed manifest that compares as unchanged changes nothing on the server",
        arguments: CompareZoo.all)
    func mutations(_ entry: CompareZoo) throws {
        try server.apply(entry.desired)
        let live = try server.applyingAgain(entry.desired).live
        for mutation in CompareMutation.all(of: entry.manifest) {
            let desired = mutation.object.normalisedForApply()
            guard desired != entry.desired, desired.key == entry.desired.key else { continue }
            let comparison = Comparison(desired: desired, live: live, manager: CompareKubectl.manager)
            guard comparison == .unchanged else { continue }
            do {
                let after = try server.apply(desired, dryRun: true)
                if after.comparable != live.comparable { Issue.record("\(entry.id) \(mutation.name)") }
            } catch {
                Issue.record("\(entry.id) \(mutation.name): \(error)")
            }
        }
    }

    @Test(
        "D3 I11 what others did to our fields compares as changed",
        arguments: [
            "configmap/settings", "secret/keys", "deployment/web", "service/web",
            "persistentvolumeclaim/data",
            "gadget/typed", "blob/untyped",
        ])
    func meddling(_ id: String) throws {
        let entry = try #require(CompareZoo.all.first { $0.id == id })
        try server.apply(entry.desired)
        let live = try server.get(entry.desired)
        var seen = 0
        for mutation in CompareMutation.all(of: entry.desired)
        where (mutation.kind == .altered || mutation.kind == .removed) && mutation.object.key == live.key {
            // What the server refuses is nothing that could have happened.
            guard let after = try? server.patch(live, mutation.patch, dryRun: true),
                after.comparable != live.comparable
            else { continue }
            seen += 1
            let comparison = Comparison(desired: entry.desired, live: after, manager: CompareKubectl.manager)
            if comparison == .unchanged { Issue.record("\(id) \(mutation.name)") }
        }
        #expect(seen > 2)
    }

    @Test("D3 I11 what others added beside our fields compares as unchanged")
    func neighbours() throws {
        let entry = try #require(CompareZoo.all.first { $0.id == "deployment/web" })
        try server.apply(entry.desired)
        let live = try server.get(entry.desired)
        let container = "/spec/template/spec/containers/0"
        let additions: [(pointer: String, value: JSONValue)] = [
            ("/metadata/labels/theirs", "x"), ("/metadata/finalizers", ["example.com/theirs"]),
            ("/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt", "now"),
            ("\(container)/env/-", ["name": "THEIRS", "value": "1"]),
            ("\(container)/env/0", ["name": "THEIRS", "value": "1"]),
            ("\(container)/ports/-", ["containerPort": 1234, "protocol": "TCP"]),
            ("/spec/template/spec/containers/-", ["name": "sidecar", "image": "busybox:1"]),
            ("/spec/minReadySeconds", 3), ("\(container)/livenessProbe/timeoutSeconds", 9),
        ]
        for addition in additions {
            let patch: JSONValue = [
                ["op": "add", "path": .string(addition.pointer), "value": addition.value]
            ]
            let after = try server.patch(live, patch, dryRun: true)
            #expect(after.comparable != live.comparable, "\(addition.pointer)")
            let comparison = Comparison(desired: entry.desired, live: after, manager: CompareKubectl.manager)
            #expect(comparison == .unchanged, "\(addition.pointer)")
        }
    }
}

extension KubeObject {
    /// The object without what a write changes in any case, and without what controllers write meanwhile.
    var comparable: JSONObject {
        var json = json
        json["status"] = nil
        json[path: ["metadata", "managedFields"]] = nil
        json[path: ["metadata", "resourceVersion"]] = nil
        json[path: ["metadata", "generation"]] = nil
        return json
    }
}
