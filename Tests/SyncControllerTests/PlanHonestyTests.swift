import Foundation
import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

/// A plan is shown before the button is pressed: what it says must be what is written.
///
/// `SYNCCTL_TEST_PLANS` asks for another number of random applications.
@Suite("Honest plans", .onEachServer, .timeLimit(.minutes(10)))
struct PlanHonestyTests {
    static let count =
        ProcessInfo.processInfo.environment["SYNCCTL_TEST_PLANS"].flatMap(Int.init) ?? 20
    /// Where the seeds of this run begin; each test prints its own.
    static let firstSeed = UInt64.random(in: 0...999_999)

    @Test(
        "D4 S91 the writes of a sync are those that its plan has shown",
        arguments: (0..<count).map { firstSeed + UInt64($0) })
    func honest(_ seed: UInt64) async throws {
        try await Sandbox.with { sandbox in
            var application = RandomApplication(seed: seed)
            let first = application.manifests()
            #expect(try await sandbox.sync(first).operation.phase == .succeeded, "seed \(seed)")
            for step in application.meddling(with: first) { try await step.carryOut(in: sandbox) }

            let second = application.manifests()
            var request = sandbox.request(process: 1, revision: "two")
            application.choose(&request)
            var dry = request
            dry.switches.dryRun = true
            let planning = Wire(sandbox.cluster.transport)
            let session = sandbox.session(dry, through: planning)
            let prepared = try await session.prepare(Manifests.desired(second))
            let planned = try await session.run(prepared) { _ in }
            #expect(planning.writes.isEmpty, "seed \(seed)")
            let rows = prepared.plan.rows(live: prepared.live, operation: planned.operation)
            let expected = rows.flatMap { row in
                RandomApplication.writes(
                    of: row, prepared.plan,
                    isThere: prepared.live[row.key].map { !$0.isBeingDeleted } ?? false)
            }

            let wire = Wire(sandbox.cluster.transport)
            let progress = try await sandbox.sync(second, request, through: wire)
            #expect(progress.operation.phase == .succeeded, "seed \(seed)")
            let written = wire.writes.map(\.description).filter { !$0.hasPrefix("record ") }
            #expect(written.sorted() == expected.sorted(), "seed \(seed)")
        }
    }
}

/// Manifests, what others do to them, and ways to sync them, all by a seed.
struct RandomApplication {
    /// What somebody else does to an object.
    enum Meddling {
        case deletes(String)
        case changes(String, value: Int)
        case adds(String)

        func carryOut(in sandbox: Sandbox) async throws {
            switch self {
            case .deletes(let name):
                try await sandbox.client.delete(.configMaps, namespace: sandbox.namespace, name: name)
            case .changes(let name, let value):
                try await patch(["data": ["value": .string("\(value)")]], name, sandbox)
            case .adds(let name):
                try await patch(["data": ["theirs": "1"]], name, sandbox)
            }
        }

        private func patch(_ change: JSONValue, _ name: String, _ sandbox: Sandbox) async throws {
            try await sandbox.client.patch(
                .merge(change), of: .configMaps, namespace: sandbox.namespace, name: name)
        }
    }

    private var generator: SplitMix

    init(seed: UInt64) {
        generator = SplitMix(state: seed)
    }

    /// Up to ten ConfigMaps in some waves, and up to three that are hooks: what has no health needs no waiting.
    mutating func manifests() -> [KubeObject] {
        var objects: [KubeObject] = []
        for index in 0..<10 where chance(0.6) {
            var annotations: [(String, String)] = []
            if chance(0.5) {
                annotations.append(("sync-wave", "\(Int.random(in: -2...2, using: &generator))"))
            }
            if chance(0.2) { annotations.append(("sync-options", "Prune=false")) }
            objects.append(map("plain-\(index)", annotations))
        }
        let policies = ["HookSucceeded", "BeforeHookCreation", "HookFailed", nil]
        for index in 0..<3 where chance(0.6) {
            let phase =
                ["PreSync", "Sync", "PostSync", "SyncFail"].randomElement(using: &generator) ?? "Sync"
            var annotations = [("hook", phase)]
            let policy = policies.randomElement(using: &generator) ?? nil
            if let policy { annotations.append(("hook-delete-policy", policy)) }
            objects.append(map("hook-\(index)", annotations))
        }
        return objects
    }

    private mutating func map(_ name: String, _ annotations: [(String, String)]) -> KubeObject {
        var object = KubeObject([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)],
            "data": ["value": .string("\(Int.random(in: 0...2, using: &generator))")],
        ])
        for (key, value) in annotations { object.setAnnotation("argocd.argoproj.io/\(key)", value) }
        return object
    }

    mutating func meddling(with manifests: [KubeObject]) -> [Meddling] {
        var steps: [Meddling] = []
        for object in manifests where object.name.hasPrefix("plain") && chance(0.3) {
            let choices: [Meddling] = [
                .deletes(object.name), .adds(object.name),
                .changes(object.name, value: Int.random(in: 0...4, using: &generator)),
            ]
            if let step = choices.randomElement(using: &generator) { steps.append(step) }
        }
        return steps
    }

    mutating func choose(_ request: inout SyncRequest) {
        request.switches.prune = chance(0.5)
        if chance(0.2) { request.strategy = .apply }
        if chance(0.2) { request.options = SyncOptions(["PruneLast=true"]) }
        if chance(0.2), let pattern = ResourceSelection.Pattern("!:ConfigMap:plain-0") {
            request.selection = ResourceSelection([pattern])
        }
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }

    /// The writes that a row of a plan stands for, in the words of ``Write``.
    static func writes(of row: PlanRow, _ plan: SyncPlan, isThere: Bool) -> [String] {
        let object = "configmaps/\(row.key.name)"
        let task = plan.task(SyncTask.ID(key: row.key, phase: row.phase))
        let isDeletedAfterwards = task?.hookTerms?.policies.contains(.hookSucceeded) ?? false
        let end = isDeletedAfterwards ? ["delete \(object)"] : []
        switch (row.action, row.phase) {
        // It does not run, but what is left of it goes by its policy (S81).
        case (_, .syncFail): return isThere ? end : []
        case ("create", _): return ["create \(object)"]
        case ("configure", _): return ["apply \(object)"]
        case ("prune", _): return isThere ? ["delete \(object)"] : []
        case ("run", _): return (isThere ? ["delete \(object)"] : []) + ["create \(object)"] + end
        case ("apply", _): return ["apply \(object)"] + end
        default: return []
        }
    }
}

/// A small generator with a seed, the same on every machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
