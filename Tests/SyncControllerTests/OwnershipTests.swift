import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

/// I9: whose objects are taken, and whose are removed.
@Suite(
    "Ownership", .onEachServer, .timeLimit(.minutes(2)))
struct OwnershipTests {
    @Test("I9 an object tracked to another application is not taken, and nothing else is written")
    func foreign() async throws {
        try await Sandbox.with { sandbox in
            var other = sandbox.request()
            other.tracking.application += "-other"
            try await sandbox.sync([try Manifests.map("shared")], other)
            let wire = Wire(sandbox.cluster.transport)
            let objects = [try Manifests.map("shared", value: "2"), try Manifests.map("own")]
            let progress = try await sandbox.sync(objects, sandbox.request(process: 1), through: wire)
            #expect(progress.operation.phase == .failed)
            #expect(progress.operation.message.contains(other.tracking.application))
            #expect(wire.writes.isEmpty)
            #expect(try await sandbox.object(.configMaps, "shared")?["data", "value"] == "1")

            var forced = sandbox.request(process: 2)
            forced.switches.forceAdopt = true
            #expect(try await sandbox.sync(objects, forced).operation.phase == .succeeded)
            let taken = try #require(try await sandbox.object(.configMaps, "shared"))
            #expect(taken["data", "value"] == "2")
            #expect(sandbox.tracking.owns(taken))
        }
    }

    @Test("I9 only what bears our mark, and as its own, is pruned")
    func pruned() async throws {
        try await Sandbox.with { sandbox in
            let settings = try Manifests.map("settings")
            try await sandbox.sync([settings, try Manifests.map("old")])
            let old = try #require(try await sandbox.object(.configMaps, "old"))
            for name in ["untracked", "labelled", "copied"] {
                var object = try Manifests.map(name)
                object.namespace = sandbox.namespace
                if name != "untracked" {
                    object.setLabel(AnnotationKey.application, sandbox.tracking.labelValue)
                }
                if name == "copied" {
                    // As `kubectl get -o yaml`, another name, and `kubectl create` leave it.
                    object.setAnnotation(AnnotationKey.trackingID, old.annotation(AnnotationKey.trackingID))
                }
                try await sandbox.client.create(object, as: .configMaps)
            }
            let wire = Wire(sandbox.cluster.transport)
            let progress = try await sandbox.sync(
                [settings], sandbox.request(process: 1, prune: true), through: wire)
            #expect(progress.operation.phase == .succeeded)
            #expect(wire.writes.map(\.description) == ["delete configmaps/old"])
        }
    }

    @Test(
        "S101 S103 what we have applied by ourselves on the client goes with the manifest, once the server applies"
    )
    func formerlyClientSide() async throws {
        try await Sandbox.with { sandbox in
            var map = try Manifests.map("settings")
            map["data", "old"] = "1"
            var request = sandbox.request()
            request.options = SyncOptions(["ServerSideApply=false"])
            #expect(try await sandbox.sync([map], request).operation.phase == .succeeded)
            #expect(try await sandbox.sync([map], sandbox.request(process: 1)).operation.phase == .succeeded)
            let between = try #require(try await sandbox.object(.configMaps, "settings"))
            #expect(between["data", "old"] == "1")
            #expect(between.annotation(KubeObject.lastApplied) == nil)
            map["data", "old"] = nil
            #expect(try await sandbox.sync([map], sandbox.request(process: 2)).operation.phase == .succeeded)
            #expect(try await sandbox.object(.configMaps, "settings")?["data"] == ["value": "1"])
        }
    }

    @Test("S93 without prune nothing is removed, and the entry says so")
    func notPruned() async throws {
        try await Sandbox.with { sandbox in
            let settings = try Manifests.map("settings")
            try await sandbox.sync([settings, try Manifests.map("old")])
            let wire = Wire(sandbox.cluster.transport)
            let progress = try await sandbox.sync([settings], sandbox.request(process: 1), through: wire)
            #expect(wire.writes.isEmpty)
            let old = progress.operation.syncResult.resources.first { $0.key.name == "old" }
            #expect(old?.status == .pruneSkipped)
        }
    }

    // MARK: Few rights

    private static let forbidden = HTTPResponse(
        status: 403,
        body: ([
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403,
            "message": "forbidden by a test",
        ] as JSONValue).serialized())

    @Test("I1 hooks that may be read and not listed are found again after a restart")
    func notListed() async throws {
        try await Sandbox.with(Kubelet { _ in .staysPending }) { sandbox in
            // May neither list nor watch Jobs.
            func wire(isDeadAfter hook: Bool) -> Wire {
                Wire(sandbox.cluster.transport) { _ in
                    .isRefused(403)
                } requests: { call in
                    if hook, call.isWrite, call.object == "jobs/before" { return .losesAnswer(.unreachable) }
                    let isList = call.method == .get && call.path.hasSuffix("/jobs")
                    return isList ? .isAnswered(OwnershipTests.forbidden) : .passes
                }
            }
            let objects = [
                try Manifests.hook("before", "PreSync", "BeforeHookCreation"), try Manifests.map("settings"),
            ]
            await #expect(throws: ClientFailure.self) {
                try await sandbox.sync(objects, through: wire(isDeadAfter: true))
            }
            try await sandbox.finish("before")
            let second = wire(isDeadAfter: false)
            let progress = try await sandbox.sync(objects, sandbox.request(process: 1), through: second)
            #expect(progress.operation.phase == .succeeded)
            #expect(second.writes.map(\.description) == ["create configmaps/settings", "record jobs/before"])
        }
    }

    @Test("I9 who may not read the destination namespace itself can sync into it")
    func namespaceNotReadable() async throws {
        try await Sandbox.with { sandbox in
            let path = "/api/v1/namespaces/\(sandbox.namespace)"
            let wire = Wire(sandbox.cluster.transport) { call in
                call.path == path ? .isAnswered(OwnershipTests.forbidden) : .passes
            }
            let progress = try await sandbox.sync([try Manifests.map("settings")], through: wire)
            #expect(progress.operation.phase == .succeeded)
        }
    }

    @Test(
        "I9 an object that may not be looked at ends the plan before anything is written, in the server's words"
    )
    func objectNotReadable() async throws {
        try await Sandbox.with { sandbox in
            let wire = Wire(sandbox.cluster.transport) { call in
                call.method == .get && call.object == "configmaps/settings"
                    ? .isAnswered(OwnershipTests.forbidden) : .passes
            }
            let failure = await #expect(throws: SyncSession.Failure.self) {
                try await sandbox.sync([try Manifests.map("settings")], through: wire)
            }
            guard case .client(let reason) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect("\(reason)" == "forbidden by a test")
            #expect(wire.writes.isEmpty)
        }
    }
}
