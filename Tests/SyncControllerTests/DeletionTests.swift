import KubeClient
import KubeCore
import SyncController
import SyncEngine
import Synchronization
import TestSupport
import Testing

/// The deletion of an application (S188–S190).
@Suite("Deletion", .onEachServer, .timeLimit(.minutes(2)))
struct DeletionTests {
    private func delete(
        _ sandbox: Sandbox, through transport: (any HTTPTransport)? = nil, timeout: Duration? = nil,
        report: @escaping @Sendable (DeletionSession.Event) -> Void = { _ in }
    ) async throws -> DeletionSession.Outcome {
        let session = DeletionSession(
            cluster: sandbox.cluster.seen(through: transport ?? sandbox.cluster.transport),
            tracking: sandbox.tracking, propagation: .foreground, timeout: timeout)
        let (plan, live, _) = try await session.prepare()
        return try await session.run(plan, live: live, report: report)
    }

    private func maps(_ sandbox: Sandbox) async throws -> [String] {
        try await sandbox.client.list(.configMaps, namespace: sandbox.namespace).items.map(\.name)
            .filter { $0 != "kube-root-ca.crt" }.sorted()
    }

    @Test("S189 waves in reverse, each gone before the next; what is to be kept, and others' objects, stay")
    func waves() async throws {
        try await Sandbox.with { sandbox in
            var kept = try Manifests.map("kept")
            kept.setAnnotation(AnnotationKey.syncOptions, "Delete=false")
            var helm = try Manifests.map("helm")
            helm.setAnnotation(AnnotationKey.helmResourcePolicy, "keep")
            try await sandbox.sync(
                [
                    try Manifests.map("first", wave: -5), try Manifests.map("second"), kept, helm,
                    try Manifests.map("third", wave: 5),
                ] + Manifests.example("hooks"))
            var other = sandbox.request()
            other.tracking.application += "-other"
            try await sandbox.sync([try Manifests.map("foreign")], other)
            let wire = Wire(sandbox.cluster.transport)
            let told = Mutex<[String]>([])
            let outcome = try await delete(sandbox, through: wire) { event in
                guard case .deleted(let key) = event else { return }
                told.withLock { $0.append(key.name) }
            }
            let writes = wire.writes.map(\.description)
            #expect(writes.first == "delete configmaps/third")
            #expect(writes.last == "delete configmaps/first")
            #expect(
                writes.dropFirst().dropLast().sorted() == [
                    "delete configmaps/second", "delete deployments/web", "delete services/web",
                ])
            #expect(outcome.deleted.count == 5)
            #expect(told.withLock(\.self).count == 5)
            #expect(try await maps(sandbox) == ["foreign", "helm", "kept"])
            #expect(try await sandbox.object(.deployments, "web") == nil)
        }
    }

    private static let namespaces = APIResource(
        kind: GroupVersionKind(group: "", version: "v1", kind: "Namespace"), plural: "namespaces",
        isNamespaced: false, verbs: [])

    @Test("S188 I11 a namespace of the application goes with what is in it")
    func ownNamespace() async throws {
        try await Sandbox.with { sandbox in
            let name = "\(sandbox.namespace)-own"
            var map = try Manifests.map("inside")
            map.namespace = name
            let namespace = KubeObject([
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)],
            ])
            try await sandbox.sync([namespace, map])
            let outcome = try await delete(sandbox)
            #expect(outcome.left == [:])
            #expect(try await sandbox.client.get(Self.namespaces, name: name) == nil)
        }
    }

    /// Leaves one object in the namespace that a finalizer holds.
    private func makeHeld(_ sandbox: Sandbox) async throws {
        var held = try Manifests.map("held", wave: 1)
        held["metadata", "finalizers"] = ["example.test/hold"]
        try await sandbox.sync([held, try Manifests.map("later")])
    }

    private func release(_ sandbox: Sandbox) async throws {
        try await sandbox.client.patch(
            .merge(["metadata": ["finalizers": []]]), of: .configMaps, namespace: sandbox.namespace,
            name: "held")
    }

    @Test(
        "S188 I6 an object that a finalizer holds is named with it when time runs out, and the next wave has not begun"
    )
    func held() async throws {
        try await Sandbox.with { sandbox in
            try await makeHeld(sandbox)
            let outcome = try await delete(sandbox, timeout: .milliseconds(300))
            let key = ObjectKey(
                group: "", kind: "ConfigMap", namespace: sandbox.namespace, name: "held")
            #expect(Array(outcome.left.keys) == [key])
            // A finalizer of the server's own goes when its garbage collector comes by.
            #expect(outcome.left[key]?.filter { $0 != "foregroundDeletion" } == ["example.test/hold"])
            #expect(outcome.deleted.isEmpty)
            #expect(try await maps(sandbox) == ["held", "later"])
            try await release(sandbox)
        }
    }

    @Test(
        "S188 I4 an object that goes at last is noticed by the watch, or, where that is dead, by reading",
        arguments: [true, false])
    func released(isWatched: Bool) async throws {
        try await Sandbox.with { sandbox in
            try await makeHeld(sandbox)
            let isAsked = Latch()
            let hasBegun = Latch()
            let wire = Wire(sandbox.cluster.transport) { _ in
                isWatched ? .passes : .isSilent
            } requests: { call in
                if call.isWrite { hasBegun.open() }
                let isRead = call.method == .get && hasBegun.isOpen && call.object == "configmaps/held"
                return isRead && isWatched ? .fails(.interrupted) : .passes
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await isAsked.wait()
                    try await sandbox.waitUntil(.configMaps) { $0.contains(where: \.isBeingDeleted) }
                    try await release(sandbox)
                }
                let clock = ContinuousClock()
                let begun = clock.now
                let outcome = try await delete(sandbox, through: wire) { event in
                    if case .deleting = event { isAsked.open() }
                }
                print("a held object, watched: \(isWatched): gone after \(clock.now - begun)")
                #expect(outcome.deleted.map(\.name) == ["held", "later"])
                #expect(outcome.left.isEmpty)
                try await group.waitForAll()
            }
            #expect(try await maps(sandbox).isEmpty)
        }
    }

    @Test("S188 I7 a refused deletion is told, and does not hold up the others")
    func refused() async throws {
        try await Sandbox.with { sandbox in
            try await sandbox.sync([try Manifests.map("guarded", wave: 1), try Manifests.map("later")])
            let wire = Wire(sandbox.cluster.transport) { call in
                guard call.method == .delete, call.object == "configmaps/guarded" else { return .passes }
                let status: JSONValue = [
                    "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden",
                    "code": 403,
                    "message": "said by a test",
                ]
                return .isAnswered(HTTPResponse(status: 403, body: status.serialized()))
            }
            let outcome = try await delete(sandbox, through: wire)
            #expect(outcome.refused.values.sorted() == ["said by a test"])
            #expect(outcome.deleted.map(\.name) == ["later"])
        }
    }

    @Test("S188 I6 a cancelled deletion ends at once")
    func cancelled() async throws {
        try await Sandbox.with { sandbox in
            try await makeHeld(sandbox)
            let isAsked = Latch()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let failure = await #expect(throws: ClientFailure.self) {
                        try await delete(sandbox) { event in
                            if case .deleting = event { isAsked.open() }
                        }
                    }
                    #expect(failure?.isCancelled == true)
                }
                await isAsked.wait()
                group.cancelAll()
            }
            try await release(sandbox)
        }
    }
}
