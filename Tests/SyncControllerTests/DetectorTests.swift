import KubeClient
import KubeCore
import SyncController
import SyncEngine
import Synchronization
import TestSupport
import Testing

/// I4: two ways to learn that a hook has ended, and each is enough.
@Suite(
    "Two detectors", .onEachServer, .timeLimit(.minutes(3)))
struct DetectorTests {
    /// What is wrong with the watches.
    struct Watches: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fate: Wire.WatchFate
    }

    static let watches = [
        Watches(testDescription: "open and silent", fate: .isSilent),
        Watches(testDescription: "refused with 500", fate: .isRefused(500)),
        Watches(testDescription: "refused with 403", fate: .isRefused(403)),
        Watches(testDescription: "answered with 410", fate: .isRefused(410)),
        Watches(testDescription: "ended at once", fate: .ends),
    ]

    @Test("I4 without watches a sync ends by direct reads, within seconds", arguments: watches)
    func withoutWatches(_ watches: Watches) async throws {
        try await Sandbox.with { sandbox in
            let wire = Wire(sandbox.cluster.transport, watches: { _ in watches.fate })
            let clock = ContinuousClock()
            let begun = clock.now
            let progress = try await sandbox.sync(Manifests.example("hooks"), through: wire)
            let took = clock.now - begun
            print("I4 watches \(watches.testDescription): the hooks example in \(took)")
            #expect(progress.operation.phase == .succeeded)
            // Three things are waited for; a second or three each, and a busy machine.
            #expect(took < .seconds(60))
        }
    }

    @Test("I4 without direct reads a sync ends by its watches, and acts on what they tell at once")
    func withoutReads() async throws {
        try await Sandbox.with { sandbox in
            let clock = ContinuousClock()
            let times = Mutex((told: [String: ContinuousClock.Instant](), written: [(String, Duration)]()))
            let hasBegun = Latch()
            let wire = Wire(sandbox.cluster.transport) { _ in
                .isFiltered { line in
                    if let event = WatchLine(line), HookOutcome(of: event.object).phase.isCompleted {
                        times.withLock { $0.told["\(event.object.kind)/\(event.object.name)"] = clock.now }
                    }
                    return [line]
                }
            } requests: { call in
                if call.isWrite { hasBegun.open() }
                let follows = ["services/web": "Job/before", "jobs/after": "Deployment/web"]
                times.withLock { times in
                    guard let cause = follows[call.object], !call.isDryRun, let told = times.told[cause]
                    else {
                        return
                    }
                    if times.written.contains(where: { $0.0 == call.object }) { return }
                    times.written.append((call.object, clock.now - told))
                }
                let isRead = call.method == .get && hasBegun.isOpen && call.object.contains("/")
                return isRead ? .fails(.unreachable) : .passes
            }
            let progress = try await sandbox.sync(Manifests.example("hooks"), through: wire)
            #expect(progress.operation.phase == .succeeded)
            let delays = times.withLock(\.written)
            for (object, delay) in delays { print("I4 from the event to \(object): \(delay)") }
            #expect(Set(delays.map(\.0)) == ["services/web", "jobs/after"])
            #expect(delays.allSatisfy { $0.1 < .seconds(10) })
        }
    }

    @Test("I4 many awaited objects are read by lists, not one by one")
    func crowd() async throws {
        try await Sandbox.with { sandbox in
            let text = Manifest.deployment("web")
            let crowd = try (0..<40).flatMap { try Manifests.parse(text.replacing("web", with: "web-\($0)")) }
            let wire = Wire(sandbox.cluster.transport, watches: { _ in .isSilent })
            let last = try Manifests.map("last", wave: 1)
            let progress = try await sandbox.sync(crowd + [last], through: wire)
            #expect(progress.operation.phase == .succeeded)
            let reads = wire.calls.filter { $0.method == .get && $0.object.hasPrefix("deployments/") }
            // Once each, before the plan is made; and the last few, which may well be read one by one.
            #expect(reads.count < 60, "\(reads.count)")
        }
    }

    @Test("I10 only kinds of the sync are watched, where it has objects, and only what bears its label")
    func watched() async throws {
        try await Sandbox.with { sandbox in
            let wire = Wire(sandbox.cluster.transport)
            let progress = try await sandbox.sync(Manifests.example("hooks"), through: wire)
            #expect(progress.operation.phase == .succeeded)
            let watches = wire.calls.filter(\.isWatch)
            #expect(Set(watches.map(\.object)) == ["jobs", "services", "deployments"])
            #expect(watches.allSatisfy { $0.path.contains("/namespaces/\(sandbox.namespace)/") })
            let selector = "labelSelector=syncctl.dev%2Fapplication%3D\(sandbox.application)"
            #expect(watches.allSatisfy { $0.query.contains(selector) })
        }
    }

    @Test(
        "I6 a server that goes away for good while a hook runs ends the session, and nothing more is written")
    func serverGone() async throws {
        try await Sandbox.with(Kubelet { _ in .staysPending }) { sandbox in
            let isGone = Latch()
            let wire = Wire(sandbox.cluster.transport) { _ in
                .isSilent
            } requests: { _ in
                isGone.isOpen ? .fails(.unreachable) : .passes
            }
            var session = sandbox.session(sandbox.request(), through: wire)
            session.patience = .milliseconds(1)
            let prepared = try await session.prepare(Manifests.desired(Manifests.example("hooks")))
            let saved = Mutex<[SyncProgress]>([])
            let failure = await #expect(throws: ClientFailure.self) {
                try await session.run(prepared) { progress in
                    saved.withLock { $0.append(progress) }
                    if progress.operation.message.hasPrefix("waiting for completion") { isGone.open() }
                }
            }
            #expect(failure?.isTransient == true)
            #expect(wire.writes.map(\.description) == ["create jobs/before"])
            #expect(saved.withLock { $0.allSatisfy { !$0.isFinished } })
        }
        // That it is gone on with later is KillTests' matter.
    }

    @Test("I6 a session that is cancelled while it waits ends at once")
    func cancelled() async throws {
        try await Sandbox.with(Kubelet { _ in .staysPending }) { sandbox in
            let isWaiting = Latch()
            let session = sandbox.session(sandbox.request(), through: sandbox.cluster.transport)
            let prepared = try await session.prepare(Manifests.desired(Manifests.example("hooks")))
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let failure = await #expect(throws: ClientFailure.self) {
                        try await session.run(prepared) { progress in
                            if progress.operation.message.hasPrefix("waiting for completion") {
                                isWaiting.open()
                            }
                        }
                    }
                    #expect(failure?.isCancelled == true)
                }
                await isWaiting.wait()
                group.cancelAll()
            }
        }
    }
}
