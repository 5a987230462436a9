import KubeCore
import SyncEngine
import Testing

@Suite("How objects are applied")
struct ApplyMethodTests {
    /// The write of the first step of a sync of one object.
    private func write(
        _ object: KubeObject, live: [KubeObject] = [], _ options: [String] = [], validates: Bool = false
    ) throws -> SyncAction.Work? {
        var request = Sample.request()
        request.options = SyncOptions(options)
        if validates { request.validation = .server }
        let plan = try Sample.plan([object], live: live, request: request)
        let seen = Observation(
            live: Dictionary(live.map { ($0.key, $0) }) { first, _ in first }, departed: [:], outcomes: [:],
            isTerminationRequested: false, now: Sample.start)
        var progress = plan.start
        for _ in 0..<10 {
            let (next, actions) = plan.next(after: progress, seeing: seen)
            if let action = actions.first { return action.work }
            progress = next
        }
        return nil
    }

    private func deployment(_ containers: JSONValue, labels: JSONValue = ["a": "1"]) -> KubeObject {
        var object = Sample.object("Deployment", "web")
        object["apiVersion"] = "apps/v1"
        object["metadata", "labels"] = labels
        object["spec"] = ["replicas": 1, "template": ["spec": ["containers": containers]]]
        return object
    }

    @Test(
        "S100 S103 server-side apply, unless ServerSideApply=false; the object's own word counts first",
        arguments: [
            (nil, nil, true), ("ServerSideApply=false", nil, false), (nil, "ServerSideApply=false", false),
            ("ServerSideApply=false", "ServerSideApply=true", true),
            ("ServerSideApply=true", "ServerSideApply=false", false),
        ] as [(String?, String?, Bool)])
    func choice(application: String?, own: String?, isServerSide: Bool) throws {
        var object = Sample.object("ConfigMap", "a")
        object.setAnnotation(AnnotationKey.syncOptions, own)
        let work = try write(object, application.map { [$0] } ?? [])
        switch work {
        case .apply(_, by: .serverSide): #expect(isServerSide)
        case .apply(let sent, by: .clientSide(nil)):
            #expect(!isServerSide)
            #expect(sent.annotation(KubeObject.lastApplied)?.hasPrefix("{\"apiVersion\":\"v1\"") == true)
        default: Issue.record("\(String(describing: work))")
        }
    }

    /// What a client-side apply of a manifest sends over what an earlier one made, with changes of others.
    private func patch(_ manifest: KubeObject, over last: KubeObject, _ change: (inout KubeObject) -> Void)
        throws -> ClientSidePatch?
    {
        guard case .apply(let sent, _)? = try write(last, ["ServerSideApply=false"]) else { return nil }
        var live = sent
        live["metadata", "uid"] = "1"
        change(&live)
        guard
            case .apply(_, by: .clientSide(let patch))? = try write(
                manifest, live: [live], ["ServerSideApply=false"])
        else { return nil }
        return patch
    }

    @Test(
        "S103 what was dropped from the manifest goes, what others added stays, lists are merged by their keys"
    )
    func threeWay() throws {
        let old = deployment(
            [
                [
                    "name": "c", "image": "c:1",
                    "env": [["name": "STAYS", "value": "1"], ["name": "GOES", "value": "1"]],
                ],
                ["name": "goes", "image": "x"],
            ], labels: ["stays": "1", "goes": "1"])
        let new = deployment(
            [["name": "c", "image": "c:2", "env": [["name": "STAYS", "value": "1"]]]], labels: ["stays": "1"])
        let patch = try #require(
            try patch(new, over: old) { live in
                live["metadata", "labels", "theirs"] = "1"
                let containers = live["spec", "template", "spec", "containers"]?.array ?? []
                live["spec", "template", "spec", "containers"] = .array(
                    containers + [["name": "sidecar", "image": "s"]])
            })
        #expect(patch.isStrategic)
        #expect(patch.changes["metadata"]?["labels"] == ["goes": .null])
        #expect(
            patch.changes["spec"] == [
                "template": [
                    "spec": [
                        "containers": [
                            ["image": "c:2", "env": [["$patch": "delete", "name": "GOES"]], "name": "c"],
                            ["$patch": "delete", "name": "goes"],
                        ]
                    ]
                ]
            ])
    }

    @Test("S103 lists of custom kinds are replaced as a whole")
    func custom() throws {
        var old = Sample.object("Widget", "w")
        old["spec"] = ["env": [["name": "A"], ["name": "B"]]]
        var new = old
        new["spec"] = ["env": [["name": "A"]]]
        var definition = Sample.object("CustomResourceDefinition", "widgets.example.test")
        definition["spec"] = ["group": "example.test", "names": ["kind": "Widget"], "scope": "Namespaced"]
        let manifest = ClientSidePatch(from: new, over: old)
        #expect(!manifest.isStrategic)
        #expect(manifest.changes == ["spec": ["env": [["name": "A"]]]])
    }

    @Test("D3 S103 what a client-side apply would not change is not sent")
    func unchanged() throws {
        let object = deployment([["name": "c", "image": "c:1"]])
        guard case .apply(let sent, _)? = try write(object, ["ServerSideApply=false"]) else {
            Issue.record("nothing was sent")
            return
        }
        var live = Sample.live(sent)
        live["spec", "progressDeadlineSeconds"] = 600
        #expect(try write(object, live: [live], ["ServerSideApply=false"]) == nil)
    }

    @Test("S101 fields of kubectl and Helm are taken over, unless ClientSideApplyMigration=false")
    func takeOver() throws {
        let object = Sample.object("ConfigMap", "a")
        for manager in [KubeObject.clientSideApply, KubeObject.helm] {
            var live = Sample.live(object)
            live["metadata", "managedFields"] = [
                [
                    "manager": .string(manager), "operation": "Update", "apiVersion": "v1",
                    "fieldsType": "FieldsV1", "fieldsV1": ["f:data": ["f:k": [:]]],
                ]
            ]
            guard case .apply(_, by: .serverSide(let patch))? = try write(object, live: [live]) else {
                Issue.record("nothing was sent")
                return
            }
            #expect(patch != nil)
            let options = ["ClientSideApplyMigration=false"]
            guard case .apply(_, by: .serverSide(nil))? = try write(object, live: [live], options) else {
                Issue.record("the fields were taken")
                return
            }
        }
    }

    @Test("S102 Validate=false leaves an object out of the validation, on the object and for all")
    func validation() throws {
        var object = Sample.object("ConfigMap", "a")
        guard case .validate? = try write(object, validates: true) else {
            Issue.record("it is validated")
            return
        }
        guard case .apply? = try write(object, ["Validate=false"], validates: true) else {
            Issue.record("for all")
            return
        }
        object.setAnnotation(AnnotationKey.syncOptions, "Validate=false")
        guard case .apply? = try write(object, validates: true) else {
            Issue.record("on the object")
            return
        }
    }

    @Test("D4 S103 what is applied by a patch is validated by the same patch")
    func validatedAsSent() throws {
        let object = Sample.object("ConfigMap", "a")
        guard
            case .validate(let sent, by: .clientSide(nil))? = try write(
                object, ["ServerSideApply=false"], validates: true)
        else {
            Issue.record("it is validated")
            return
        }
        #expect(sent.annotation(KubeObject.lastApplied) != nil)
    }
}
