import KubeClient
import KubeCore
import Logging
import SyncEngine

/// Runs the operation of one Application from its acceptance, or from where a process that is gone has left it, to its
/// end (S112–S128). Decides nothing that the engine can decide.
struct OperationRun: Sendable {
    var place: LivePlace
    var renderer: any ManifestRenderer
    var settings: ControllerSettings
    var now: @Sendable () -> Timestamp
    var termination: TerminationRequest
    var approval: PruneApproval
    var recorder: OperationRecorder
    var calls: ApplicationCalls
    /// Whose rules hold for every object.
    var project: AppProject
    /// Told of each new state, for people who watch.
    var report: @Sendable (OperationState) async -> Void = { _ in }
    /// Puts over the request what holds for this process alone.
    var adjust: @Sendable (inout SyncRequest) -> Void = { _ in }

    /// Runs it.
    ///
    /// - Parameters:
    ///   - application: Just read (S116), with the operation in it.
    ///   - start: The state from which to go on: new, or left by a process that is gone.
    /// - Returns: The state at the end; one that is not completed where the task was cancelled.
    @discardableResult
    func run(_ application: Application, from start: OperationState) async -> OperationState {
        if let timeout, timeout.isOver(start, at: now()) { termination.request(.timeout) }
        if start.phase == .terminating { termination.request() }
        async let _ = watchTime(of: start)
        return await carryOut(application, from: start)
    }

    /// Ends the operation when its time is over (S123).
    private func watchTime(of state: OperationState) async {
        guard let timeout else { return }
        // Fails only when cancelled: then the operation has ended before.
        guard
            (try? await settings.clock.sleep(for: max(.zero, timeout.dueTime(of: state).since(now())))) != nil
        else {
            return
        }
        termination.request(.timeout)
    }

    private func carryOut(_ application: Application, from start: OperationState) async -> OperationState {
        var state = start
        await record(state)
        while !Task.isCancelled {
            if let due = OperationRetry.dueTime(of: state) {
                guard await pause(until: due) else {
                    guard !Task.isCancelled else { return state }
                    // Nothing of it runs (S123): there is nothing but the wait to be ended.
                    state.end(.failed, "Operation terminated", at: now())
                    return await end(follow(state), of: application)
                }
                state = OperationRetry.begin(state)
                await record(state)
            }
            await waitForWindow(&state, application)
            guard !Task.isCancelled else { return state }
            do {
                state = try await attempt(state, of: application)
            } catch {
                // Whoever goes on, we or another process, finds it as it is.
                guard !error.isCancelled, !Task.isCancelled else { return state }
                state.end(.error, error.description, at: now())
            }
            guard !Task.isCancelled else { return state }
            state = follow(state)
            if state.phase.isCompleted { return await end(state, of: application) }
            await record(state)
        }
        return state
    }

    /// What follows from an attempt that has ended: the end of the operation, or a wait for another attempt.
    private func follow(_ state: OperationState) -> OperationState {
        let ended = termination.cause == .timeout ? OperationTimeout.ended(state) : state
        return OperationRetry.next(after: ended, isTerminated: termination.isRequested, now: now())
    }

    /// S137: nothing begins, or goes on after a restart, while a window of the project forbids it. Who ends the
    /// operation meanwhile does not wait for it.
    private func waitForWindow(_ state: inout OperationState, _ application: Application) async {
        let windows = SyncWindows(for: application, of: project)
        let isManual = state.request?.initiator.isAutomated != true
        let start = state.syncResult.resources.isEmpty ? nil : state.startedAt
        while let message = windows.verdict(at: now(), isManual: isManual, begunAt: start).message {
            state.message = message
            await record(state)
            let change = windows.nextChange(after: now()) ?? Timestamp(seconds: now().seconds + 3600)
            guard await pause(until: change) else { return }
        }
    }

    /// Waits for a retry; `false` if somebody wants the operation to end instead.
    private func pause(until due: Timestamp) async -> Bool {
        let view = LiveView([:], clock: settings.clock)
        termination.notify { view.nudge() }
        let (_, _, version) = view.snapshot
        while due > now(), !termination.isRequested, !Task.isCancelled {
            await view.change(after: version, within: due.since(now()))
        }
        return !termination.isRequested && !Task.isCancelled
    }

    private var timeout: OperationTimeout? { OperationTimeout(settings.syncTimeout) }

    // MARK: One attempt

    private func attempt(
        _ state: OperationState, of application: Application
    ) async throws(ClientFailure) -> OperationState {
        var state = state
        guard let sync = state.request?.sync else {
            state.end(.error, "Invalid operation request: no operation specified", at: now())
            return state
        }
        let problems = application.problems(
            under: project, home: settings.namespace, sources: application.sources(of: sync))
        guard problems.isEmpty else {
            state.end(.error, problems.operationMessage, at: now())
            return state
        }
        let manifests: ApplicationManifests
        do {
            manifests = try await self.manifests(sync, state, application)
        } catch {
            state.end(.error, [ApplicationCondition.unrendered(error.message)].operationMessage, at: now())
            return state
        }
        state.pin(to: manifests.revisions, of: application.sources(of: sync))
        if let objection = sync.objection(toEmpty: manifests.objects, of: application) {
            state.end(.failed, objection, at: now())
            return state
        }
        state.syncResult.namespaceMetadata = application.spec.syncPolicy.namespaceMetadata
        await record(state)
        var session = session(for: state, of: application)
        let tracking = session.request.tracking
        session.ended = { [place] in place.note($0, tracking) }
        let prepared: SyncSession.Prepared
        do {
            prepared = try await session.prepare(manifests.objects)
        } catch {
            switch error {
            case .plan(let failure):
                let problem = ApplicationCondition(.comparisonError, failure.description)
                state.end(.error, [problem].operationMessage, at: now())
            case .client(let failure): throw failure
            }
            return state
        }
        let shared = prepared.plan.sharedResources(of: application.qualifiedName, live: prepared.live)
        if sync.options.contains("FailOnSharedResource=true"), let first = shared.first {
            state.end(.failed, "Shared resource found: \(first)", at: now())
            return state
        }
        return try await run(session, prepared, state)
    }

    private func run(
        _ session: SyncSession, _ prepared: SyncSession.Prepared, _ state: OperationState
    ) async throws(ClientFailure) -> OperationState {
        let progress = try await session.run(prepared, termination: termination, approval: approval) {
            progress in
            guard !progress.isFinished else { return }
            await record(state.with(progress.operation))
        }
        return state.with(progress.operation)
    }

    private func manifests(
        _ sync: SyncOperation, _ state: OperationState, _ application: Application
    ) async throws(ManifestFailure) -> ApplicationManifests {
        if !sync.manifests.isEmpty {
            return try LocalManifests(texts: sync.manifests).rendered(sync.allRevisions)
        }
        var request = ManifestRequest(application: application, sources: application.sources(of: sync))
        let pinned = state.syncResult.allRevisions
        request.revisions = pinned.isEmpty ? sync.allRevisions : pinned
        // A person who syncs means what is there now.
        request.resolvesAnew = pinned.isEmpty && state.request?.initiator.isAutomated != true
        return try await renderer.manifests(for: request)
    }

    private func session(for state: OperationState, of application: Application) -> SyncSession {
        var request = SyncRequest(state, of: application, in: settings.namespace)
        request.switches.awaitsApproval = true
        request.project = project
        adjust(&request)
        var session = SyncSession(
            cluster: place.cluster, request: request, supply: place.supply(request.tracking), now: now)
        session.isPinned = true
        session.clock = settings.clock
        return session
    }

    // MARK: Records

    private func record(_ state: OperationState) async {
        var state = state
        if termination.cause == .timeout, !state.phase.isCompleted {
            state = OperationTimeout.terminating(state)
        }
        if case .terminating = await recorder.record(state) { termination.request() }
        await report(state)
    }

    /// The history first: an entry without its operation's end is found again by its start, and not written twice.
    private func end(_ state: OperationState, of application: Application) async -> OperationState {
        var state = state
        if state.isHistoric {
            do {
                try await writeHistory(of: state, application)
            } catch {
                state.end(.error, "failed to record sync to history: \(error.description)", at: now())
            }
        }
        await record(state)
        return state
    }

    private func writeHistory(
        of state: OperationState, _ application: Application
    ) async throws(ClientFailure) {
        guard let object = try await calls.read() else { return }
        let current = Application(object)
        let history = current.status.history.adding(
            state, limit: current.spec.revisionHistoryLimit, now: now())
        guard history != current.status.history else { return }
        _ = try await calls.patch(Application.recording(history))
    }
}

extension OperationState {
    /// The state of the Application's operation while the engine is at that point of it.
    fileprivate func with(_ progress: OperationState) -> OperationState {
        var state = self
        state.phase = progress.phase
        state.message = progress.message
        state.finishedAt = progress.finishedAt
        state.syncResult.resources = progress.syncResult.resources
        return state
    }
}
