import Foundation
import KubeClient
import KubeCore
import KubeYAML
import TestSupport
import Testing

/// What the commands that leave the work to a controller say, ask for and end with. Nobody but the scenario's time line
/// plays the controller.
@Suite("Commands about Applications", .onEachServer, .timeLimit(.minutes(4)))
struct CommandScenarioTests {
    @Test("C1-C31 S95 S113 S122 S184 S185 the scenarios are there")
    func scenarios() {
        #expect(CommandScenario.all.count == 17)
    }

    @Test("a scenario", arguments: CommandScenario.all)
    func play(_ scenario: CommandScenario) async throws {
        let stage = try await ApplicationStage()
        try await stage.prepare(scenario)
        let began = ContinuousClock.now
        let (said, asked) = try await run(scenario, on: stage)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        check(said, stage, scenario, seconds)
        let application = try await stage.application()
        check(asked ?? application, application, scenario)
        try await stage.tearDown()
    }

    /// Runs the command, with the time line beside it.
    ///
    /// - Returns: What it said, and the Application as it was when its operation was taken away.
    private func run(
        _ scenario: CommandScenario, on stage: ApplicationStage
    ) async throws -> (Ending, KubeObject?) {
        let arguments = stage.arguments(of: scenario)
        guard !scenario.timeline.isEmpty else { return (try await Program.run(arguments), nil) }
        // From the first line on the program looks at the Application.
        let (ending, asked) = try await Program.run(arguments) { try await stage.play(scenario.timeline) }
        return (ending, asked ?? nil)
    }

    /// What the command wrote, and what has become of the Application.
    private func check(_ asked: KubeObject?, _ application: KubeObject?, _ scenario: CommandScenario) {
        if let operation = scenario.expect["operation"] {
            #expect(Subset.differences(operation, asked?["operation"], at: "operation") == [])
        }
        if let wanted = scenario.expect["application"] {
            let differences = Subset.differences(
                wanted, application.map { .object($0.json) }, at: "application")
            #expect(differences == [])
        }
    }

    private func check(
        _ said: Ending, _ stage: ApplicationStage, _ scenario: CommandScenario, _ seconds: Double
    ) {
        let expect = scenario.expect
        #expect(said.exitCode.map { Int64($0) } == expect["exitCode"]?.int, "\(said.testDescription)")
        for text in expect["stdoutContains"]?.array?.compactMap(\.string) ?? [] {
            #expect(said.output.contains(stage.renamed(text, in: scenario)), "\(said.testDescription)")
        }
        for pattern in expect["stdoutMatches"]?.array?.compactMap(\.string) ?? [] {
            #expect(Subset.matches(pattern, said.output), "\(pattern): \(said.testDescription)")
        }
        for text in expect["stderrContains"]?.array?.compactMap(\.string) ?? [] {
            #expect(said.errors.contains(text), "\(said.testDescription)")
        }
        // The limits of the scenarios tell an answer at once from one after a wait; a busy machine needs longer for it.
        if expect["maxSeconds"] != nil { #expect(seconds < 60, "\(said.testDescription)") }
    }
}

/// The namespaces in which one scenario is played.
struct ApplicationStage {
    let cluster: TestCluster
    /// Of the Application; the scenarios call it `argocd`.
    let home: String
    /// Of its objects; the scenarios call it `demo`.
    let destination: String
    let place: URL

    init() async throws {
        cluster = try await TestCluster.current
        let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
        home = "argocd-\(suffix)"
        destination = "demo-\(suffix)"
        place = FileManager.default.temporaryDirectory.appending(path: home)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try await Definitions.install(cluster.client)
        for namespace in [home, destination] {
            try await cluster.client.create(
                KubeObject(["metadata": ["name": .string(namespace)]]), as: .namespaces)
        }
    }

    func prepare(_ scenario: CommandScenario) async throws {
        for application in scenario.applications {
            // Null is no time to a server that knows the field.
            var application = KubeObject(MergePatch(.object(application.json)).applied(to: [:]).object ?? [:])
            application.namespace = home
            application["spec", "destination", "namespace"] = .string(destination)
            try await cluster.client.create(application, as: .applications)
        }
        for (object, isTracked) in scenario.live {
            var object = object
            object.namespace = destination
            if isTracked {
                object.setLabel("syncctl.dev/application", "demo")
                object.setAnnotation(
                    "argocd.argoproj.io/tracking-id", "demo:/\(object.kind):\(destination)/\(object.name)")
            }
            try await cluster.client.create(object, as: .configMaps)
        }
        for (index, manifest) in scenario.manifests.enumerated() {
            let text = YAMLText(.object(manifest.json)).lines.joined(separator: "\n")
            try Data(text.utf8).write(to: place.appending(path: "\(index).yaml"))
        }
    }

    /// With the way to the server; and where manifests are given, to them.
    func arguments(of scenario: CommandScenario) -> [String] {
        let local =
            scenario.manifests.isEmpty
            ? [] : ["--core", "--local", place.path(), "--dest-namespace", destination]
        return scenario.arguments + ["--kubeconfig", cluster.kubeconfig, "-n", home] + local
    }

    /// The scenario's words for this stage.
    func renamed(_ text: String, in scenario: CommandScenario) -> String {
        let renamed = text.replacing("argocd/demo", with: "\(home)/demo")
        return scenario.live.isEmpty ? renamed : renamed.replacing(" demo/", with: " \(destination)/")
    }

    /// Plays the controller.
    ///
    /// - Returns: The Application as it was when its operation was taken away; `nil` if none was.
    func play(_ timeline: [(after: Double, patch: JSONValue?)]) async throws -> KubeObject? {
        var asked: KubeObject?
        let start = ContinuousClock.now
        for (after, patch) in timeline {
            // The scenario's own time line: what the controller does, and when.
            try await Task.sleep(until: start + .seconds(after), clock: .continuous)
            guard let patch else {
                try await cluster.client.delete(.applications, namespace: home, name: "demo")
                continue
            }
            if patch["operation"] == .null { asked = try await requested() }
            try await cluster.client.patch(.merge(patch), of: .applications, namespace: home, name: "demo")
        }
        return asked
    }

    /// A controller takes an operation away when it was asked for it, however slow the machine is.
    private func requested() async throws -> KubeObject {
        try await cluster.client.wait(for: "demo", .applications, in: home) {
            $0["operation"]?.object != nil
        }
    }

    func application() async throws -> KubeObject? {
        try await cluster.client.get(.applications, namespace: home, name: "demo")
    }

    func tearDown() async throws {
        if try await application() != nil {
            let patch: JSONValue = ["metadata": ["finalizers": .null]]
            try await cluster.client.patch(.merge(patch), of: .applications, namespace: home, name: "demo")
            try await cluster.client.delete(.applications, namespace: home, name: "demo")
        }
        for namespace in [home, destination] {
            try await cluster.client.delete(.namespaces, name: namespace)
        }
        try FileManager.default.removeItem(at: place)
    }
}
