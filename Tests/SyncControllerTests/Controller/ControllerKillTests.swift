import Foundation
import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

/// I1: whatever the moment at which a controller ends, the next one comes to the same end, and no hook runs twice.
@Suite("A controller killed after any write", .onEachServer, .timeLimit(.minutes(10)), .serialized)
struct ControllerKillTests {
    /// Who asks for the sync: a person, or the controller itself.
    enum Example: String, CaseIterable, CustomTestStringConvertible {
        case manual
        case automated

        var testDescription: String { rawValue }
    }

    /// After how many writes to kill: each of them with `SYNCCTL_TEST_EVERY_KILL=yes`, otherwise every third from one
    /// that differs from run to run.
    private static func kills(of total: Int) -> [Int] {
        let isAsked = ProcessInfo.processInfo.environment["SYNCCTL_TEST_EVERY_KILL"] == "yes"
        return Array(stride(from: isAsked ? 0 : .random(in: 0..<3), through: total, by: isAsked ? 1 : 3))
    }

    private static let revision = "c0ffee00c0ffee00"

    @Test("I1 S114 S115 the same end, and every hook once", arguments: Example.allCases)
    func everyWrite(_ example: Example) async throws {
        let (end, writes) = try await ControllerSandbox.idle { own in
            let wire = Wire(own.sandbox.cluster.transport)
            let end = try await finished(example, own, through: wire)
            return (end, wire.writes.map(\.description))
        }
        print("KILL controller, \(example): \(writes.count) writes: \(writes)")
        let kills = Self.kills(of: writes.count)
        let clock = ContinuousClock()
        let begun = clock.now
        await withTaskGroup(of: Void.self) { group in
            for (index, kill) in kills.enumerated() {
                if index >= 4 { await group.next() }
                group.addTask {
                    do {
                        try await ControllerSandbox.idle { try await killed(after: kill, example, $0, end) }
                    } catch {
                        Issue.record("\(example), killed after \(kill) of \(writes.count) writes: \(error)")
                    }
                }
            }
        }
        print("KILL controller, \(example): killed after \(kills) in \(clock.now - begun)")
    }

    @Test(
        "I1 S114 S115 controllers that each live for a few writes bring it to the same end, and every hook once",
        arguments: [8, 12])
    func inTurn(_ life: Int) async throws {
        let reference = try await ControllerSandbox.idle { own in
            try await finished(.manual, own, through: Wire(own.sandbox.cluster.transport))
        }
        try await ControllerSandbox.idle { own in
            try await begin(.manual, own)
            var writes: [Write] = []
            var lives = 0
            while try await !own.application().isAtRest {
                let mortal = Mortal(own.sandbox.cluster.transport, livesFor: life)
                try await mortal.serve {
                    try await own.control(through: $0)
                } until: {
                    try await own.wait(until: \.isAtRest)
                }
                writes += mortal.wire.writes
                lives += 1
            }
            let created = Creations(writes).names
            #expect(created.count == Set(created).count, "\(lives) lives: \(writes)")
            let differences = try await own.end().differences(from: reference)
            #expect(differences.isEmpty, "\(lives) lives: \(writes)\n\(differences.joined(separator: "\n"))")
        }
    }

    private func finished(
        _ example: Example, _ own: ControllerSandbox, through wire: Wire
    ) async throws -> EndState {
        try await begin(example, own)
        return try await finish(own, through: wire)
    }

    /// The Application is there, and its sync is asked for.
    private func begin(_ example: Example, _ own: ControllerSandbox) async throws {
        own.source.push(Self.revision, try Manifests.example("hooks"))
        switch example {
        case .manual:
            try await own.make()
            try await own.sync()
        case .automated:
            try await own.make(policy: ["automated": [:]])
        }
    }

    /// A controller at work until the sync has come to its end.
    private func finish(_ own: ControllerSandbox, through wire: Wire) async throws -> EndState {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await own.control(through: wire) }
            defer { group.cancelAll() }
            return try await own.end()
        }
    }

    private func killed(
        after count: Int, _ example: Example, _ own: ControllerSandbox, _ reference: EndState
    ) async throws {
        try await begin(example, own)
        let first = Mortal(own.sandbox.cluster.transport, livesFor: count)
        try await first.serve {
            try await own.control(through: $0)
        } until: {
            try await own.wait(until: \.isAtRest)
        }
        let left = try await own.application()
        // Every other time the hooks come to their end while nobody looks.
        if count.isMultiple(of: 2) {
            try await own.sandbox.waitUntil(.jobs) { $0.allSatisfy { HookOutcome(of: $0).phase.isCompleted } }
        }
        let second = Wire(own.sandbox.cluster.transport)
        let end = try await finish(own, through: second)
        let place = "\(example), killed after \(count): \(first.wire.writes) then \(second.writes)"
        let created = Creations(first.wire.writes + second.writes).names
        #expect(created.count == Set(created).count, "\(place)")
        let differences = end.differences(from: reference)
        #expect(differences.isEmpty, "\(place)\n\(differences.joined(separator: "\n"))")
        let after = try await own.application()
        if let begun = left.status.operation {
            #expect(after.status.operation?.startedAt == begun.startedAt, "\(place)")
        }
    }
}

extension Application {
    /// Whether its sync has come to its end, and what it did is compared.
    var isAtRest: Bool {
        operation == nil && status.operation?.phase.isCompleted == true && status.sync.status == .synced
            && status.health.status == .healthy
    }
}

extension ControllerSandbox {
    func application() async throws -> Application {
        let found = try await client.get(
            .applications, namespace: sandbox.namespace, name: sandbox.application)
        return Application(try #require(found))
    }

    /// What is there once the Application is at rest.
    func end() async throws -> EndState {
        let application = try await wait(until: \.isAtRest)
        let operation = try #require(application.status.operation)
        // Who finds all hooks done with has one wave left, and says so in other words.
        let message = operation.message.replacing("(all tasks run)", with: "(no more tasks)")
        return try await EndState(
            of: sandbox, after: operation,
            "\(message), \(operation.retryCount) retries, history "
                + "\(application.status.history.map(\.revision)), "
                + "\(application.status.resources.filter { !$0.isHook }.map { "\($0.key.name) \($0.status?.rawValue ?? "")" }), "
                + "conditions \(application.status.conditions.map(\.message))")
    }
}
