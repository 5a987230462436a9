import KubeClient
import KubeCore
import KubeRuntime
public import SyncEngine

/// The operation of an Application, run by a process that does not lead: accepted, kept in the Application and ended as a
/// controller does it, so that a controller or another such process can go on with it.
public struct OwnOperation: Sendable {
    let work: ApplicationWork
    /// Somebody's wish that it ends.
    public var termination = TerminationRequest()
    /// Told of each new state.
    public var report: @Sendable (OperationState) async -> Void = { _ in }
    /// Puts over the request of a new operation what an Application cannot say.
    public var adjust: @Sendable (inout SyncRequest) -> Void = { _ in }
    /// How long this process may work for it; `nil` for ever.
    public var timeout: Duration?

    /// So often may others change the Application before it is given up.
    private static let attempts = 12

    public init(_ work: ApplicationWork) {
        self.work = work
    }

    private var key: ObjectKey { work.application.key }
    private var calls: ApplicationCalls { ApplicationCalls(client: work.cluster.client, key: key) }

    /// Goes on with what a process that is gone has left, or begins what was asked for and nobody has begun.
    ///
    /// - Returns: The state at the end; `nil` if there is nothing to be done.
    /// - Throws: ``ApplicationWork/Failure``.
    public func resume() async throws(ApplicationWork.Failure) -> OperationState? {
        guard let object = try await read() else { return nil }
        let application = Application(object)
        guard let request = application.operation else { return nil }
        let begun = work.now()
        let bounds: @Sendable (inout SyncRequest) -> Void = { [timeout] request in
            request.timeout = timeout ?? request.timeout
            request.countsFrom = begun
        }
        if let state = application.unfinishedOperation { return try await run(state, application, bounds) }
        let state = OperationState.accepted(request, at: try await start(of: application), by: application)
        return try await run(state, application, bounds)
    }

    /// Accepts what is wished for, and carries it out.
    ///
    /// - Parameter wish: What is asked for.
    /// - Returns: The state at the end.
    /// - Throws: ``RequestRefusal`` where it may not be asked for now, or ``ApplicationWork/Failure``.
    public func run(_ wish: SyncWish) async throws -> OperationState {
        // Only what the status knows can be chosen (C12).
        if !wish.selection.isEverything { await refresh(manifests: wish.manifests, wish.revision) }
        for _ in 0..<Self.attempts {
            guard let object = try await read() else { break }
            let application = Application(object)
            let request = try wish.request(for: application, now: work.now())
            let state = OperationState.accepted(
                request, at: try await start(of: application), by: application)
            switch try await accept(state, application) {
            case .done(let object): return try await run(state, Application(object), adjust)
            case .overtaken: continue
            case .gone: break
            }
        }
        throw ApplicationWork.Failure.invalid(["it is being changed by others all the time, or gone"])
    }

    // MARK: Steps

    private func read() async throws(ApplicationWork.Failure) -> KubeObject? {
        do throws(ClientFailure) {
            return try await calls.read()
        } catch {
            throw .client(error)
        }
    }

    private func accept(
        _ state: OperationState, _ application: Application
    ) async throws(ApplicationWork.Failure) -> ApplicationCalls.Answer {
        do throws(ClientFailure) {
            return try await calls.patch(application.accepting(state))
        } catch {
            throw .client(error)
        }
    }

    /// A second that no stamp on a live object bears (I2).
    private func start(of application: Application) async throws(ApplicationWork.Failure) -> Timestamp {
        let tracking = application.tracking(in: work.home)
        do throws(ClientFailure) {
            let tracked = try await LiveReader(cluster: work.cluster, tracking: tracking).tracked(wanted: [])
            return Resumption.newStart(work.now(), in: tracked.objects.values, of: tracking)
        } catch {
            throw .client(error)
        }
    }

    private func run(
        _ state: OperationState, _ application: Application,
        _ adjust: @escaping @Sendable (inout SyncRequest) -> Void
    ) async throws(ApplicationWork.Failure) -> OperationState {
        guard let project = try await work.project() else {
            throw .invalid(["its project \(application.spec.project) may not be read"])
        }
        let approval = PruneApproval()
        let run = OperationRun(
            place: LivePlace(work.cluster), renderer: work.renderer, settings: work.settings, now: work.now,
            termination: termination, approval: approval,
            recorder: OperationRecorder(calls: calls, written: application.status.operation) { _, _, _ in },
            calls: calls, project: project, report: report, adjust: adjust)
        let end = await withTaskGroup(of: OperationState?.self) { group in
            group.addTask { await run.run(application, from: state) }
            group.addTask {
                await follow(since: state.startedAt, approval)
                return nil
            }
            defer { group.cancelAll() }
            var end = state
            for await state in group {
                guard let state else { continue }
                end = state
                break
            }
            return end
        }
        if end.phase.isCompleted, !Task.isCancelled, end.request?.sync?.dryRun != true {
            await refresh(manifests: end.request?.sync?.manifests ?? [], end.syncResult.revision)
        }
        return end
    }

    /// Passes on what others wish while it runs: its end (S122), and removals that they approve of (S95).
    private func follow(since start: Timestamp, _ approval: PruneApproval) async {
        let store = KindStore(.applications, client: work.cluster.client)
        do throws(KindStoreFailure) {
            _ = try await store.look(at: key.name, in: key.namespace, timeout: nil) { object -> Bool? in
                guard let application = object.map(Application.init) else { return nil }
                if application.status.operation?.phase == .terminating { termination.request() }
                if application.metadata.approvesDeletion(since: start) { approval.give() }
                return nil
            }
        } catch {
            // The recorder sees a wish for the end, too, with the next state that it writes.
        }
    }

    /// Leaves a status that knows of what was done (S130); who looks next would find it out anyway.
    private func refresh(manifests texts: [String], _ revision: String) async {
        do {
            guard let object = try await calls.read() else { return }
            let application = Application(object)
            let manifests =
                texts.isEmpty
                ? nil : try LocalManifests(texts: texts).rendered([revision].filter { !$0.isEmpty })
            let outcome = try await work.refresh.run(
                application, project: try await work.project(), need: RefreshNeed(.latest, "a sync ended"),
                manifests: manifests)
            // The finalizers of delete hooks come before the status that speaks of them (S192).
            if texts.isEmpty, let objects = outcome.manifests?.objects.map(\.object),
                let finalizers = application.finalizers(forHooksAmong: objects)
            {
                _ = try await calls.patch(Application.keeping(finalizers: finalizers))
            }
            let status = outcome.status
            let bounded = status.bounded(
                to: StatusRoom.share(of: object), after: application.status, now: work.now())
            guard let patch = application.changes(to: bounded) else { return }
            _ = try await calls.patch(patch)
        } catch {
            // The operation is over and kept: that it is not yet compared again is no failure of it.
        }
    }
}
