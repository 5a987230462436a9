import KubeClient
import KubeCore
import KubeRuntime
import Logging
import SyncEngine

/// Takes an Application that is being deleted one step further (S185–S199): performs what ``ApplicationDeletion``
/// decides.
struct ApplicationRemoval: Sendable {
    var shared: SharedWatches
    var renderer: any ManifestRenderer
    var settings: ControllerSettings
    var now: @Sendable () -> Timestamp
    /// In whose name an application's objects are removed (S206).
    var identity: @Sendable (Application) -> WritingIdentity

    /// Should a watch be dead, what it should have told is found out after this time (I4).
    private static let patience = Duration.seconds(10)

    /// Does one step.
    ///
    /// - Parameter application: Which is being deleted, and has no operation.
    /// - Returns: When to go on, if nothing happens before.
    /// - Throws: ``KubeClient/ClientFailure`` if the API server can't be asked.
    func advance(_ application: Application) async throws(ClientFailure) -> WorkOutcome {
        guard let stage = ApplicationDeletion.stage(of: application) else { return .done }
        guard application.spec.destination.isOwnCluster else {
            return try await keep(
                ApplicationDeletion.finalizersWithoutCluster(of: application), application)
        }
        let writer: Cluster
        switch identity(application) {
        case .own: writer = shared.cluster
        case .user(let user): writer = shared.cluster.writing(as: user)
        case .none(let problem):
            try await tell(problem, application)
            return .failed()
        }
        let tracking = application.tracking(in: settings.namespace)
        var deletion = ApplicationDeletion(
            application, tracking: tracking,
            live: shared.objects.tracked(labelled: tracking.labelValue).objects,
            now: now())
        if case .hooks = stage {
            do {
                deletion.hooks = try await hooks(of: application)
            } catch {
                try await tell("error executing delete hooks: \(error.message)", application)
                return .failed()
            }
        }
        if case .keep = deletion.step {
            // What a watch has not shown must not be left behind.
            deletion.live = try await OwnReads(cluster: shared.cluster, tracking: tracking)
                .tracked(wanted: Set(deletion.hooks.map(\.groupVersionKind))).objects
        }
        return try await perform(&deletion, writer)
    }

    /// Does what was decided; `writer` removes objects, in whosever name that is to be done.
    private func perform(
        _ deletion: inout ApplicationDeletion, _ writer: Cluster
    ) async throws(ClientFailure) -> WorkOutcome {
        let application = deletion.application
        switch deletion.step {
        case .none: return .done
        case .wait(.hooks(_, let due)):
            return .again(after: min(Self.patience, max(.seconds(1), due.since(now()))))
        case .wait(.operation), .wait(.leaving): return .again(after: Self.patience)
        case .wait(.confirmation(let keys)):
            let names = keys.map(\.description).joined(separator: ", ")
            try await tell("waiting for the confirmation of the deletion of \(names)", application)
            return .again(after: settings.pollInterval)
        case .create(let hooks):
            for hook in hooks {
                guard try await create(hook, deletion.tracking, writer) else {
                    try await tell(ApplicationDeletion.foreignHook(hook), application)
                    return .failed()
                }
            }
            return .again(after: Self.patience)
        case .delete(let actions, let propagation):
            deletion.refused = try await delete(actions, propagation, writer)
            guard deletion.refused.isEmpty else { return try await perform(&deletion, writer) }
            return .again(after: Self.patience)
        case .keep(let finalizers): return try await keep(finalizers, application)
        case .fail(let message, let actions, let again):
            try await tell(message, application)
            if let again { return .again(after: max(.seconds(1), again.since(now()))) }
            _ = try await delete(actions, .background, writer)
            return .failed()
        }
    }

    // MARK: Hooks

    /// The delete hooks, of the revision that was synced last, or of what the target revision names now.
    private func hooks(of application: Application) async throws(ManifestFailure) -> [KubeObject] {
        var request = ManifestRequest(application: application, sources: application.spec.sources)
        let synced = application.status.history.last
        if let synced, synced.sources == application.spec.sources {
            request.revisions = synced.revisions.isEmpty ? [synced.revision] : synced.revisions
        }
        let manifests = try await renderer.manifests(for: request)
        let wanted = manifests.objects.filter { item in
            DeletionHook.allCases.contains { $0.matches(item.object) }
        }
        guard !wanted.isEmpty else { return [] }
        var sync = SyncRequest(
            tracking: application.tracking(in: settings.namespace), revision: manifests.revision,
            startedAt: now())
        sync.reading.isLenient = true
        do {
            let catalog = try await shared.cluster.catalog(of: Set(wanted.map(\.object.groupVersionKind)))
            return try TargetSet(wanted, for: sync, kinds: catalog).targets.map(\.object)
        } catch let failure as PlanFailure {
            throw ManifestFailure(failure.description)
        } catch {
            throw ManifestFailure("\(error)")
        }
    }

    /// - Returns: `false` if an object of that name is there that is not the application's.
    private func create(
        _ hook: KubeObject, _ tracking: Tracking, _ writer: Cluster
    ) async throws(ClientFailure) -> Bool {
        let resource = try await shared.cluster.resource(for: hook.groupVersionKind)
        // Its end is to be seen.
        _ = try await shared.require(hook.groupVersionKind)
        do {
            _ = try await writer.client.create(hook, as: resource)
            return true
        } catch .refused(let failure) where failure.isAlreadyExists {
            // By an earlier pass, whose event is still on its way; or it is gone again by now.
            let found = try await shared.cluster.client.get(
                resource, namespace: hook.namespace, name: hook.name)
            return found.map(tracking.owns) ?? true
        }
    }

    // MARK: Objects

    /// - Returns: What the server has refused, and why.
    private func delete(
        _ actions: [DeletionPlan.Action], _ propagation: APIRequest.DeleteOptions.Propagation,
        _ writer: Cluster
    ) async throws(ClientFailure) -> [ObjectKey: String] {
        let refusals = try await concurrently(actions, limit: Executor.concurrency) {
            action throws(ClientFailure) -> String? in
            let resource = try await shared.cluster.resource(for: action.kind)
            let call = ObjectCall(client: writer.client, resource: resource, key: action.key)
            let options = APIRequest.DeleteOptions(propagation: propagation, uid: action.uid)
            do throws(ClientFailure) {
                _ = try await call.delete(options)
                return nil
            } catch {
                guard case .refused(let failure) = error else { throw error }
                return failure.message
            }
        }
        let pairs = zip(actions, refusals).compactMap { action, problem in
            problem.map { (action.key, $0) }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    // MARK: The Application

    private func keep(
        _ finalizers: [String], _ application: Application
    ) async throws(ClientFailure) -> WorkOutcome {
        let calls = ApplicationCalls(client: shared.cluster.client, key: application.key)
        _ = try await calls.patch(Application.keeping(finalizers: finalizers))
        // The change itself is the next pass's cause.
        return .done
    }

    private func tell(_ message: String, _ application: Application) async throws(ClientFailure) {
        var status = application.status
        status.conditions = status.conditions.evaluated(
            [.deletionError], to: [ApplicationCondition(.deletionError, message)], at: now())
        guard let patch = application.changes(to: status) else { return }
        Logger.current.warning(
            "an application can't be deleted yet",
            metadata: [
                "application": "\(application.metadata.namespace)/\(application.metadata.name)",
                "problem": "\(message)",
            ])
        let calls = ApplicationCalls(client: shared.cluster.client, key: application.key)
        _ = try await calls.patch(patch)
    }
}
