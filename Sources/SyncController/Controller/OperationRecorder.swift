import KubeClient
import KubeCore
import KubeRuntime
import SyncEngine

/// Keeps `status.operationState` of one Application as its operation goes on (S115).
///
/// Each state is written before the actions that follow from it (I1). A large state is not written at every small
/// step: what matters for going on after a crash stands on the objects, too.
actor OperationRecorder {
    /// What became of a state.
    enum Answer: Sendable {
        case kept
        /// Somebody wants the operation to end (S122).
        case terminating
        /// The Application is gone: nobody wants to know.
        case gone
    }

    private let calls: ApplicationCalls
    private let clock = ContinuousClock()
    /// The state that the server has.
    private var written: OperationState?
    /// The Application as the last write left it.
    private var known: KubeObject?
    private var writtenAt: ContinuousClock.Instant?
    private let noted: @Sendable (KubeObject, OperationState?, OperationState) -> Void
    private let retry: Backoff

    /// States up to this size, in entries, are written at every step.
    private static let small = 200
    private static let pause = Duration.seconds(1)

    /// - Parameters:
    ///   - calls: The Application.
    ///   - written: The state that it has.
    ///   - retry: How long to wait between attempts to write.
    ///   - noted: Told of the Application after each write, of the state before it, and of the state that was written.
    init(
        calls: ApplicationCalls, written: OperationState?, retry: Backoff = Backoff(),
        noted: @escaping @Sendable (KubeObject, OperationState?, OperationState) -> Void
    ) {
        self.calls = calls
        self.written = written
        self.retry = retry
        self.noted = noted
    }

    /// Writes a state; tries until it is written or the task is cancelled.
    @discardableResult
    func record(_ state: OperationState) async -> Answer {
        guard state != written, isDue(state) else { return .kept }
        var failures = 0
        while !Task.isCancelled {
            do {
                return try await write(state)
            } catch {
                failures += 1
                // Fails only when cancelled, which the loop sees by itself.
                try? await clock.sleep(for: retry.delay(afterFailures: failures, random: .random(in: 0..<1)))
            }
        }
        return .kept
    }

    private func isDue(_ state: OperationState) -> Bool {
        guard let written, let writtenAt, state.phase == written.phase else { return true }
        if state.syncResult.resources.count <= Self.small { return true }
        // A hook's object may be deleted next, and then nothing else tells that it has run (I1).
        let ended = state.syncResult.resources.filter(\.isEndedHook)
        if ended != written.syncResult.resources.filter(\.isEndedHook) { return true }
        return clock.now - writtenAt >= Self.pause
    }

    private func write(_ state: OperationState) async throws(ClientFailure) -> Answer {
        // What the last write answered is good until somebody else writes, which the patch finds out.
        var known = known
        self.known = nil
        if known == nil { known = try await calls.read() }
        guard let object = known else { return .gone }
        let application = Application(object)
        var state = state
        var answer = Answer.kept
        if application.status.operation?.phase == .terminating, !state.phase.isCompleted,
            written?.phase != .terminating
        {
            answer = .terminating
            state.phase = .terminating
            state.message = "operation is terminating"
        }
        let patch = application.recording(state.bounded(to: StatusRoom.share(of: object)))
        // Not over a wish that has come since.
        let guarded = JSONPatch(
            [
                .test(
                    JSONPointer(["metadata", "resourceVersion"]),
                    .string(application.metadata.resourceVersion))
            ]
                + patch.operations)
        switch try await calls.patch(guarded) {
        case .done(let object):
            noted(object, written, state)
            self.known = object
            written = state
            writtenAt = clock.now
            return answer
        case .overtaken:
            return try await write(state)
        case .gone:
            return .gone
        }
    }
}
