import KubeClient
import KubeCore
import SyncController
import SyncEngine
import Synchronization
import TestSupport
import Testing

/// Answers that are refusals, come late, come broken, or do not come.
@Suite(
    "Faults of the server and of the way to it", .onEachServer,
    .timeLimit(.minutes(3)))
struct FaultTests {
    /// Answers the first so many writes to an object as if the server did.
    private func answering(
        _ sandbox: Sandbox, _ object: String, times: Int, _ code: Int, _ reason: String,
        headers: [HTTPHeader] = []
    ) -> Wire {
        let left = Mutex(times)
        return Wire(sandbox.cluster.transport) { call in
            guard call.isWrite, call.object == object else { return .passes }
            let isDue = left.withLock { left in
                left -= 1
                return left >= 0
            }
            guard isDue else { return .passes }
            let status: JSONValue = [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .string(reason),
                "code": .int(Int64(code)), "message": "said by a test",
            ]
            return .isAnswered(HTTPResponse(status: code, headers: headers, body: status.serialized()))
        }
    }

    private static let patient = RetryPolicy(firstDelay: .milliseconds(5))

    /// Answers after which the same request is sent again.
    struct Passing: Sendable, CustomTestStringConvertible {
        var code: Int
        var reason: String
        var headers: [HTTPHeader] = []

        var testDescription: String { "\(code) \(reason)" }
    }

    @Test(
        "I6 a refusal that passes is overcome",
        arguments: [
            Passing(code: 409, reason: "Conflict"),
            Passing(code: 429, reason: "TooManyRequests", headers: [HTTPHeader("Retry-After", "1")]),
            Passing(code: 500, reason: "ServerTimeout"), Passing(code: 503, reason: "ServiceUnavailable"),
        ])
    func passing(_ answer: Passing) async throws {
        try await Sandbox.with { sandbox in
            let wire = answering(
                sandbox, "configmaps/settings", times: 2, answer.code, answer.reason, headers: answer.headers)
            let objects = [try Manifests.hook("before", "PreSync"), try Manifests.map("settings")]
            let progress = try await sandbox.sync(objects, through: wire, retry: FaultTests.patient)
            #expect(progress.operation.phase == .succeeded)
            #expect(
                wire.writes.map(\.description)
                    == ["create jobs/before", "create configmaps/settings", "record jobs/before"])
        }
    }

    @Test("I7 an object that the server fails on fails alone, and in the server's words")
    func internalError() async throws {
        try await Sandbox.with { sandbox in
            let wire = answering(sandbox, "configmaps/bad", times: 99, 500, "InternalError")
            let objects = [try Manifests.map("bad"), try Manifests.map("good")]
            let progress = try await sandbox.sync(objects, through: wire, retry: FaultTests.patient)
            #expect(progress.operation.phase == .failed)
            let results = Dictionary(
                progress.operation.syncResult.resources.map { ($0.key.name, $0) }
            ) { first, _ in first }
            #expect(results["bad"]?.status == .syncFailed)
            #expect(results["bad"]?.message == "said by a test")
            #expect(results["good"]?.status == .synced)
            #expect(wire.writes.map(\.description) == ["create configmaps/good"])
        }
    }

    @Test("S99 a conflict is no reason for force to delete an object")
    func forceAndConflict() async throws {
        try await Sandbox.with { sandbox in
            try await sandbox.sync([try Manifests.map("settings")])
            let before = try #require(try await sandbox.object(.configMaps, "settings"))
            let wire = answering(sandbox, "configmaps/settings", times: 2, 409, "Conflict")
            var request = sandbox.request(process: 1)
            request.switches.force = true
            let progress = try await sandbox.sync(
                [try Manifests.map("settings", value: "2")], request, through: wire)
            #expect(progress.operation.phase == .succeeded)
            let after = try #require(try await sandbox.object(.configMaps, "settings"))
            #expect(after.uid == before.uid)
            #expect(after["data", "value"] == "2")
        }
    }

    @Test("S99 force does not delete an object for the sake of one that the server would never make")
    func forceAndInvalid() async throws {
        try await Sandbox.with { sandbox in
            func service(_ port: Int64, _ clusterIP: String? = nil) throws -> KubeObject {
                var service = try Manifests.example("hooks").first { $0.kind == "Service" } ?? KubeObject([:])
                service["spec", "ports"] = [["port": .int(port)]]
                service["spec", "type"] = clusterIP == nil ? "ClusterIP" : "NodePort"
                service["spec", "clusterIP"] = clusterIP.map { .string($0) }
                return service
            }
            try await sandbox.sync([try service(80)])
            let before = try #require(try await sandbox.object(.services, "web"))
            var request = sandbox.request(process: 1)
            request.switches.force = true
            #expect(try await sandbox.sync([try service(99_999)], request).operation.phase == .failed)
            #expect(try await sandbox.object(.services, "web")?.uid == before.uid)

            // An address that is taken by the very object that goes, and cannot be changed, is no hindrance.
            request = sandbox.request(process: 2)
            request.switches.force = true
            request.switches.replace = true
            let own = before["spec", "clusterIP"]?.string
            #expect(try await sandbox.sync([try service(81, own)], request).operation.phase == .succeeded)
            let after = try #require(try await sandbox.object(.services, "web"))
            #expect(after.uid != before.uid)
            #expect(after["spec", "clusterIP"]?.string == own)
        }
    }

    @Test("S98 a replace goes on top of what somebody else has written meanwhile")
    func replaceAndConflict() async throws {
        try await Sandbox.with { sandbox in
            try await sandbox.sync([try Manifests.map("settings")])
            let meddled = Latch()
            let wire = Wire(sandbox.cluster.transport) { call in
                guard call.method == .put, !meddled.isOpen else { return .passes }
                meddled.open()
                _ = try? await sandbox.client.patch(
                    .merge(["metadata": ["annotations": ["meddled": "yes"]]]), of: .configMaps,
                    namespace: sandbox.namespace, name: "settings")
                return .passes
            }
            var request = sandbox.request(process: 1)
            request.switches.replace = true
            let progress = try await sandbox.sync(
                [try Manifests.map("settings", value: "2")], request, through: wire)
            #expect(progress.operation.phase == .succeeded)
            #expect(meddled.isOpen)
            #expect(try await sandbox.object(.configMaps, "settings")?["data", "value"] == "2")
        }
    }

    @Test("S99 a recreation whose answer is lost is found to have been carried out")
    func recreationWithoutAnswer() async throws {
        try await Sandbox.with { sandbox in
            try await sandbox.sync([try Manifests.map("settings")])
            let before = try await sandbox.object(.configMaps, "settings")
            let wire = Wire(sandbox.cluster.transport) { call in
                call.method == .post && call.isWrite ? .losesAnswer(.interrupted) : .passes
            }
            var request = sandbox.request(process: 1)
            request.switches.replace = true
            request.switches.force = true
            let progress = try await sandbox.sync(
                [try Manifests.map("settings", value: "2")], request, through: wire)
            #expect(progress.operation.phase == .succeeded)
            let after = try #require(try await sandbox.object(.configMaps, "settings"))
            #expect(after.uid != before?.uid)
            #expect(after["data", "value"] == "2")
        }
    }

    @Test("S101 a take-over of fields meets another writer, and is made anew")
    func takeOverAndConflict() async throws {
        try await Sandbox.with { sandbox in
            var object = try Manifests.map("settings")
            object.namespace = sandbox.namespace
            object["data", "dropped"] = "by the manifest"
            try await sandbox.client.perform(
                APIRequest(
                    .create(object), .configMaps, namespace: sandbox.namespace,
                    fieldManager: KubeObject.clientSideApply))
            let meddled = Latch()
            let wire = Wire(sandbox.cluster.transport) { call in
                let isTakeOver = call.request.headers.contains { $0.value.contains("json-patch") }
                guard isTakeOver, !meddled.isOpen else { return .passes }
                meddled.open()
                _ = try? await sandbox.client.patch(
                    .merge(["metadata": ["annotations": ["meddled": "yes"]]]), of: .configMaps,
                    namespace: sandbox.namespace, name: "settings")
                return .passes
            }
            let progress = try await sandbox.sync([try Manifests.map("settings")], through: wire)
            #expect(progress.operation.phase == .succeeded)
            #expect(meddled.isOpen)
            let after = try #require(try await sandbox.object(.configMaps, "settings"))
            #expect(after["data", "dropped"] == nil)
        }
    }

    @Test("I1 each write is carried out and its first answer lost: repeated without harm, hooks made once")
    func everyAnswerLost() async throws {
        try await Sandbox.with { sandbox in
            let lost = Mutex<Set<String>>([])
            let wire = Wire(sandbox.cluster.transport) { call in
                guard call.isWrite else { return .passes }
                let isFirst = lost.withLock { $0.insert("\(call) \(call.request.body.hashValue)").inserted }
                return isFirst ? .losesAnswer(.interrupted) : .passes
            }
            let progress = try await sandbox.sync(
                Manifests.example("hooks"), through: wire, retry: FaultTests.patient)
            #expect(progress.operation.phase == .succeeded)
            let created = wire.writes.map(\.description).filter { $0.hasPrefix("create ") }
            #expect(
                created.sorted() == [
                    "create deployments/web", "create jobs/after", "create jobs/before",
                    "create services/web",
                ])
            try await sandbox.waitUntil(.jobs) { $0.isEmpty }
        }
    }

    @Test("I1 an answer that breaks off ends the session, and the next one comes to the end")
    func truncated() async throws {
        try await Sandbox.with { sandbox in
            let objects = try Manifests.example("hooks")
            let wire = Wire(sandbox.cluster.transport) { call in
                call.isWrite && call.object == "deployments/web" ? .isCut(100) : .passes
            }
            let failure = await #expect(throws: ClientFailure.self) {
                try await sandbox.sync(objects, through: wire)
            }
            #expect(failure?.refusal == nil)
            let second = Wire(sandbox.cluster.transport)
            let progress = try await sandbox.sync(objects, sandbox.request(process: 1), through: second)
            #expect(progress.operation.phase == .succeeded)
            #expect(!second.writes.map(\.description).contains("create jobs/before"))
        }
    }

    @Test("S76 a deletion that meets another object of that name has nothing to do, and leaves it alone")
    func deletionMeetsAnother() async throws {
        try await Sandbox.with { sandbox in
            let settings = try Manifests.map("settings")
            try await sandbox.sync([settings, try Manifests.map("old")])
            let wire = Wire(sandbox.cluster.transport) { call in
                guard call.method == .delete else { return .passes }
                do {
                    try await sandbox.client.delete(
                        .configMaps, namespace: sandbox.namespace, name: "old")
                    var another = try Manifests.map("old")
                    another.namespace = sandbox.namespace
                    try await sandbox.client.create(another, as: .configMaps)
                } catch {
                    Issue.record(error)
                }
                return .passes
            }
            let progress = try await sandbox.sync(
                [settings], sandbox.request(process: 1, prune: true), through: wire)
            #expect(progress.operation.phase == .succeeded)
            #expect(wire.writes.isEmpty)
            #expect(try await sandbox.object(.configMaps, "old") != nil)
        }
    }

    @Test("S76 a deletion that is refused for another reason is not taken for done")
    func deletionRefused() async throws {
        try await Sandbox.with { sandbox in
            let settings = try Manifests.map("settings")
            try await sandbox.sync([settings, try Manifests.map("old")])
            let wire = answering(sandbox, "configmaps/old", times: 9, 409, "Conflict")
            let progress = try await sandbox.sync(
                [settings], sandbox.request(process: 1, prune: true), through: wire)
            #expect(progress.operation.phase == .failed)
            let old = progress.operation.syncResult.resources.first { $0.key.name == "old" }
            #expect(old?.status == .syncFailed)
            #expect(try await sandbox.object(.configMaps, "old") != nil)
        }
    }
}
