public import KubeClient
public import KubeCore
public import SyncEngine

/// Compares what a sync would leave with what is there. Nothing is written: the API server is asked by dry runs.
public struct DiffSession: Sendable {
    /// What was found.
    public struct Report: Sendable {
        /// In the order of their keys.
        public var diffs: [ObjectDiff] = []
        /// Why a sync would not get through with an object, in the server's words; nothing of a Secret is in them.
        public var problems: [ObjectKey: String] = [:]
        /// Why an object that no manifest wants stays.
        public var reasons: [ObjectKey: String] = [:]
        /// Objects that were compared without the server, and why.
        public var unasked: [ObjectKey: String] = [:]
        /// What may differ: other objects hold all that is wanted of them.
        var uncertain: Set<ObjectKey> = []
    }

    /// Requests at a time.
    private static let concurrency = 16

    public var cluster: Cluster

    public init(cluster: Cluster) {
        self.cluster = cluster
    }

    /// Compares.
    ///
    /// - Parameter prepared: The plan, and what was found in the cluster.
    /// - Returns: What differs.
    /// - Throws: ``KubeClient/ClientFailure`` if the API server can't be reached.
    public func run(_ prepared: SyncSession.Prepared) async throws(ClientFailure) -> Report {
        let tasks = prepared.plan.diffTasks(live: prepared.live)
        let answers = try await concurrently(tasks, limit: Self.concurrency) { task throws(ClientFailure) in
            try await predict(task)
        }
        let rules = prepared.plan.request.reading.ignoreRules
        var report = Report()
        report.uncertain = Set(tasks.map(\.key))
        for (task, answer) in zip(tasks, answers) {
            let diff = ObjectDiff(
                task.key, task.action, live: task.live, predicted: answer.object, ignoring: rules)
            if let diff { report.diffs.append(diff) }
            let problem = task.problem.isEmpty ? answer.problem : task.problem
            if !problem.isEmpty { report.problems[task.key] = problem }
            if !task.reason.isEmpty { report.reasons[task.key] = task.reason }
            if !answer.unasked.isEmpty { report.unasked[task.key] = answer.unasked }
        }
        return report
    }

    /// What would be there.
    private struct Answer {
        var object: KubeObject?
        var problem = ""
        var unasked = ""
    }

    private func predict(_ task: DiffTask) async throws(ClientFailure) -> Answer {
        guard case .rehearsal(let work, let local) = task.prediction else {
            if case .known(let object) = task.prediction { return Answer(object: object) }
            return Answer()
        }
        do {
            let resource = try await cluster.resource(for: task.kind)
            let call = ObjectCall(client: cluster.client, resource: resource, key: task.key)
            return Answer(object: try await rehearse(work, call, over: task.live))
        } catch .refused(let failure) where failure.code == 401 {
            throw .refused(failure)
        } catch .refused(let failure) {
            let action = SyncAction(task: task.task, kind: task.kind, work: work)
            let words = Refusal(failure, of: action).text
            if failure.isDryRunUnsupported || failure.isForbidden {
                return Answer(object: local, unasked: words)
            }
            // It would be deleted, and made as the manifest says.
            if task.isForced, failure.isInvalid || failure.isConflict { return Answer(object: work.manifest) }
            return Answer(object: local, problem: words)
        }
    }

    private func rehearse(
        _ work: SyncAction.Work, _ call: ObjectCall, over live: KubeObject?
    ) async throws(ClientFailure) -> KubeObject? {
        switch work {
        case .apply(let object, .serverSide(let takeover)):
            let answer = try await call.apply(object, isDryRun: true).object
            guard takeover != nil, let live, let rest = live.afterTakeOver(answer) else { return answer }
            return try await completed(rest, call, over: live)
        case .apply(let object, .clientSide(let patch)):
            guard let patch else { return try await call.create(object, isDryRun: true) }
            return try await call.patch(patch.request, isDryRun: true).object
        case .replace(let object, let live?):
            return try await call.update(object, over: live, isDryRun: true)
        case .recreate(let object, _):
            guard let live else { return object }
            return try await call.update(object, over: live, isDryRun: true)
        case .replace(let object, nil), .validate(let object, _):
            return object
        case .delete, .record:
            return live
        }
    }

    /// The object with the defaults that the server puts where something was taken away.
    private func completed(
        _ object: KubeObject, _ call: ObjectCall, over live: KubeObject
    ) async throws(ClientFailure) -> KubeObject {
        do {
            return try await call.update(object, over: live, isDryRun: true)
        } catch .refused {
            // What is shown is a little less exact than it could be; the apply itself was not refused.
            return object
        }
    }
}

extension SyncAction.Work {
    fileprivate var manifest: KubeObject? {
        switch self {
        case .validate(let object, _), .apply(let object, _), .replace(let object, _),
            .recreate(let object, _):
            object
        case .delete, .record: nil
        }
    }
}
