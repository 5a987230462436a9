import Testing

@Suite("Scenarios checked against the reference engine")
struct ScenarioTests {
    @Test("S40 S55 S59 a scenario ends as in the reference", arguments: Scenario.playable)
    func scenario(_ scenario: Scenario) throws {
        var play = try ScenarioPlay(scenario)
        try play.run()
        let verdicts = scenario.expectations.map { ScenarioJudge(play: play, expected: $0).differences }
        let best = verdicts.min { $0.count < $1.count } ?? ["the scenario expects nothing"]
        for difference in play.differences + best { Issue.record("\(difference)") }
    }

    @Test("I7 every scenario is read, and each that is left out is one of them")
    func inventory() {
        #expect(Scenario.all.count == 73)
        #expect(Scenario.all.allSatisfy { !$0.id.isEmpty && !$0.rules.isEmpty })
        #expect(Set(Scenario.inexpressible.keys).isSubset(of: Scenario.all.map(\.id)))
    }
}
