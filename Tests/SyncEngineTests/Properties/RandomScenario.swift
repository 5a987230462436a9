import KubeCore
import SyncEngine

/// A scenario of random hooks and resources, in which every workload knows how it will end.
struct RandomScenario {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// The annotation that says how a Job of these scenarios will end.
    static let verdict = "example.test/verdict"

    mutating func make() -> Scenario {
        var manifests: [JSONValue] = []
        var live: [JSONValue] = [
            entry(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "demo"]], tracked: false)
        ]
        for number in 0..<Int.random(in: 0...5, using: &random) {
            let hook = hook(number)
            manifests.append(hook)
            if hook[path: ["metadata", "name"]] != nil, random.chance(25) { live.append(leftover(of: hook)) }
        }
        for number in 0..<Int.random(in: 0...4, using: &random) { manifests.append(resource(number)) }
        for number in 0..<Int.random(in: 0...2, using: &random) {
            // All in one wave: with several, their mirrored order depends on which of them are left (S45).
            live.append(entry(configMap("orphan-\(number)", wave: 0), tracked: true))
        }
        var faults: [JSONValue] = []
        if random.chance(20) {
            faults.append([
                "op": "apply", "object": .string("ConfigMap demo/r\(Int.random(in: 0...2, using: &random))"),
                "error": "denied",
            ])
        }
        return Scenario(json: [
            "id": "random", "rules": [],
            "given": [
                "app": ["name": "demo", "destNamespace": "demo", "revision": "0123456789abcdef"],
                "startedAt": "2026-01-02T03:04:05Z", "operation": ["prune": .bool(random.chance(70))],
                "live": .array(live), "manifests": .array(manifests.shuffled(using: &random)),
                "faults": .array(faults),
            ],
        ])
    }

    private mutating func hook(_ number: Int) -> JSONValue {
        let isJob = random.chance(80)
        let isNamed = random.chance(70)
        var annotations: JSONObject = [
            "argocd.argoproj.io/hook": .string(random.pick(["PreSync", "Sync", "PostSync", "SyncFail"])),
            "argocd.argoproj.io/sync-wave": .string("\(Int.random(in: -1...1, using: &random))"),
            RandomScenario.verdict: .string(random.chance(15) ? "Failed" : "Complete"),
        ]
        let policies = ["HookSucceeded", "HookFailed", "BeforeHookCreation"].filter { _ in random.chance(35) }
        if !policies.isEmpty {
            annotations["argocd.argoproj.io/hook-delete-policy"] = .string(policies.joined(separator: ","))
        }
        var metadata: JSONObject = ["annotations": .object(annotations)]
        metadata[isNamed ? "name" : "generateName"] = .string("h\(number)" + (isNamed ? "" : "-"))
        return isJob
            ? [
                "apiVersion": "batch/v1", "kind": "Job", "metadata": .object(metadata),
                "spec": ["ttlSecondsAfterFinished": 60],
            ] : ["apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(metadata)]
    }

    /// The object that an earlier sync left of a hook, as finished as can be.
    private mutating func leftover(of hook: JSONValue) -> JSONValue {
        var object = KubeObject(hook.object ?? JSONObject())
        object.namespace = "demo"
        object.setAnnotation(AnnotationKey.syncID, "00deadbeef")
        object.setAnnotation(AnnotationKey.syncPhase, object.annotation(AnnotationKey.hook))
        object.setAnnotation(AnnotationKey.syncStartedAt, "2025-12-31T00:00:00Z")
        object.setAnnotation(AnnotationKey.syncOutcome, "00deadbeef:Succeeded")
        if random.chance(60) { object.setAnnotation(AnnotationKey.syncFinished, "00deadbeef") }
        if random.chance(20) { object["metadata", "finalizers"] = [.string(AnnotationKey.hookFinalizer)] }
        if object.kind == "Job" {
            object["status"] = ["conditions": [["type": "Complete", "status": "True"]]]
        }
        return entry(.object(object.json), tracked: true)
    }

    private mutating func resource(_ number: Int) -> JSONValue {
        let wave = Int.random(in: 0...2, using: &random)
        guard random.chance(40) else { return configMap("r\(number)", wave: wave) }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": [
                "name": .string("d\(number)"),
                "annotations": ["argocd.argoproj.io/sync-wave": .string("\(wave)")],
            ],
            "spec": ["replicas": 1],
        ]
    }

    private func configMap(_ name: String, wave: Int) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(name), "namespace": "demo",
                "annotations": ["argocd.argoproj.io/sync-wave": .string("\(wave)")],
            ],
            "data": ["k": "v"],
        ]
    }

    private func entry(_ object: JSONValue, tracked: Bool) -> JSONValue {
        ["tracked": .bool(tracked), "object": object]
    }
}

extension ScenarioPlay {
    /// Plays without events: workloads end one after another, each as it is meant to, in random or (without a
    /// generator) in alphabetical order.
    mutating func runWorkloads(using random: SeededGenerator? = nil) throws {
        var random = random
        for _ in 0..<200 {
            try settle()
            guard !progress.isFinished else { return }
            var unfinished = world.objects.filter { isUnfinished($1) }.keys.sorted()
            if var generator = random {
                unfinished.shuffle(using: &generator)
                random = generator
            }
            guard let key = unfinished.first else {
                throw Stuck(description: "nothing runs, but: \(progress.operation.message)")
            }
            try finish(key)
        }
        throw Stuck(description: "no end: \(progress.operation.message)")
    }

    private func isUnfinished(_ object: KubeObject) -> Bool {
        switch object.kind {
        case "Job": object["status", "conditions"] == nil
        case "Deployment": object["status", "observedGeneration"]?.int != object.generation
        default: false
        }
    }

    private mutating func finish(_ key: ObjectKey) throws {
        let verdict = world.objects[key]?.annotation(RandomScenario.verdict)
        let action =
            key.kind == "Deployment" ? "deploy-available" : verdict == "Failed" ? "job-fail" : "job-complete"
        try deliver(
            Scenario.Event(json: [
                "do": .string(action), "object": .string("\(key)"), "message": "as meant", "quiet": true,
            ]))
    }
}
