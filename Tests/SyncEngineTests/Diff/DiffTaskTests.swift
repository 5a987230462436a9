import KubeCore
import SyncEngine
import Testing

@Suite("What of a plan is compared")
struct DiffTaskTests {
    private func config(_ name: String, _ data: JSONValue, _ annotations: [String: String] = [:])
        -> KubeObject
    {
        var object = Sample.object("ConfigMap", name, annotations)
        object["data"] = data
        return object
    }

    /// An object as our apply has left it.
    private func applied(_ object: KubeObject) -> KubeObject {
        var live = Sample.live(object)
        live["metadata", "uid"] = .string("uid-\(object.name)")
        live["metadata", "resourceVersion"] = "1"
        var sent = object
        Sample.tracking.mark(&sent)
        live.own(sent)
        return live
    }

    private func tasks(
        _ manifests: [KubeObject], live: [KubeObject], _ change: (inout SyncRequest) throws -> Void = { _ in }
    ) throws -> [DiffTask] {
        var request = Sample.request()
        try change(&request)
        let plan = try Sample.plan(manifests, live: live, request: request)
        return plan.diffTasks(live: Dictionary(live.map { ($0.key, $0) }) { first, _ in first })
    }

    /// What is seen of the tasks without the server.
    private func diffs(
        _ manifests: [KubeObject], live: [KubeObject], _ change: (inout SyncRequest) throws -> Void = { _ in }
    ) throws -> [ObjectDiff] {
        try tasks(manifests, live: live, change).compactMap { task in
            guard case .known(let predicted) = task.prediction else {
                Issue.record("the server would be asked")
                return nil
            }
            return ObjectDiff(task.key, task.action, live: task.live, predicted: predicted)
        }
    }

    @Test("S157 missing objects come, extra ones go or stay, changed ones change; sorted, without hooks")
    func actions() throws {
        let live = [
            applied(config("same", ["a": "1"])), applied(config("changed", ["a": "1"])),
            applied(config("extra", ["a": "1"])),
            applied(config("kept", [:], ["argocd.argoproj.io/hook": "Sync"])),
        ]
        let manifests = [
            Sample.hook("hook", "PreSync"), config("new", ["a": "1"]), config("changed", ["a": "2"]),
            config("same", ["a": "1"]),
        ]
        let found = try tasks(manifests, live: live)
        #expect(found.map(\.key.name) == ["changed", "extra", "new"])
        #expect(found.map(\.action) == [.update, .extraneous, .create])
        #expect(found[1].reason == "ignored (requires pruning)")
        let pruned = try tasks(manifests, live: live) { $0.switches.prune = true }
        #expect(pruned.map(\.action) == [.update, .prune, .create])
        let selected = try tasks(manifests, live: live) {
            $0.selection = ResourceSelection([try #require(ResourceSelection.Pattern(":ConfigMap:new"))])
        }
        #expect(selected.map(\.key.name) == ["new"])
    }

    @Test("S158 IgnoreExtraneous is no difference, as long as it is not pruned")
    func extraneous() throws {
        let extra = applied(
            config("extra", [:], [AnnotationKey.compareOptions: "IgnoreExtraneous"]))
        let wanted = config("a", [:])
        #expect(try tasks([wanted], live: [applied(wanted), extra]).isEmpty)
        #expect(
            try tasks([wanted], live: [applied(wanted), extra]) { $0.switches.prune = true }.map(\.action)
                == [.prune])
    }

    @Test("S161 D4 the server is asked about what may change; with another validation nobody is")
    func asked() throws {
        let live = applied(config("a", ["a": "1"]))
        let found = try tasks([config("a", ["a": "2"])], live: [live]) { $0.validation = .server }
        guard
            case .rehearsal(.apply(let sent, by: .serverSide(nil)), otherwise: let local)? = found.first?
                .prediction
        else {
            Issue.record("\(found)")
            return
        }
        #expect(sent["data"] == ["a": "2"])
        #expect(local["data"] == ["a": "2"])
    }

    @Test("S161 without the server: what we own and is dropped goes, what others own stays, lists are merged")
    func local() throws {
        var manifest = Sample.object("Deployment", "web")
        manifest["spec"] = [
            "paused": true,
            "template": [
                "spec": ["containers": [["name": "c", "image": "c:1"], ["name": "gone", "image": "x"]]]
            ],
        ]
        var live = applied(manifest)
        live["spec", "replicas"] = 7
        live["metadata", "annotations", "theirs"] = "1"
        let containers = live["spec", "template", "spec", "containers"]?.array ?? []
        live["spec", "template", "spec", "containers"] = .array(
            containers.map { $0.with("imagePullPolicy", "Always") } + [["name": "sidecar", "image": "s"]])
        manifest["spec"] = ["template": ["spec": ["containers": [["name": "c", "image": "c:2"]]]]]
        let diff = try #require(try diffs([manifest], live: [live]).first)
        #expect(diff.after?["spec", "paused"] == nil)
        #expect(diff.after?["spec", "replicas"] == 7)
        #expect(diff.after?.annotation("theirs") == "1")
        #expect(
            diff.after?["spec", "template", "spec", "containers"] == [
                ["name": "c", "image": "c:2", "imagePullPolicy": "Always"],
                ["name": "sidecar", "image": "s"],
            ])
    }

    @Test(
        "S101 S161 what kubectl had applied and the manifest has not goes with the take-over, if nobody else has it"
    )
    func takeOver() throws {
        var live = Sample.live(config("a", ["ours": "1", "kubectls": "1", "both": "1"]))
        live.setAnnotation(KubeObject.lastApplied, "{}")
        live["metadata", "managedFields"] = [
            entry(
                KubeObject.clientSideApply,
                [
                    "f:data": ["f:ours": [:], "f:kubectls": [:], "f:both": [:]],
                    "f:metadata": ["f:annotations": ["f:\(KubeObject.lastApplied)": [:]]],
                ]), entry("other", ["f:data": ["f:both": [:]]]),
        ]
        // The rehearsal leaves everything, as kubectl still owns it.
        var answer = live
        answer["metadata", "managedFields"] = .array(
            (live["metadata", "managedFields"]?.array ?? []) + [
                (["f:data": ["f:ours": [:]]] as JSONValue).asApplied
            ])
        let rest = try #require(live.afterTakeOver(answer))
        #expect(rest["data"] == ["ours": "1", "both": "1"])
        #expect(rest.annotation(KubeObject.lastApplied) == nil)
        let diff = try #require(try diffs([config("a", ["ours": "1"])], live: [live]).first)
        #expect(diff.after?["data"] == ["ours": "1", "both": "1"])
    }

    private func entry(_ manager: String, _ fields: JSONValue) -> JSONValue {
        [
            "manager": .string(manager), "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1",
            "fieldsV1": fields,
        ]
    }

    // MARK: Ignored differences in a sync

    private static let rules: JSONValue = [["kind": "ConfigMap", "jsonPointers": ["/data/a"]]]

    /// What the first write of a sync sends.
    private func sent(
        _ manifest: KubeObject, live: KubeObject, _ options: [String], _ rules: JSONValue = rules
    ) throws -> KubeObject? {
        var request = Sample.request()
        request.options = SyncOptions(options)
        request.reading.ignoreRules = try IgnoreRules(rules)
        let plan = try Sample.plan([manifest], live: [live], request: request)
        let seen = Observation(live: [live.key: live], now: Sample.start)
        var progress = plan.start
        for _ in 0..<10 {
            let (next, actions) = plan.next(after: progress, seeing: seen)
            switch actions.first?.work {
            case .apply(let object, _)?, .replace(let object, _)?: return object
            default: progress = next
            }
        }
        return nil
    }

    @Test("S164 an ignored difference is sent by a sync all the same")
    func ignoredIsSent() throws {
        let live = applied(config("a", ["a": "1"]))
        #expect(try sent(config("a", ["a": "2"]), live: live, [])?["data"] == ["a": "2"])
    }

    @Test("S104 S164 with ApplyOutOfSyncOnly=true what differs in nothing else is not sent")
    func outOfSyncOnly() throws {
        let live = applied(config("a", ["a": "1", "b": "1"]))
        let options = ["ApplyOutOfSyncOnly=true"]
        #expect(try sent(config("a", ["a": "2", "b": "1"]), live: live, options) == nil)
        #expect(try sent(config("a", ["b": "1"]), live: live, options) == nil)
        #expect(try sent(config("a", ["a": "2", "b": "2"]), live: live, options) != nil)
        #expect(try sent(config("a", ["a": "2", "b": "1"]), live: live, []) != nil)
    }

    static let kept: [(String, JSONValue, JSONValue)] = [
        ("the live value is sent", ["a": "2", "b": "2"], ["a": "1", "b": "2"]),
        ("also where the manifest has dropped it: it would go", ["b": "2"], ["b": "2", "a": "1"]),
    ]

    @Test("S109 RespectIgnoreDifferences=true leaves alone what we own alone", arguments: kept)
    func respected(_ rule: String, _ wanted: JSONValue, _ sent: JSONValue) throws {
        let live = applied(config("a", ["a": "1", "b": "1"]))
        let options = ["RespectIgnoreDifferences=true"]
        #expect(try self.sent(config("a", wanted), live: live, options)?["data"] == sent)
    }

    @Test("S109 what is not in the cluster is not sent; and an object that is not there is sent as it is")
    func respectedMissing() throws {
        let live = applied(config("a", ["b": "1"]))
        let options = ["RespectIgnoreDifferences=true"]
        #expect(try sent(config("a", ["a": "2", "b": "2"]), live: live, options)?["data"] == ["b": "2"])
        let other = applied(config("other", [:]))
        #expect(try sent(config("a", ["a": "2"]), live: other, options)?["data"] == ["a": "2"])
    }

    @Test("S109 what another manager owns is left to it; replacing an object sends everything")
    func respectedOwners() throws {
        var live = applied(config("a", ["a": "1", "b": "1"]))
        let entries = live["metadata", "managedFields"]?.array ?? []
        live["metadata", "managedFields"] = .array(entries + [entry("scaler", ["f:data": ["f:a": [:]]])])
        let wanted = config("a", ["a": "2", "b": "2"])
        let respect = "RespectIgnoreDifferences=true"
        let managers: JSONValue = [["kind": "*", "managedFieldsManagers": ["scaler"]]]
        for rules in [Self.rules, managers] {
            #expect(try sent(wanted, live: live, [respect], rules)?["data"] == ["b": "2"])
            let replaced = try sent(wanted, live: live, [respect, "Replace=true"], rules)
            #expect(replaced?["data"] == ["a": "1", "b": "2"])
            let patched = try sent(wanted, live: live, [respect, "ServerSideApply=false"], rules)
            #expect(patched?["data"] == ["a": "1", "b": "2"])
        }
        // Once the manifest and we have left the field to its owner, nothing is sent any more.
        var settled = applied(config("a", ["b": "2"]))
        settled["data", "a"] = "1"
        let own = settled["metadata", "managedFields"]?.array ?? []
        settled["metadata", "managedFields"] = .array(own + [entry("scaler", ["f:data": ["f:a": [:]]])])
        #expect(try sent(wanted, live: settled, [respect]) == nil)
    }

    @Test("S101 S109 a field of a manager whose fields become ours is sent with its live value")
    func respectedTakeOver() throws {
        var live = Sample.live(config("a", ["a": "1"]))
        live["metadata", "managedFields"] = [entry(KubeObject.helm, ["f:data": ["f:a": [:]]])]
        let options = ["RespectIgnoreDifferences=true"]
        #expect(try sent(config("a", ["a": "2"]), live: live, options)?["data"] == ["a": "1"])
        let managers: JSONValue = [["kind": "*", "managedFieldsManagers": ["helm"]]]
        #expect(try sent(config("a", ["a": "2"]), live: live, options, managers)?["data"] == ["a": "1"])
    }
}

extension JSONValue {
    fileprivate func with(_ name: String, _ value: JSONValue) -> JSONValue {
        var members = object ?? JSONObject()
        members[name] = value
        return .object(members)
    }

    /// These fields as an entry of our own apply.
    fileprivate var asApplied: JSONValue {
        [
            "manager": "syncctl", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1",
            "fieldsV1": self,
        ]
    }
}
