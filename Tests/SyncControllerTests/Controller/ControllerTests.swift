import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import TestSupport
import Testing

/// Applications, from the wish to the end, by the controller.
@Suite("controller", .onEachServer, .timeLimit(.minutes(3)))
struct ControllerTests {
    @Test("S112 S115 S117 S182 an operation runs its hooks, ends, and has its entry in the history")
    func operation() async throws {
        try await ControllerSandbox.with { own in
            own.source.push("c0ffee00c0ffee00", try Manifests.example("hooks"))
            try await own.make()
            let before = try await own.wait { $0.status.sync.status == .outOfSync }
            #expect(before.status.health.status == .missing)
            #expect(before.status.sync.revision == "c0ffee00c0ffee00")
            try await own.sync()
            let after = try await own.wait {
                $0.operation == nil && $0.status.operation?.phase.isCompleted == true
                    && $0.status.sync.status == .synced && $0.status.health.status == .healthy
            }
            let operation = try #require(after.status.operation)
            #expect(operation.phase == .succeeded, "\(operation.message)")
            #expect(operation.syncResult.revision == "c0ffee00c0ffee00")
            #expect(operation.finishedAt != nil)
            #expect(operation.syncResult.resources.contains { $0.hookType == .preSync })
            #expect(after.status.history.map(\.revision) == ["c0ffee00c0ffee00"])
            #expect(after.status.history.first?.deployStartedAt == operation.startedAt)
        }
    }

    @Test("S139 S141 S142 an automated application follows its source, and only its source")
    func automated() async throws {
        try await ControllerSandbox.with { own in
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make(policy: ["automated": ["prune": true]])
            try await own.wait { $0.status.sync.status == .synced && $0.operation == nil }
            own.source.push("aaaaaaaa2", [try Manifests.map("two")])
            try await own.patch(
                ["metadata": ["annotations": ["argocd.argoproj.io/refresh": "normal"]]])
            let after = try await own.wait {
                $0.status.sync.status == .synced && $0.status.sync.revision == "aaaaaaaa2"
                    && $0.operation == nil && $0.metadata.refresh == nil
            }
            #expect(after.status.history.map(\.revision) == ["aaaaaaaa1", "aaaaaaaa2"])
            #expect(after.status.operation?.request?.initiator.isAutomated == true)
            #expect(try await own.sandbox.object(.configMaps, "two") != nil)
            try await own.sandbox.waitUntil(.configMaps) { maps in !maps.contains { $0.name == "one" } }
        }
    }

    @Test("D8 I9 a sync that prunes removes nothing where the source has become empty, until that is meant")
    func emptied() async throws {
        try await ControllerSandbox.with { own in
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make()
            try await own.sync()
            try await own.wait { $0.status.sync.status == .synced && $0.operation == nil }
            own.source.push("aaaaaaaa2", [])
            try await own.sync(["prune": true])
            let refused = try await own.wait { $0.operation == nil && $0.status.operation?.phase == .failed }
            #expect(refused.status.operation?.message.contains("--allow-empty") == true)
            #expect(try await own.sandbox.object(.configMaps, "one") != nil)
            try await own.sync(["prune": true, "syncOptions": ["AllowEmpty=true"]])
            try await own.wait { $0.operation == nil && $0.status.operation?.phase == .succeeded }
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)
        }
    }

    @Test("S200 nothing is decided before the project's rules are known")
    func lateProject() async throws {
        try await ControllerSandbox.idle { own in
            try await own.client.create(
                KubeObject([
                    "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
                    "metadata": ["name": "default", "namespace": .string(own.sandbox.namespace)],
                    "spec": ["sourceRepos": ["https://git.test/other.git"]],
                ]), as: .projectObjects)
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make(policy: ["automated": [:]])
            let areApplicationsKnown = Latch()
            let wire = Wire(own.sandbox.cluster.transport) { call in
                if call.path.hasSuffix("/applications") { areApplicationsKnown.open() }
                return .passes
            } requests: { call in
                // Not where it looks for kinds in use.
                let isFollowed = call.path.hasSuffix("/appprojects") && !call.query.contains("labelSelector")
                if isFollowed { await areApplicationsKnown.wait() }
                return .passes
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await own.control(through: wire) }
                let told = try await own.wait { !$0.status.conditions.isEmpty }
                #expect(Set(told.status.conditions.map(\.kind)) == [.invalidSpecError])
                #expect(told.status.operation == nil && told.operation == nil)
                #expect(!wire.writes.contains { $0.call.path.contains("/configmaps") })
                group.cancelAll()
            }
        }
    }

    /// Installs a definition, and waits until the server serves it.
    @Test("S151 automation that is switched on begins at once, not with the next look at the source")
    func switchedOn() async throws {
        try await ControllerSandbox.with { own in
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make()
            try await own.wait { $0.status.sync.status == .outOfSync }
            try await own.patch(["spec": ["syncPolicy": ["automated": [:]]]])
            try await own.wait { $0.status.sync.status == .synced && $0.operation == nil }
        }
    }

    @Test("S108 what another application has is said, and looked at again when that gives it up")
    func shared() async throws {
        try await ControllerSandbox.with { own in
            var map = try Manifests.map("one")
            own.source.push("aaaaaaaa1", [map])
            map["metadata", "namespace"] = .string(own.sandbox.namespace)
            map.setLabel(AnnotationKey.application, "other")
            map.setAnnotation(AnnotationKey.trackingID, "other:/ConfigMap:\(own.sandbox.namespace)/one")
            try await own.client.create(map, as: .configMaps)
            try await own.make()
            let before = try await own.wait { !$0.status.conditions.isEmpty }
            #expect(before.status.conditions.map(\.kind) == [.sharedResourceWarning])
            try await own.client.delete(.configMaps, namespace: own.sandbox.namespace, name: "one")
            let after = try await own.wait { $0.status.conditions.isEmpty }
            #expect(after.status.sync.status == .outOfSync)
            #expect(after.status.health.status == .missing)
        }
    }

    @Test(
        "I10 the content of what is in sync is not kept; a change of it is seen, and what changes is read again"
    )
    func abridged() async throws {
        try await ControllerSandbox.idle {
            // Objects of other tests do not count.
            $0.destinationNamespaces = [$0.namespace]
        } _: { own in
            let wire = Wire(own.sandbox.cluster.transport)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await own.control(through: wire, own.telemetry) }
                own.source.push("aaaaaaaa1", try ["one", "two", "three"].map { try Manifests.map($0) })
                try await own.make(policy: ["automated": [:]])
                try await own.wait { $0.status.sync.status == .synced && $0.operation == nil }
                try await own.refresh()
                #expect(own.metrics.text.contains(#"syncctl_tracked_objects{form="abridged"} 3"#))
                #expect(own.metrics.text.contains(#"syncctl_tracked_objects{form="whole"} 0"#))

                let before = (calls: wire.calls.count, writes: wire.writes.count)
                own.source.push(
                    "aaaaaaaa2",
                    [
                        try Manifests.map("one"), try Manifests.map("two", value: "2"),
                        try Manifests.map("three"),
                    ])
                try await own.refresh()
                try await own.wait {
                    $0.status.sync.status == .synced && $0.status.sync.revision == "aaaaaaaa2"
                        && $0.operation == nil
                }
                let calls = wire.calls.dropFirst(before.calls).filter { $0.path.contains("/configmaps/") }
                #expect(Set(calls.map(\.object)) == ["configmaps/two"])
                #expect(calls.filter { $0.method == .get }.count == 1)

                try await own.client.patch(
                    .merge(["data": ["value": "drift"]]), of: .configMaps, namespace: own.sandbox.namespace,
                    name: "three")
                try await own.wait { $0.status.sync.status == .outOfSync }
                group.cancelAll()
            }
        }
    }

    @Test("S144 self-heal undoes what somebody changed, without hooks and without an entry in the history")
    func selfHeal() async throws {
        try await ControllerSandbox.with {
            $0.healPause = .fixed(.zero)
        } _: { own in
            own.source.push("aaaaaaaa1", [try Manifests.map("one", value: "right")])
            try await own.make(policy: ["automated": ["selfHeal": true]])
            try await own.wait { $0.status.sync.status == .synced && $0.operation == nil }
            try await own.client.delete(.configMaps, namespace: own.sandbox.namespace, name: "one")
            try await own.sandbox.waitUntil(.configMaps) { maps in maps.contains { $0.name == "one" } }
            let after = try await own.wait {
                $0.status.sync.status == .synced && $0.operation == nil
                    && $0.status.operation?.request?.sync?.resources.isEmpty == false
            }
            #expect(after.status.history.count == 1)
        }
    }

    @Test("S145 a heal that has to wait begins when its pause is over, and not with the next poll")
    func healPause() async throws {
        try await ControllerSandbox.with {
            $0.healPause = .fixed(.seconds(2))
        } _: { own in
            own.source.push("aaaaaaaa1", [try Manifests.map("one", value: "right")])
            try await own.make(policy: ["automated": ["selfHeal": true]])
            try await own.wait { $0.status.sync.status == .synced && $0.operation == nil }
            try await own.client.delete(.configMaps, namespace: own.sandbox.namespace, name: "one")
            try await own.sandbox.waitUntil(.configMaps) { maps in maps.contains { $0.name == "one" } }
        }
    }

    @Test("S142 S145 a commit that comes while a heal waits does not wait with it")
    func commitWhileHealWaits() async throws {
        try await ControllerSandbox.with {
            $0.healPause = .fixed(.seconds(3600))
            $0.pollInterval = .seconds(1)
        } _: { own in
            own.source.push("aaaaaaaa1", [try Manifests.map("one", value: "right")])
            try await own.make(policy: ["automated": ["selfHeal": true]])
            try await own.wait { $0.status.sync.status == .synced && $0.operation == nil }
            try await own.client.delete(.configMaps, namespace: own.sandbox.namespace, name: "one")
            try await own.wait { $0.status.sync.status == .outOfSync }
            own.source.push("aaaaaaaa2", [try Manifests.map("one", value: "new")])
            try await own.wait {
                $0.status.sync.status == .synced && $0.status.sync.revision == "aaaaaaaa2"
                    && $0.operation == nil
            }
        }
    }

    @Test("S154 what is wrong with a spec or a source stands in the conditions")
    func conditions() async throws {
        try await ControllerSandbox.with { own in
            try await own.make() { $0["spec", "destination", "name"] = "in-cluster" }
            let wrong = try await own.wait { !$0.status.conditions.isEmpty }
            #expect(wrong.status.conditions.map(\.kind) == [.invalidSpecError])
            #expect(wrong.status.sync.status == .unknown)
            #expect(wrong.status.health.status == .unknown)
            try await own.patch(["spec": ["destination": ["name": .null]]])
            let unrendered = try await own.wait {
                $0.status.conditions.map(\.kind) == [.comparisonError]
            }
            #expect(unrendered.status.conditions[0].message.contains("no such revision"))
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.patch(
                ["metadata": ["annotations": ["argocd.argoproj.io/refresh": "hard"]]])
            try await own.wait {
                $0.status.conditions.isEmpty && $0.status.sync.status == .outOfSync
            }
        }
    }

    @Test("S139 S202 an automated application of which the project forbids a kind says so by failing")
    func forbidden() async throws {
        try await ControllerSandbox.with { own in
            try await own.client.create(
                KubeObject([
                    "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
                    "metadata": ["name": "default", "namespace": .string(own.sandbox.namespace)],
                    "spec": [
                        "sourceRepos": ["*"], "destinations": [["server": "*", "namespace": "*"]],
                        "namespaceResourceBlacklist": [["group": "", "kind": "ConfigMap"]],
                    ],
                ]), as: .projectObjects)
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make(policy: ["automated": [:], "retry": ["limit": 0]])
            let failed = try await own.wait { $0.status.conditions.contains { $0.kind == .syncError } }
            #expect(failed.status.sync.status == .outOfSync)
            #expect(failed.status.resources.map(\.status) == [.unknown])
            #expect(failed.status.operation?.phase == .failed)
            #expect(failed.status.conditions[0].message.contains("not permitted in project"))
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)
        }
    }

    @Test("S122 S90 an operation that is terminated ends, and its hook with it")
    func termination() async throws {
        try await ControllerSandbox.with(Kubelet { _ in .staysPending }) { own in
            own.source.push(
                "aaaaaaaa1", [try Manifests.hook("slow", "PreSync"), try Manifests.map("one")])
            try await own.make()
            try await own.sync()
            try await own.sandbox.waitUntil(.jobs) { !$0.isEmpty }
            try await own.patch(["status": ["operationState": ["phase": "Terminating"]]])
            let after = try await own.wait { $0.operation == nil }
            #expect(after.status.operation?.phase == .failed)
            #expect(after.status.operation?.message == "Operation terminated")
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)
        }
    }

    @Test("S185 S188 S192 S193 S196 a deletion runs its hooks before and after, and takes everything along")
    func deletion() async throws {
        try await ControllerSandbox.with { own in
            own.source.push(
                "aaaaaaaa1",
                [
                    try Manifests.map("one"), try Manifests.map("two", wave: 1),
                    try Manifests.hook("before", "PreDelete"), try Manifests.hook("after", "PostDelete"),
                ])
            try await own.make(policy: ["automated": [:]]) {
                $0["metadata", "finalizers"] = ["resources-finalizer.argocd.argoproj.io"]
            }
            let synced = try await own.wait { $0.status.sync.status == .synced && $0.operation == nil }
            #expect(synced.metadata.finalizers.count == 5)
            try await own.client.delete(
                .applications, namespace: own.sandbox.namespace, name: own.sandbox.application)
            try await own.sandbox.waitUntil(.applications) { $0.isEmpty }
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)
            #expect(try await own.sandbox.object(.configMaps, "two") == nil)
            // S195, S197: what ran before goes with the rest, what ran after stays.
            #expect(try await own.sandbox.object(.jobs, "before") == nil)
            let after = try #require(try await own.sandbox.object(.jobs, "after"))
            #expect(after["status", "succeeded"] == 1)
        }
    }

    @Test("S137 S138 a window holds an operation until it is ended")
    func heldOperations() async throws {
        try await ControllerSandbox.with { own in
            let project = KubeObject([
                "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
                "metadata": ["name": "closed", "namespace": .string(own.sandbox.namespace)],
                "spec": [
                    "sourceRepos": ["*"], "destinations": [["server": "*", "namespace": "*"]],
                    "syncWindows": [
                        ["kind": "deny", "schedule": "* * * * *", "duration": "1h", "applications": ["*"]]
                    ],
                ],
            ])
            try await own.client.create(project, as: .appProjects)
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make(policy: ["automated": [:]]) { $0["spec", "project"] = "closed" }
            try await own.wait { $0.status.sync.status == .outOfSync }
            try await own.sync()
            let held = try await own.wait { $0.status.operation?.message.isEmpty == false }
            #expect(held.status.operation?.message == "Sync operation blocked by sync window")
            #expect(held.status.operation?.phase == .running)
            try await own.patch(["status": ["operationState": ["phase": "Terminating"]]])
            try await own.wait { $0.operation == nil && $0.status.operation?.phase == .failed }
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)
        }
    }

    @Test("S95 an approval lets a removal that asks for it go on")
    func approval() async throws {
        try await ControllerSandbox.with { own in
            var precious = try Manifests.map("precious")
            precious.setAnnotation("argocd.argoproj.io/sync-options", "Prune=confirm")
            try await own.make()
            own.source.push("aaaaaaaa2", [try Manifests.map("one"), precious])
            try await own.sync()
            try await own.wait { $0.operation == nil && $0.status.operation?.phase == .succeeded }
            own.source.push("aaaaaaaa3", [try Manifests.map("one")])
            try await own.sync(["prune": true])
            try await own.wait {
                $0.status.operation?.message == "waiting for pruning confirmation of /ConfigMap/precious"
            }
            try await own.patch(
                [
                    "metadata": [
                        "annotations": ["argocd.argoproj.io/deletion-approved": "2100-01-01T00:00:00Z"]
                    ]
                ])
            try await own.wait { $0.operation == nil && $0.status.operation?.phase == .succeeded }
            // The last wave ends with the server's word that it goes.
            try await own.sandbox.waitUntil(.configMaps) { maps in !maps.contains { $0.name == "precious" } }
        }
    }
}
