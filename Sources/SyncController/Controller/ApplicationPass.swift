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
    var causes: CauseBook
    var refresh: ApplicationRefresh
    var settings: ControllerSettings
    var now: @Sendable () -> Timestamp
    /// Starts the operation that the Application asks for, unless it runs already.
    var operate: @Sendable (ObjectKey) -> Void
    var desk: OperationDesk

    /// How long a status may stay behind while an operation changes the objects anyway.
    private static let patience: Int64 = 30

    func run(_ key: ObjectKey) async -> WorkOutcome {
        guard let application = book.application(key), !application.metadata.isSkipped else { return .done }
        let taken = causes.take(key)
        do {
            return try await look(application, taken)
        } catch {
            causes.giveBack(key, taken)
            guard !error.isCancelled else { return .done }
            Logger.current.warning(
                "an application could not be looked at",
                metadata: ["application": "\(key.namespace)/\(key.name)", "error": "\(error)"])
            return .failed
        }
    }

    private func look(
        _ application: Application, _ causes: RefreshDecision.Causes
    ) async throws(ClientFailure) -> WorkOutcome {
        let key = application.key
        if application.operation != nil {
            if application.status.operation?.phase == .terminating { desk.terminate(key) }
            operate(key)
        } else if application.metadata.deletionTimestamp != nil {
            return try await delete(application)
        }
        var causes = causes
        if desk.isRunning(key), let last = application.status.reconciledAt,
            now().seconds - last.seconds < Self.patience
        {
            // The operation's end is a cause of its own.
            causes.objectsChanged = false
        }
        let interval = settings.interval(of: key)
        let decision = RefreshDecision(application, causes: causes, interval: interval, now: now())
        guard let level = decision.level else { return .again(after: rest(application, interval)) }
        Logger.current.debug(
            "comparing",
            metadata: ["application": "\(key.namespace)/\(key.name)", "reason": "\(decision.reason)"])
        let outcome = try await refresh.run(application, level: level)
        return try await settle(application, outcome, interval)
    }

    /// What is left until the status is old.
    private func rest(_ application: Application, _ interval: Int64) -> Duration {
        let age = application.status.reconciledAt.map { now().seconds - $0.seconds } ?? 0
        return .seconds(max(1, interval - age))
    }

    // MARK: After a comparison

    private func settle(
        _ application: Application, _ outcome: ApplicationRefresh.Outcome, _ interval: Int64
    ) async throws(ClientFailure) -> WorkOutcome {
        var status = outcome.status
        var wait = Duration.seconds(interval)
        var request: OperationRequest?
        var held: [ApplicationCondition] = []
        if let summary = outcome.summary, let manifests = outcome.manifests {
            let decision = AutoSync(
                application, summary: summary, revisions: manifests.revisions, isBlocked: false,
                backoff: settings.healBackoff, now: now())
            switch decision {
            case .nothing: break
            case .start(let wanted): request = wanted
            case .wait(let seconds): wait = min(wait, .seconds(seconds))
            case .held(let message): held = [ApplicationCondition(.syncError, message)]
            }
            status.conditions = status.conditions.evaluated([.syncError], to: held, at: now())
        }
        guard try await write(status, of: application) else { return .again(after: .zero) }
        if let request { try await ask(for: request, application.key) }
        return .again(after: wait)
    }

    /// - Returns: `false` if somebody has asked for another refresh in the meantime (S150).
    private func write(
        _ status: ApplicationStatus, of application: Application
    ) async throws(ClientFailure) -> Bool {
        let calls = ApplicationCalls(client: cluster.client, key: application.key)
        var current = application
        if let patch = application.changes(to: status), case .done(let object) = try await calls.patch(patch) {
            book.note(object)
            current = Application(object)
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

    // MARK: Deletion

    private func delete(_ application: Application) async throws(ClientFailure) -> WorkOutcome {
        // Until the stages of a deletion are here, only an Application that asks for no cascade can go.
        .done
    }
}

extension ControllerSettings {
    /// How old the status of an application may become, in seconds: the same for it in every process.
    func interval(of key: ObjectKey) -> Int64 {
        pollInterval.components.seconds
            + RefreshDecision.share(of: key, upTo: pollJitter.components.seconds)
    }
}
