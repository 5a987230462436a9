import KubeCore
import SyncEngine
import Testing

@Suite("Random syncs")
struct RandomSyncTests {
    /// How a sync is disturbed.
    enum Disturbance: CaseIterable {
        case orderOfEvents
        case oneCrash
        case manyCrashes
        case deadWatches
    }

    @Test(
        "I1, I3 come to the same end, whatever the order of events and wherever the process dies",
        arguments: Disturbance.allCases)
    func sameEnd(_ disturbance: Disturbance) throws {
        for number in 0..<SeededGenerator.cases {
            let seed = SeededGenerator.runSeed &+ UInt64(number)
            var makes = RandomScenario(seed: seed)
            let scenario = makes.make()
            for createsOnce in [true, false] {
                try compare(scenario, createsOnce: createsOnce, disturbance, seed: seed)
            }
        }
    }

    private func compare(
        _ scenario: Scenario, createsOnce: Bool, _ disturbance: Disturbance, seed: UInt64
    ) throws {
        let configure = { (request: inout SyncRequest) in
            request.reading.defaultHookPolicy = createsOnce ? nil : .beforeHookCreation
        }
        let what = "SYNC_TEST_SEED=\(seed) \(disturbance) createsOnce \(createsOnce)"
        var calm = try ScenarioPlay(scenario, configure: configure)
        do {
            try calm.runWorkloads()
        } catch {
            Issue.record("\(what): undisturbed: \(error)")
            return
        }
        var random = SeededGenerator(seed: seed ^ 0x5eed)
        var play = try ScenarioPlay(scenario, configure: configure)
        play.shuffle = random
        play.remembersStart = random.chance(50)
        switch disturbance {
        case .orderOfEvents: break
        case .oneCrash: play.killPoints = [Int.random(in: 1...max(1, calm.sent), using: &random)]
        case .manyCrashes:
            play.killPoints = Set((1...(2 * calm.sent + 1)).filter { _ in random.chance(30) })
        case .deadWatches: play.hasWatches = false
        }
        do {
            try play.runWorkloads(using: random)
            guard !play.isForgotten else { return }
            let differences = ScenarioEnd(calm).differences(to: ScenarioEnd(play))
            if !differences.isEmpty { Issue.record("\(what): \(differences)") }
        } catch {
            if !play.isForgotten { Issue.record("\(what): \(error)") }
        }
    }
}
