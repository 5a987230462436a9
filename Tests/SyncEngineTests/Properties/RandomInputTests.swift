import KubeCore
import Testing

@testable import SyncEngine

/// Manifests and live objects with anything in them.
private struct RandomInput {
    var random: SeededGenerator

    private static let keys = [
        AnnotationKey.hook, AnnotationKey.hookDeletePolicy, AnnotationKey.syncWave, AnnotationKey.syncOptions,
        AnnotationKey.trackingID, AnnotationKey.helmHook, AnnotationKey.helmHookWeight,
        AnnotationKey.helmHookDeletePolicy, AnnotationKey.helmResourcePolicy, AnnotationKey.hookTimeout,
        AnnotationKey.syncID, AnnotationKey.syncPhase, AnnotationKey.syncStartedAt, AnnotationKey.syncOutcome,
        AnnotationKey.syncFinished, AnnotationKey.heldTTL,
    ]
    private static let words = [
        "", ",", "PreSync", "Sync, PostSync", "SyncFail", "Skip", "PreDelete", "HookSucceeded,HookFailed",
        "BeforeHookCreation", "-2147483648", "2147483647", "99999999999999999999", "-1", "0", "1h", "0s",
        "99999h", "pre-install", "crd-install", "demo:/ConfigMap:demo/a", "::", "Replace=true", "Force=true",
        "Prune=confirm", "PruneLast=true", "Prune=", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "\u{0}",
        "🧨",
        String(repeating: "é", count: 300), "e594d45211", "e594d45211:Failing", "e594d45211:Succeeded",
        "2026-01-02T03:04:05Z", "9223372036854775807",
    ]

    mutating func object() -> KubeObject {
        let kind = random.pick(["ConfigMap", "Job", "Pod", "Namespace", "CustomResourceDefinition", "Widget"])
        var object = Sample.object(kind, random.pick(["a", "b", "demo", "widgets.example.test", "é"]))
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            object.setAnnotation(random.pick(RandomInput.keys), random.pick(RandomInput.words))
        }
        if random.chance(20) {
            object["metadata", "annotations", random.pick(RandomInput.keys)] = value(depth: 2)
        }
        if random.chance(30) { object[random.pick(["spec", "status"])] = value(depth: 3) }
        let fields = [
            "name", "namespace", "generateName", "labels", "annotations", "finalizers", "ownerReferences",
            "uid",
            "deletionTimestamp", "creationTimestamp", "generation",
        ]
        if random.chance(25) { object["metadata", random.pick(fields)] = value(depth: 2) }
        if random.chance(5) { object[random.pick(["apiVersion", "kind", "metadata"])] = value(depth: 1) }
        return object
    }

    private mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: .null
        case 1: .bool(random.chance(50))
        case 2: .int(random.pick([0, -1, .max, .min, 60]))
        case 3: .double(random.pick([0.5, -.infinity, 1e300]))
        case 4: .string(random.pick(RandomInput.words))
        case 5: .array((0..<2).map { _ in value(depth: depth - 1) })
        default:
            .object(
                JSONObject(
                    ["group", "names", "conditions", "kind"].map { ($0, value(depth: depth - 1)) }))
        }
    }

    mutating func outcome(_ object: KubeObject?) -> ActionOutcome {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .refused("no")
        case 1: .immutable("never")
        case 2: .absent
        case 3: .done(.deleted, nil)
        default: .done(random.pick([.created, .configured, .unchanged]), object)
        }
    }
}

@Suite("Anything as input (I7)")
struct RandomInputTests {
    @Test("I7 whatever annotations and objects say, a step decides, and decides the same again")
    func anything() {
        for number in 0..<(SeededGenerator.cases * 10) {
            let seed = SeededGenerator.runSeed &+ UInt64(number)
            var input = RandomInput(random: SeededGenerator(seed: seed))
            let problem = walk(&input)
            #expect(problem == nil, "SYNC_TEST_SEED=\(seed)")
        }
    }

    /// Takes an operation through a world that answers at random; says what was wrong.
    private func walk(_ input: inout RandomInput) -> String? {
        var request = Sample.request()
        request.reading.isLenient = input.random.chance(80)
        request.switches.prune = input.random.chance(50)
        request.switches.dryRun = input.random.chance(10)
        request.validation = input.random.chance(50) ? .server : .none
        request.timeout = input.random.chance(50) ? .seconds(40) : nil
        let objects = (0..<Int.random(in: 0...6, using: &input.random)).map { _ in input.object() }
        var live: [ObjectKey: KubeObject] = [:]
        for object in (0..<5).map({ _ in input.object() }) { live[object.key] = Sample.live(object) }
        guard let plan = try? Sample.plan(objects, live: Array(live.values), request: request) else {
            return nil
        }

        var progress = plan.start
        var outcomes: [SyncTask.ID: ActionOutcome] = [:]
        for step in 0..<60 {
            let seen = Observation(
                live: live, outcomes: outcomes, isTerminationRequested: step == 45,
                now: Timestamp(seconds: Sample.start.seconds + Int64(step)))
            let (next, actions) = plan.next(after: progress, seeing: seen)
            guard plan.next(after: progress, seeing: seen) == (next, actions) else { return "two answers" }
            if next.isFinished, !actions.isEmpty { return "a write after the end" }
            if Set(actions.map(\.task)).count != actions.count { return "two actions for one task" }
            _ = (plan.nextDeadline(after: next), plan.awaited(after: next, live: live), plan.watched)
            _ = next.operation.json
            progress = next
            outcomes = [:]
            for action in actions {
                if input.random.chance(60) {
                    var made = plan.task(action.task)?.target ?? input.object()
                    made["metadata", "uid"] = .string("\(step)")
                    live[action.task.key] = input.random.chance(85) ? made : input.object()
                }
                outcomes[action.task] = input.outcome(live[action.task.key])
            }
            if input.random.chance(20), let key = live.keys.sorted().first { live[key] = nil }
        }
        _ = plan.rows(live: live, operation: progress.operation)
        _ = DeletionPlan(of: Sample.tracking, live: live).next(seeing: live, refused: [])
        _ = Resumption.startedAt(in: live.values, of: Sample.tracking, revision: request.revision)
        return nil
    }

    @Test(
        "I6 a sync of very many waves and kinds that all are as they should be ends in steps, not in deep calls"
    )
    func manyWaves() throws {
        var objects: [KubeObject] = []
        for number in 0..<500 {
            objects.append(
                Sample.object(
                    number.isMultiple(of: 2) ? "ConfigMap" : "Secret", "x\(number)",
                    [AnnotationKey.syncWave: String(number / 2)]))
        }
        let hooks = objects.map { object in
            var hook = object
            hook.setAnnotation(AnnotationKey.hook, "Sync")
            return hook
        }
        let request = Sample.request()
        let plan = try Sample.plan(hooks, live: hooks.map { Sample.live($0) }, request: request)
        let live = Dictionary(hooks.map { ($0.key, Sample.live($0)) }) { first, _ in first }
        var progress = plan.start
        for _ in 0..<20000 where !progress.isFinished {
            let seen = Observation(live: live, now: Sample.start)
            progress = plan.next(after: progress, seeing: seen).0
        }
        #expect(progress.operation.phase == .succeeded)
    }
}
