import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// What `app sync`, `app plan` and `app diff` begin with: the manifests, the cluster, and the plan that follows from both.
struct SyncPreparation {
    var name: AppName
    var source: SourceOptions
    var arguments: SyncArguments
    var isDryRun: Bool

    /// Looks at the cluster and plans; writes nothing.
    func session(
        for rendered: RenderedSource, on connection: Connection
    ) async throws -> (session: SyncSession, prepared: SyncSession.Prepared) {
        let unread = rendered.skipped.filter { $0.reason == .noManifest }
        if arguments.prune, let first = unread.first {
            throw CommandFailure(
                .usage,
                "\(first.path) holds no manifest (apiVersion and kind), and with --prune what it held before would be "
                    + "deleted: mend it, rename it or take it away")
        }
        let request = try request(
            destination: source.destNamespace ?? connection.namespace, rendered: rendered)
        let session = SyncSession(cluster: connection.cluster, request: request, now: WallClock.now)
        let prepared = try await prepare(session, rendered)
        prepared.warnings.forEach { Console.error("warning: \($0)") }
        if arguments.prune { prepared.unlisted.warn("objects of theirs are not seen and not pruned") }
        if prepared.isResumed {
            Console.error(
                "going on with the operation of \(prepared.plan.request.startedAt.rfc3339), which was left unfinished"
            )
        }
        return (session, prepared)
    }

    private func request(destination: String, rendered: RenderedSource) throws -> SyncRequest {
        var request = SyncRequest(
            tracking: Tracking(application: name.instance, destinationNamespace: destination),
            revision: source.recordedRevision(of: rendered), startedAt: WallClock.now())
        try arguments.fill(&request)
        request.selection = try arguments.selection(among: rendered.objects)
        request.switches.dryRun = isDryRun
        return request
    }

    private func prepare(_ session: SyncSession, _ rendered: RenderedSource) async throws
        -> SyncSession.Prepared
    {
        do {
            return try await session.prepare(rendered.objects)
        } catch .plan(let failure) {
            throw CommandFailure(failure, arguments.resource)
        } catch .client(let failure) {
            throw CommandFailure(unreachable: failure)
        }
    }
}

extension CommandFailure {
    /// Why there is no plan.
    init(_ failure: PlanFailure, _ selection: [ResourceArgument]) {
        let patterns = selection.map(\.text).joined(separator: ", ")
        self.init(.usage, failure.description + (failure == .nothingSelected ? ": \(patterns)" : ""))
    }
}
