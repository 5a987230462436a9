import KubeCore
import SyncEngine
import Testing

/// What people are told of an Application.
@Suite("application news")
struct ApplicationNewsTests {
    private static let start = SampleApplication.now

    private static func state(
        _ phase: OperationState.Phase, _ message: String = "", _ results: [ResourceResult] = []
    ) -> OperationState {
        var state = OperationState(phase: phase, message: message, startedAt: start, revision: "c0ffee")
        state.request = OperationRequest(SyncOperation())
        state.request?.initiator.username = "ann"
        state.syncResult.resources = results
        return state
    }

    private static func hook(
        _ phase: SyncPhase, _ hookPhase: ResourceResult.HookPhase
    ) -> ResourceResult {
        let key = ObjectKey(group: "batch", kind: "Job", namespace: "demo", name: phase.rawValue)
        return ResourceResult(
            key: key, version: "v1", syncPhase: phase, hookType: phase, hookPhase: hookPhase)
    }

    private static func reasons(_ before: OperationState?, _ after: OperationState) -> [String] {
        ApplicationNews.of(before, after).map { "\($0.isWarning ? "!" : "")\($0.reason): \($0.message)" }
    }

    @Test("S112 an operation is told of once, whatever came before it")
    func start() {
        let begun = Self.state(.running)
        let expected = ["OperationStarted: Initiated sync by ann to the target revision"]
        #expect(Self.reasons(nil, begun) == expected)
        var earlier = Self.state(.succeeded)
        earlier.startedAt = Timestamp(seconds: Self.start.seconds - 60)
        #expect(Self.reasons(earlier, begun) == expected)
        #expect(Self.reasons(begun, begun).isEmpty)
        var automated = begun
        automated.request?.initiator.isAutomated = true
        automated.request?.sync?.revision = "main"
        #expect(Self.reasons(nil, automated) == ["OperationStarted: Initiated automated sync to main"])
    }

    @Test("S114 each phase of the sync, and the end, is told of once")
    func phases() {
        let waiting = Self.state(.running, "", [Self.hook(.preSync, .running)])
        let done = Self.state(
            .running, "", [Self.hook(.preSync, .succeeded), Self.hook(.postSync, .running)])
        let end = Self.state(
            .succeeded, "", [Self.hook(.preSync, .succeeded), Self.hook(.postSync, .succeeded)])
        #expect(Self.reasons(Self.state(.running), waiting) == ["SyncPhaseStarted: PreSync started"])
        #expect(Self.reasons(waiting, waiting).isEmpty)
        #expect(Self.reasons(waiting, done) == ["SyncPhaseStarted: PostSync started"])
        #expect(Self.reasons(done, end) == ["OperationCompleted: Sync to c0ffee succeeded"])
        #expect(Self.reasons(end, end).isEmpty)
        #expect(done.endedHooks(since: waiting).map(\.name) == ["PreSync"])
        #expect(end.endedHooks(since: nil).map(\.name) == ["PreSync", "PostSync"])
        #expect(end.endedHooks(since: end).isEmpty)
    }

    @Test("S122 S124 what goes wrong is a warning")
    func warnings() {
        let running = Self.state(.running)
        var retried = Self.state(.running, "boom. Retrying attempt #1 at 3:04PM.")
        retried.retryCount = 1
        #expect(
            Self.reasons(running, retried) == ["!OperationRetried: boom. Retrying attempt #1 at 3:04PM."])
        #expect(Self.reasons(retried, retried).isEmpty)
        #expect(
            Self.reasons(running, Self.state(.terminating, "operation is terminating"))
                == ["!OperationTerminating: operation is terminating"])
        #expect(
            Self.reasons(running, Self.state(.failed, "boom"))
                == ["!OperationCompleted: Sync to c0ffee failed: boom"])
        #expect(
            Self.reasons(running, Self.state(.error, "no project"))
                == ["!OperationCompleted: Sync to c0ffee could not be carried out: no project"])
    }

    @Test("S154 S160 S172 of a status, what is another is told, and a condition once")
    func status() {
        var before = ApplicationStatus()
        var after = ApplicationStatus()
        after.sync.status = .outOfSync
        after.health.status = .degraded
        after.conditions = [ApplicationCondition(.comparisonError, "no such path")]
        #expect(
            ApplicationNews.of(before, after).map(\.message) == [
                "Updated sync status: none -> OutOfSync", "Updated health status: none -> Degraded",
                "no such path",
            ])
        #expect(ApplicationNews.of(before, after).map(\.isWarning) == [false, true, true])
        before = after
        #expect(ApplicationNews.of(before, after).isEmpty)
        after.conditions[0].lastTransitionTime = Self.start
        #expect(ApplicationNews.of(before, after).isEmpty)
    }

    @Test(
        "S51 when a hook ended, as its kind says it",
        arguments: [
            ("batch/v1", "Job", #"{"completionTime":"2026-01-02T03:04:05Z"}"#, true),
            (
                "batch/v1", "Job",
                #"{"conditions":[{"type":"Failed","lastTransitionTime":"2026-01-02T03:04:05Z"}]}"#, true
            ),
            (
                "v1", "Pod",
                #"""
                {"containerStatuses":[{"state":{"terminated":{"finishedAt":"2026-01-02T03:04:01Z"}}},
                {"state":{"terminated":{"finishedAt":"2026-01-02T03:04:05Z"}}}]}
                """#, true
            ),
            ("argoproj.io/v1alpha1", "Workflow", #"{"finishedAt":"2026-01-02T03:04:05Z"}"#, true),
            ("v1", "ConfigMap", "{}", false), ("batch/v1", "Job", "{}", false),
        ])
    func hookEnd(_ version: String, _ kind: String, _ status: String, _ isKnown: Bool) throws {
        let object = KubeObject([
            "apiVersion": .string(version), "kind": .string(kind),
            "status": try JSONValue(parsing: Array(status.utf8)),
        ])
        let expected = isKnown ? Timestamp(rfc3339: "2026-01-02T03:04:05Z") : nil
        #expect(HookEnd.time(of: object) == expected)
    }
}
