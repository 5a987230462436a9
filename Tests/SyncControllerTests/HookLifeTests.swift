import KubeClient
import KubeCore
import SyncController
import SyncEngine
import Synchronization
import TestSupport
import Testing

/// What a hook's object goes through: its time to live, its end at somebody else's hands, its deadline.
@Suite(
    "The life of a hook", .onEachServer, .timeLimit(.minutes(3)))
struct HookLifeTests {
    // MARK: D2

    @Test("D2 a hook Job has no time to live while the operation runs, and gets it back at its end")
    func timeToLive() async throws {
        try await Sandbox.with { sandbox in
            var hook = try Manifests.hook("before", "PreSync")
            hook["spec", "ttlSecondsAfterFinished"] = 100
            let wire = Wire(sandbox.cluster.transport)
            let progress = try await sandbox.sync([hook, try Manifests.map("settings")], through: wire)
            #expect(progress.operation.phase == .succeeded)
            let written = wire.writes.filter { $0.call.object == "jobs/before" }
                .map { $0.call.body["spec"]?["ttlSecondsAfterFinished"] }
            // Servers before v1.21 do not keep the field: what was sent is what counts.
            #expect(written == [nil, 100])
        }
    }

    /// Syncs a PreSync hook whose Job the test itself ends and deletes, seen by nothing but what is let through.
    private func syncWithLostHook(
        in sandbox: Sandbox, finished: Bool, event: @escaping @Sendable () async -> Void,
        read: @escaping @Sendable (Call) async -> Wire.Fate
    ) async throws -> SyncProgress {
        let hasBegun = Latch()
        let wire = Wire(sandbox.cluster.transport) { _ in
            .isFiltered { line in
                guard let news = WatchLine(line), news.object.kind == "Job" else { return [line] }
                guard news.type == "DELETED" else { return [] }
                await event()
                return [line]
            }
        } requests: { call in
            if call.isWrite { hasBegun.open() }
            guard hasBegun.isOpen, call.method == .get, call.object == "jobs/before" else { return .passes }
            return await read(call)
        }
        return try await withThrowingTaskGroup(of: SyncProgress?.self) { group in
            group.addTask {
                try await sandbox.waitUntil(.jobs) { !$0.isEmpty }
                if finished { try await sandbox.finish("before") }
                try await sandbox.client.delete(
                    .jobs, namespace: sandbox.namespace, name: "before",
                    options: APIRequest.DeleteOptions(propagation: .background))
                return nil
            }
            group.addTask {
                try await sandbox.sync(
                    [try Manifests.hook("before", "PreSync"), try Manifests.map("settings")], through: wire)
            }
            for try await progress in group {
                if let progress { return progress }
            }
            throw CancellationError()
        }
    }

    private static let pending = Kubelet { _ in .staysPending }

    @Test("D2 a hook that somebody deletes after it has ended counts by the last state that its watch showed")
    func deletedAfterEnd() async throws {
        try await Sandbox.with(HookLifeTests.pending) { sandbox in
            let progress = try await syncWithLostHook(in: sandbox, finished: true) {
            } read: { _ in
                .fails(.interrupted)
            }
            #expect(progress.operation.phase == .succeeded, "\(progress.operation)")
            let hook = progress.operation.syncResult.resources.first { $0.key.name == "before" }
            #expect(hook?.hookPhase == .succeeded)
        }
    }

    @Test("D2 I3 a direct read that misses the hook first does not outrun its watch's word on how it ended")
    func missedFirst() async throws {
        try await Sandbox.with(HookLifeTests.pending) { sandbox in
            let hasMissed = Latch()
            let looksAgain = Latch()
            let progress = try await syncWithLostHook(in: sandbox, finished: true) {
                await looksAgain.wait()
            } read: { call in
                do throws(TransportFailure) {
                    let answer = try await sandbox.cluster.transport.send(call.request)
                    guard answer.status == 404 else { return .fails(.interrupted) }
                    guard hasMissed.isOpen else {
                        hasMissed.open()
                        return .isAnswered(answer)
                    }
                    // Only now the watch may tell.
                    looksAgain.open()
                    return .fails(.interrupted)
                } catch {
                    return .fails(.interrupted)
                }
            }
            #expect(progress.operation.phase == .succeeded, "\(progress.operation)")
        }
    }

    @Test("S80 a hook that somebody deletes before it has ended is an error", arguments: [true, false])
    func deletedBeforeEnd(isWatched: Bool) async throws {
        try await Sandbox.with(HookLifeTests.pending) { sandbox in
            let progress = try await syncWithLostHook(in: sandbox, finished: false) {
                // Who does not watch must find out by reading.
                if !isWatched { await Latch().wait() }
            } read: { _ in
                isWatched ? .fails(.interrupted) : .passes
            }
            #expect(progress.operation.phase == .failed, "\(progress.operation)")
            let hook = progress.operation.syncResult.resources.first { $0.key.name == "before" }
            #expect(hook?.hookPhase == .error)
            #expect(try await sandbox.object(.configMaps, "settings") == nil)
        }
    }

    // MARK: D6

    /// Syncs a hook that never ends with a SyncFail hook beside it, and lets time pass once it is waited for.
    private func syncOutOfTime(
        in sandbox: Sandbox, after time: Int64, _ wire: Wire, timeout: Duration? = nil,
        hookTimeout: String? = nil
    ) async throws -> SyncProgress {
        var hook = try Manifests.hook("before", "PreSync")
        hook.setAnnotation(AnnotationKey.hookTimeout, hookTimeout)
        var request = sandbox.request()
        request.timeout = timeout
        let clock = Mutex(request.startedAt)
        let session = SyncSession(cluster: sandbox.cluster.seen(through: wire), request: request) {
            clock.withLock { $0 }
        }
        let prepared = try await session.prepare(
            Manifests.desired([
                hook, try Manifests.hook("report", "SyncFail"), try Manifests.map("settings"),
            ]))
        let hasPassed = Latch()
        return try await session.run(prepared) { progress in
            let isWaiting = progress.operation.message.hasPrefix(
                "waiting for completion of hook batch/Job/before")
            guard isWaiting, !hasPassed.isOpen else { return }
            hasPassed.open()
            clock.withLock { $0.seconds += time }
        }
    }

    private static let stuck = Kubelet {
        $0.label("job-name") == "before" ? .staysPending : healthyFate($0)
    }

    private static func healthyFate(_ pod: KubeObject) -> Kubelet.Fate { Kubelet.healthy.fate(pod) }

    private func expectTimedOut(
        _ progress: SyncProgress, _ wire: Wire, in sandbox: Sandbox, says limit: String
    ) async throws {
        #expect(progress.operation.phase == .failed)
        #expect(progress.ending == .timedOut)
        let results = progress.operation.syncResult.resources
        let hook = try #require(results.first { $0.key.name == "before" })
        #expect(hook.hookPhase == .failed)
        #expect(
            hook.message.hasPrefix("batch/Job \(sandbox.namespace)/before timed out (\(limit)); last seen: "),
            "\(hook.message)")
        #expect(results.first { $0.key.name == "report" }?.hookPhase == .succeeded)
        let writes = wire.writes.map(\.description)
        #expect(
            writes.prefix(3) == ["create jobs/before", "delete jobs/before", "create jobs/report"],
            "\(writes)")
        #expect(try await sandbox.object(.configMaps, "settings") == nil)
    }

    @Test("D6 a hook that takes too long is failed and deleted, the message names it, and SyncFail hooks run")
    func hookTimeout() async throws {
        try await Sandbox.with(HookLifeTests.stuck) { sandbox in
            let wire = Wire(sandbox.cluster.transport)
            let progress = try await syncOutOfTime(in: sandbox, after: 1_801, wire, hookTimeout: "30m")
            try await expectTimedOut(progress, wire, in: sandbox, says: "hook timeout 30m")
        }
    }

    @Test("D6 a hook without a time of its own has an hour")
    func defaultHookTimeout() async throws {
        try await Sandbox.with(HookLifeTests.stuck) { sandbox in
            let wire = Wire(sandbox.cluster.transport)
            let progress = try await syncOutOfTime(in: sandbox, after: 3_601, wire)
            try await expectTimedOut(progress, wire, in: sandbox, says: "hook timeout 1h")
        }
    }

    @Test("D6 an operation that takes too long fails in the same way, and the hook's last condition is told")
    func operationTimeout() async throws {
        try await Sandbox.with(HookLifeTests.stuck) { sandbox in
            let wire = Wire(sandbox.cluster.transport)
            let progress = try await syncOutOfTime(in: sandbox, after: 601, wire, timeout: .seconds(600))
            try await expectTimedOut(progress, wire, in: sandbox, says: "operation timeout 10m")
            #expect(
                progress.operation.message.contains("the operation timed out after 10m"),
                "\(progress.operation.message)")
        }
    }

    // MARK: S90

    @Test("S90 a termination stops the running hook and ends the operation")
    func termination() async throws {
        try await Sandbox.with(HookLifeTests.pending) { sandbox in
            let wire = Wire(sandbox.cluster.transport)
            let session = sandbox.session(sandbox.request(), through: wire)
            let prepared = try await session.prepare(
                Manifests.desired([try Manifests.hook("before", "PreSync"), try Manifests.map("settings")]))
            let termination = TerminationRequest()
            let progress = try await session.run(prepared, termination: termination) { progress in
                if progress.operation.message.hasPrefix("waiting for completion") { termination.request() }
            }
            #expect(progress.ending == .terminated)
            #expect(progress.operation.phase == .failed)
            #expect(wire.writes.map(\.description) == ["create jobs/before", "delete jobs/before"])
        }
    }
}
