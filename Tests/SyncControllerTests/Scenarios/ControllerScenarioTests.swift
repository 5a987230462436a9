import KubeCore
import TestSupport
import Testing

/// Applications from the wish to the end, step by step, through the controller.
@Suite("Scenarios of a controller", .onEachServer, .timeLimit(.minutes(5)))
struct ControllerScenarioTests {
    @Test("S112 S139 S149 S185 a scenario goes as it is told", arguments: ControllerScenario.all)
    func play(_ scenario: ControllerScenario) async throws {
        try await ScenarioStage.with(scenario) { stage in
            for step in stage.scenario.steps {
                try await stage.perform(step)
                let differences = try await stage.differences(after: step)
                for difference in differences { Issue.record("after \(step.action): \(difference)") }
                guard differences.isEmpty else { return }
            }
        }
    }

    @Test("I7 every scenario is read")
    func inventory() {
        #expect(ControllerScenario.all.count == 34)
        for scenario in ControllerScenario.all {
            #expect(!scenario.rules.isEmpty && !scenario.steps.isEmpty, "\(scenario.id)")
            // Who goes on before something has come of a step does not know what is tested.
            let steps = scenario.steps.filter { $0.action != "set-manifests" }
            #expect(steps.allSatisfy { $0.wanted != [:] }, "\(scenario.id)")
        }
    }
}
