import Foundation
import KubeClient
import KubeCore
import SyncEngine
import Synchronization
import TestSupport
import Testing

/// I3: what becomes of the events changes when something is decided, and never what.
@Suite(
    "Events lost, doubled, late and out of order", .onEachServer,
    .timeLimit(.minutes(5)))
struct EventTests {
    /// `SYNC_TEST_SEED` repeats a run.
    static let seed =
        ProcessInfo.processInfo.environment["SYNC_TEST_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0..<1_000_000)

    @Test("I3 the same end", arguments: [0, 3, 6])
    func sameEnd(_ index: Int) async throws {
        let example = try KillTests.examples.get()[index]
        let reference = try await Sandbox.with(example.kubelet) { sandbox in
            try await run(example, in: sandbox, through: Wire(sandbox.cluster.transport))
        }
        print("SYNC_TEST_SEED=\(EventTests.seed)")
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<8 as Range<UInt64> {
                if number >= 4 { await group.next() }
                group.addTask {
                    do {
                        try await Sandbox.with(example.kubelet) { sandbox in
                            let mangler = Mangler(seed: EventTests.seed &+ number)
                            let wire = Wire(
                                sandbox.cluster.transport, watches: { _ in .isFiltered(mangler.mangled) })
                            let end = try await run(example, in: sandbox, through: wire)
                            #expect(
                                end.differences(from: reference).isEmpty,
                                "\(example), seed \(EventTests.seed) + \(number): \(wire.writes)")
                        }
                    } catch {
                        Issue.record("\(example), seed \(EventTests.seed) + \(number): \(error)")
                    }
                }
            }
        }
    }

    private func run(
        _ example: KillTests.Example, in sandbox: Sandbox, through wire: Wire
    ) async throws -> EndState {
        if !example.before.isEmpty { try await sandbox.sync(example.before, sandbox.request(process: 0)) }
        let progress = try await sandbox.sync(
            example.objects, sandbox.request(process: 1, prune: true), through: wire)
        return try await EndState(of: sandbox, after: progress)
    }
}

/// Does to the lines of a watch what a bad day does.
private final class Mangler: Sendable {
    private struct State {
        var dice: Dice
        var held: [[UInt8]] = []
        var history: [[UInt8]] = []
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(dice: Dice(seed: seed)))
    }

    @Sendable func mangled(_ line: [UInt8]) async -> [[UInt8]] {
        state.withLock { state in
            var lines: [[UInt8]] = []
            switch Int.random(in: 0..<100, using: &state.dice) {
            case ..<15: break
            case ..<35: state.held.append(line)
            case ..<55: lines = [line, line]
            default: lines = [line]
            }
            if state.dice.chance(30), let old = state.history.randomElement(using: &state.dice) {
                lines.append(old)
            }
            if state.dice.chance(40) {
                lines += state.held.shuffled(using: &state.dice)
                state.held = []
            }
            state.history.append(line)
            return lines
        }
    }
}
