import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

/// I1: whatever the moment at which a process ends, the next one comes to the same end, and no hook runs twice.
@Suite(
    "Killed after any write", .onEachServer, .timeLimit(.minutes(10)),
    .serialized)
struct KillTests {
    /// A sync, and what was in the cluster before.
    struct Example: Sendable, CustomStringConvertible {
        var description: String
        /// Synced first, in peace.
        var before: [KubeObject] = []
        var objects: [KubeObject]
        var kubelet = Kubelet.healthy
    }

    static let examples = Result { try makeExamples() }

    private static func makeExamples() throws -> [Example] {
        let settings = try Manifests.map("settings")
        let failing = Kubelet.failing("before")
        return [
            Example(description: "the hooks example", objects: try Manifests.example("hooks")),
            Example(
                description: "HookSucceeded on some",
                objects: [
                    try Manifests.hook("first", "PreSync", "HookSucceeded", wave: 1),
                    try Manifests.hook("second", "PreSync", wave: 2), settings,
                    try Manifests.hook("third", "Sync", "HookSucceeded", wave: 3),
                    try Manifests.hook("fourth", "PostSync", "HookSucceeded"),
                ]),
            Example(
                description: "HookFailed",
                objects: [
                    try Manifests.hook("before", "PreSync", "HookFailed"),
                    try Manifests.hook("beside", "PreSync", "HookFailed"), settings,
                ], kubelet: failing),
            Example(
                description: "BeforeHookCreation over what an earlier sync left",
                before: [try Manifests.hook("before", "PreSync", "BeforeHookCreation"), settings],
                objects: [
                    try Manifests.hook("before", "PreSync", "BeforeHookCreation"), settings,
                    try Manifests.map("more", wave: 1),
                    try Manifests.hook("after", "PostSync", "BeforeHookCreation"),
                ]),
            Example(
                description: "no policy",
                objects: [
                    try Manifests.hook("before", "PreSync"), settings,
                    try Manifests.hook("after", "PostSync"),
                ]),
            Example(
                description: "generateName",
                objects: try Manifests.example("generate-name") + [try Manifests.hook("after-", "PostSync")]),
            Example(
                description: "a failing PreSync hook with SyncFail hooks",
                objects: try Manifests.example("sync-fail") + [
                    try Manifests.hook("cleanup", "SyncFail", "HookSucceeded")
                ], kubelet: failing),
            Example(
                description: "prune in waves",
                before: [
                    try Manifests.map("old", wave: 1), try Manifests.map("older", wave: 2), settings,
                ],
                objects: [
                    try Manifests.hook("before", "PreSync", "HookSucceeded"), settings,
                    try Manifests.map("new", wave: 1),
                    try Manifests.hook("after", "PostSync", "HookSucceeded"),
                ]),
        ]
    }

    @Test("I1 the same end, and every hook once", arguments: 0..<8)
    func everyWrite(_ index: Int) async throws {
        let example = try KillTests.examples.get()[index]
        let reference = try await Sandbox.with(example.kubelet) { try await peaceful(example, in: $0) }
        let total = reference.writes.count
        print("KILL \(example): \(total) writes: \(reference.writes)")
        let clock = ContinuousClock()
        let begun = clock.now
        await withTaskGroup(of: Void.self) { group in
            for kill in 0...total {
                if kill >= 4 { await group.next() }
                group.addTask {
                    do {
                        try await Sandbox.with(example.kubelet) {
                            try await killed(after: kill, of: total, example, in: $0, reference.end)
                        }
                    } catch {
                        Issue.record("\(example), killed after \(kill) of \(total) writes: \(error)")
                    }
                }
            }
        }
        print("KILL \(example): \(total + 1) kills in \(clock.now - begun)")
    }

    @Test(
        "I1 processes that each live for one write bring it to the same end, and every hook once",
        arguments: 0..<8)
    func everyWriteInTurn(_ index: Int) async throws {
        let example = try KillTests.examples.get()[index]
        let reference = try await Sandbox.with(example.kubelet) { try await peaceful(example, in: $0) }
        try await Sandbox.with(example.kubelet) { sandbox in
            try await prepare(example, sandbox)
            var writes: [Write] = []
            // The last write ends the operation; whoever comes after that begins the next.
            for process in 1..<reference.writes.count {
                let mortal = Mortal(sandbox.cluster.transport, livesFor: 1)
                await mortal.run { wire in
                    try await sandbox.sync(
                        example.objects, sandbox.request(process: process, prune: true), through: wire)
                }
                writes += mortal.wire.writes
            }
            let last = Wire(sandbox.cluster.transport)
            let progress = try await sandbox.sync(
                example.objects, sandbox.request(process: reference.writes.count, prune: true), through: last)
            let place = "\(example): \(writes) then \(last.writes)"
            let created = Creations(writes + last.writes)
            #expect(created.names.count == Set(created.names).count, "\(place)")
            let end = try await EndState(of: sandbox, after: progress)
            #expect(end.differences(from: reference.end).isEmpty, "\(place)")
        }
    }

    private func peaceful(
        _ example: Example, in sandbox: Sandbox
    ) async throws -> (end: EndState, writes: [String]) {
        try await prepare(example, sandbox)
        let wire = Wire(sandbox.cluster.transport)
        let progress = try await sandbox.sync(
            example.objects, sandbox.request(process: 1, prune: true), through: wire)
        return (try await EndState(of: sandbox, after: progress), wire.writes.map(\.description))
    }

    private func prepare(_ example: Example, _ sandbox: Sandbox) async throws {
        guard !example.before.isEmpty else { return }
        let progress = try await sandbox.sync(example.before, sandbox.request(process: 0))
        #expect(progress.operation.phase == .succeeded)
    }

    private func killed(
        after count: Int, of total: Int, _ example: Example, in sandbox: Sandbox, _ reference: EndState
    ) async throws {
        try await prepare(example, sandbox)
        let first = Mortal(sandbox.cluster.transport, livesFor: count)
        await first.run { wire in
            try await sandbox.sync(
                example.objects, sandbox.request(process: 1, prune: true), through: wire)
        }
        #expect(first.wire.writes.count == count, "killed after \(count): \(first.wire.writes)")
        // Every other time the hooks come to their end while nobody looks.
        if count.isMultiple(of: 2) {
            try await sandbox.waitUntil(.jobs) { $0.allSatisfy { HookOutcome(of: $0).phase.isCompleted } }
        }
        let second = Wire(sandbox.cluster.transport)
        let progress = try await sandbox.sync(
            example.objects, sandbox.request(process: 2, prune: true), through: second)
        let place =
            "\(example), killed after \(count) of \(total): \(first.wire.writes) then \(second.writes)"
        let created = Creations(first.wire.writes + second.writes)
        #expect(created.repeated.isEmpty, "\(place)")
        // When everything had been written, what tells of the operation is gone or marked as done: this is the next.
        guard count < total else { return }
        #expect(created.names.count == Set(created.names).count, "\(place)")
        let end = try await EndState(of: sandbox, after: progress)
        #expect(end.differences(from: reference).isEmpty, "\(place)")
    }
}
