import KubeClient
import KubeCore
import KubeRuntime
import Logging
import SyncEngine

/// One look at one Application: what is due for it is done, and when it has to be looked at again is said.
///
/// Level-based: what made it due does not decide what is done (I3).
struct ApplicationPass: Sendable {
    var cluster: Cluster
    var book: ApplicationBook
    var wishes: RefreshWishes
    var refresh: ApplicationRefresh
    var settings: ControllerSettings
    var now: @Sendable () -> Timestamp
    var teller: ApplicationTeller
    /// Starts the operation that the Application asks for, unless it runs already.
    var operate: @Sendable (ObjectKey) -> Void
    var desk: OperationDesk
    var deletion: ApplicationRemoval

    /// How long a status may stay behind while an operation changes the objects anyway.
    private static let patience: Int64 = 30

    func run(_ key: ObjectKey) async -> WorkOutcome {
        let start = ContinuousClock.now
        let outcome = await look(key)
        teller.telemetry.looks.observe(ContinuousClock.now - start, outcome.name)
        return outcome
    }

    /// Begins the operation that an Application asks for, and tells the one that runs of what people want of it; needs
    /// no worker, so that nobody waits for comparisons.
    func heed(_ application: Application) {
        guard application.operation != nil, !application.metadata.isSkipped else { return }
        let key = application.key
        if let running = application.status.operation {
            if running.phase == .terminating { desk.terminate(key) }
            if application.metadata.approvesDeletion(since: running.startedAt) { desk.approve(key) }
        }
        operate(key)
    }

    private func look(_ key: ObjectKey) async -> WorkOutcome {
        // First: whoever wishes has told the book before, and the wish is for what it knows then.
        let asked = wishes.take(key)
        guard let application = book.application(key) else { return .done }
        guard !application.metadata.isSkipped else {
            if let asked { wishes.add(key, asked) }
            return .done
        }
        do {
            return try await look(application, asked)
        } catch {
            if let asked { wishes.add(key, asked) }
            guard !error.isCancelled else { return .done }
            Logger.current.warning(
                "an application could not be looked at",
                metadata: ["application": "\(key.namespace)/\(key.name)", "error": "\(error)"])
            return .failed()
        }
    }

    private func look(
        _ application: Application, _ asked: RefreshLevel?
    ) async throws(ClientFailure) -> WorkOutcome {
        let key = application.key
        if application.operation != nil {
            heed(application)
        } else if application.metadata.deletionTimestamp != nil {
            return try await deletion.advance(application)
        }
        if application.operation == nil, desk.isRunning(key) {
            // It has just ended, and whoever ran it asks for a look at what it did.
            if let asked { wishes.add(key, asked) }
            return .done
        }
        let seen = application.seen(at: book.lastLook(key))
        guard let need = settings.schedule.need(of: seen, asked: worth(asked, seen), now: now())
        else { return .again(after: rest(seen)) }
        Logger.current.debug(
            "comparing",
            metadata: ["application": "\(key.namespace)/\(key.name)", "reason": "\(need.reason)"])
        let outcome = try await refresh.run(
            application, project: book.project(application.spec.project), need: need)
        return try await settle(application, outcome)
    }

    /// While an operation changes the objects anyway, not every change is looked at: its end is a wish of its own.
    private func worth(_ asked: RefreshLevel?, _ application: Application) -> RefreshLevel? {
        guard let asked, asked < .latest, desk.isRunning(application.key),
            let last = application.status.reconciledAt
        else { return asked }
        return (0..<Self.patience).contains(now().seconds - last.seconds) ? nil : asked
    }

    /// What is left until the status is old.
    private func rest(_ application: Application) -> Duration {
        max(.seconds(1), settings.schedule.due(application, at: now()).since(now()))
    }

    // MARK: After a comparison

    private func settle(
        _ application: Application, _ outcome: ApplicationRefresh.Outcome
    ) async throws(ClientFailure) -> WorkOutcome {
        if let claimed = outcome.claimed { book.claim(application.key, from: claimed) }
        if !outcome.proven.isEmpty, !desk.isRunning(application.key) {
            refresh.place.abridge(outcome.proven, application.tracking(in: settings.namespace))
        }
        var status = outcome.status
        var decision = AutoSync.Decision.nothing
        if let summary = outcome.summary, let manifests = outcome.manifests {
            var policy = AutoSync()
            policy.healPause = settings.healPause
            decision = policy.decision(
                on: application, comparedAs: summary, revisions: manifests.revisions,
                isPermitted: isPermitted(application),
                now: now())
            if let found = decision.conditions {
                status.conditions = status.conditions.evaluated([.syncError], to: found, at: now())
            }
            // The finalizers of delete hooks come before the status that speaks of them (S192).
            try await keepFinalizers(application, manifests)
        }
        let room = book.object(application.key).map { StatusRoom.share(of: $0) } ?? StatusRoom.most
        status = status.bounded(to: room, after: application.status, now: now())
        guard try await write(status, of: application) else { return .again(after: .zero) }
        if let looked = status.reconciledAt, looked != application.status.reconciledAt {
            book.noteLook(application.key, at: looked)
        }
        let untilPoll = rest(application.seen(at: book.lastLook(application.key)))
        if outcome.mayPass {
            wishes.add(application.key, .latest)
            return .failed(within: untilPoll)
        }
        switch decision {
        case .start(let request):
            try await ask(for: request, application.key)
            return .again(after: untilPoll)
        case .wait(let due):
            // What is decided then needs a comparison; and a commit that comes meanwhile does not wait (S145).
            wishes.add(application.key, .recent)
            return .again(after: min(max(.milliseconds(100), due.since(now())), untilPoll))
        case .nothing, .held, .refused: return .again(after: settings.pollInterval)
        }
    }

    /// S138.
    private func isPermitted(_ application: Application) -> Bool {
        guard let project = book.project(application.spec.project), !project.syncWindows.isEmpty else {
            return true
        }
        let windows = SyncWindows(for: application, of: project)
        return windows.verdict(at: now(), isManual: false) == .permitted
    }

    private func keepFinalizers(
        _ application: Application, _ manifests: ApplicationManifests
    ) async throws(ClientFailure) {
        guard let wanted = application.finalizers(forHooksAmong: manifests.objects.map(\.object)) else {
            return
        }
        let calls = ApplicationCalls(client: cluster.client, key: application.key)
        if case .done(let object) = try await calls.patch(Application.keeping(finalizers: wanted)) {
            book.note(object)
        }
    }

    /// - Returns: `false` if somebody has asked for another refresh in the meantime (S150).
    private func write(
        _ status: ApplicationStatus, of application: Application
    ) async throws(ClientFailure) -> Bool {
        let calls = ApplicationCalls(client: cluster.client, key: application.key)
        var current = application
        if application.isNews(status), let patch = application.changes(to: status),
            case .done(let object) = try await calls.patch(patch)
        {
            book.note(object)
            current = Application(object)
            teller.tell(application.status, status, of: application.metadata)
        }
        guard application.metadata.refresh != nil else { return true }
        guard current.metadata.refresh == application.metadata.refresh, let removal = current.removingRefresh
        else { return false }
        switch try await calls.patch(removal) {
        case .done(let object):
            book.note(object)
            return true
        case .gone: return true
        case .overtaken: return false
        }
    }

    /// Sets the field `operation`, unless somebody has set it in the meantime (S113).
    private func ask(for request: OperationRequest, _ key: ObjectKey) async throws(ClientFailure) {
        let calls = ApplicationCalls(client: cluster.client, key: key)
        guard let object = try await calls.read() else { return }
        let application = Application(object)
        guard application.operation == nil, application.metadata.deletionTimestamp == nil else { return }
        if case .done(let object) = try await calls.patch(application.requesting(request)) {
            book.note(object)
            operate(key)
        }
    }
}

extension WorkOutcome {
    /// As metrics call it.
    fileprivate var name: String {
        switch self {
        case .done, .again: "done"
        case .failed: "failed"
        }
    }
}
