import Testing

/// Processes that die after a write, and others that go on.
///
/// A known exception: once no object is left that tells of an operation, a new process begins a new one.
@Suite("I1 a process dies, another goes on")
struct KillTests {
    @Test("I1 after any write, the end is the same and nothing is made twice", arguments: Scenario.playable)
    func killAfterEachWrite(_ scenario: Scenario) throws {
        var whole = try ScenarioPlay(scenario)
        try whole.run()
        let wanted = ScenarioEnd(whole)
        for remembersStart in [true, false] {
            for point in 1..<(whole.sent + 1) {
                var play = try ScenarioPlay(scenario)
                play.killPoints = [point]
                play.remembersStart = remembersStart
                check(
                    &play, against: wanted, "killed after write \(point) of \(whole.sent): \(remembersStart)")
            }
        }
    }

    private func check(_ play: inout ScenarioPlay, against wanted: ScenarioEnd, _ what: String) {
        do {
            try play.run()
            guard !play.isForgotten else { return }
            for difference in wanted.differences(to: ScenarioEnd(play)) {
                Issue.record("\(what): \(difference)")
            }
        } catch {
            if !play.isForgotten { Issue.record("\(what): \(error)") }
        }
    }
}
